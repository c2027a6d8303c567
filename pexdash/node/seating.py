"""Who sits where in the layout that each is shown, and the events that tell it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pexdash.node.audience import Audience
from pexdash.node.layouts import Layouts, Sight
from pexdash.node.participant import NodeParticipant
from pexdash.node.settings import ConferenceSettings
from pexdash.node.stage import Stage

SETTLES_SECONDS = 0.5
"""How long after a request the picture follows it."""


class Seating:
    """The layouts of a conference with its `people` in them."""

    def __init__(
        self,
        people: Mapping[str, NodeParticipant],
        audience: Audience,
        settings: ConferenceSettings,
    ) -> None:
        self._people = people
        self._audience = audience
        self._settings = settings
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget what was asked for."""
        self.layouts = Layouts(self._settings.layouts, lecture=self._settings.lecture)

    def arrange(self, stage: Stage) -> bool:
        """Give everybody their seats; False if nothing changed."""
        return stage.arrange(self._people, self.layouts.seats, self.layouts.actors)

    def settle(self, stage: Stage) -> bool:
        """Put in force what was asked for; False where it was already."""
        settled = self.layouts.settle()
        return self.arrange(stage) or settled

    def publish(self, stage: Stage, is_in: Callable[[str], bool]) -> None:
        """Tell those who are in what layout they are shown; whoever only looks in, the usual."""
        usual, people = self.layouts.usual_sight, self._people
        host_seated = self._is_host_seated()
        sights = {
            one: self.layouts.sight_of(people[one], host_seated=host_seated)
            for one in self._audience.listeners
            if one in people
        }
        for sight in {usual, *sights.values()}:
            data = self.layouts.event(sight, stage.seats, people)

            def sees(owner: str, sight: Sight = sight) -> bool:
                return is_in(owner) and sights.get(owner, usual) == sight

            self._audience.send("layout", data, sees)

    def usual(self, stage: Stage) -> dict[str, object]:
        """The data of a `layout` event for a Host who looks in."""
        return self.layouts.event(self.layouts.usual_sight, stage.seats, self._people)

    def shown_to(self, one: NodeParticipant | None, stage: Stage) -> dict[str, object]:
        """The data of a `layout` event for `one`; nobody is in it while they wait, or are gone."""
        if one is None:
            return self.layouts.event(self.layouts.usual_sight, [], self._people)
        seats = [] if one.waiting else stage.seats
        sight = self.layouts.sight_of(one, host_seated=self._is_host_seated())
        return self.layouts.event(sight, seats, self._people)

    def _is_host_seated(self) -> bool:
        """Whether a Host can be seen or heard; in a lecture alone it makes a difference."""
        people = self._people.values() if self.layouts.lecture else ()
        return any(one.role == "chair" and one.seated for one in people)
