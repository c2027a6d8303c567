"""The alarms of the one conference that a host looks at, for the screen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from pexdash.model.alarms.alarm import Alarm, Change
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.model.alarms.listing import place_of
from pexdash.model.alarms.policy import Policy
from pexdash.session.alarms.at_work import AlarmsAtWork
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import waiting_words
from pexdash.session.membership.part import OurPart
from pexdash.session.moderation.told_actions import operator_here

_SHOWN = frozenset(
    {
        "waiting",
        "hand-long",
        "line-stale",
        "demoted",
        "self-waiting",
        "not-started",
        "help-asked",
    }
)
"""Rules on what the screen of one conference shows in its place anyway."""
_NOT_SHOWN = (Change.ANNOUNCED, Change.BELL)
"""Changes by which nothing is drawn otherwise."""


class HostAlarms:
    """Follows the conference of `feed`, in which we are by `membership`.

    `rings` says for the id of a rule whether the host is called for it; `call` is then given a
    sentence. Who waits already when the first list comes has not come now, and calls nobody; those
    are the uuids in `waited`, where the alarms begin later. Have `run` running.
    """

    def __init__(
        self,
        feed: Feed,
        membership: OurPart,
        policy: Policy,
        *,
        rings: Callable[[str], bool],
        call: Callable[[str], None],
        waited: Collection[str] | None = None,
    ) -> None:
        self._feed = feed
        self._call = call
        self._key = ConferenceKey("", feed.conference.alias.casefold())
        self._untold: dict[AlarmKey, Alarm] = {}
        self._work = AlarmsAtWork(
            feed.clock, operator=operator_here(), policy=policy, moment=_time_of_day
        )
        self._work.alarms.hear(lambda rule: False)
        self._work.on_edges(self._hear)
        self._work.follow(self._key, feed, lambda: membership.line, policy)
        self._work.mind(self._key, membership)
        self._stop = feed.on_changes(lambda _: self._look(rings))
        self._look(rings)
        if waited is not None and rings("waiting"):
            self._tell_who_came(waited)

    def _tell_who_came(self, waited: Collection[str]) -> None:
        """Call the host for those who came to wait since, as no alarm does."""
        conference = self._feed.conference
        come = [uuid for uuid in conference.waiting() if uuid not in waited]
        if come:
            self._call(waiting_words([conference.participants[uuid].name for uuid in come]))

    def _look(self, rings: Callable[[str], bool]) -> None:
        """Call from now on, once the first list is complete."""
        if self._feed.is_live:
            self._stop()
            self._work.alarms.hear(rings)

    async def run(self) -> None:
        """Have alarms rise and end in time, until cancelled."""
        await self._work.run()

    @property
    def told(self) -> Sequence[Alarm]:
        """What somebody has to take note of and the screen shows nowhere else, the worst first."""
        shown = [one for one in self._untold.values() if one.is_unacked and not one.is_quiet]
        return sorted(shown, key=place_of)

    def words(self, alarm: Alarm) -> str:
        """The words of an alarm now."""
        return self._work.alarms.words(alarm, self._feed.clock.monotonic())

    def acknowledge(self) -> None:
        """Take note of all that is told."""
        self._work.acknowledge([one.key for one in self.told])

    def _hear(self, edges: list[Edge]) -> None:
        for edge in edges:
            if edge.key.rule not in _SHOWN:
                self._note(edge)
            if edge.change is Change.BELL:
                self._call(self._said(edge, edges))
        if any(edge.change not in _NOT_SHOWN and edge.key.rule not in _SHOWN for edge in edges):
            # A deadline brings no event by which the screen would be drawn.
            self._feed.touch()

    def _note(self, edge: Edge) -> None:
        """Keep the alarms that the screen shows nowhere else: of the others there may be many."""
        alarm = self._work.alarms.get(edge.key)
        if alarm is None:
            self._untold.pop(edge.key, None)
        else:
            self._untold[edge.key] = alarm

    def _said(self, rung: Edge, edges: list[Edge]) -> str:
        """What to call the host with: of people who come together, all of them."""
        if rung.key.rule != "waiting":
            return rung.text
        people = self._feed.conference.participants
        come = [one.person for one in edges if one.change is Change.RAISED and one.person]
        names = [people[uuid].name for uuid in come or [rung.person] if uuid in people]
        return waiting_words(names) if names else rung.text


def _time_of_day(at: float) -> str:
    return f"{datetime.fromtimestamp(at).astimezone():%H:%M:%S}"
