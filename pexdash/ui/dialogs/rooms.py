"""The breakout rooms: who is in which, and which asks for help, ends soon, is locked or muted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from pexdash.model.conference import BreakoutRoom, Conference
from pexdash.model.participant import Participant, Role
from pexdash.session.moderation.rooms import MAIN
from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.spans import fit
from pexdash.ui.drawing.times import duration
from pexdash.ui.framework.key_place import Deed

DRAW_SECONDS = 0.5
"""How often the list is brought up to date."""
_WIDEST_NAME = 28


@dataclass(frozen=True, slots=True)
class Spot:
    """A line of the list: a room (its uuid, or `MAIN`), or with a uuid somebody who is in it."""

    room: str
    uuid: str = ""

    @property
    def id(self) -> str:
        return f"{self.room}/{self.uuid}"


_ASKS = {
    "n": "new",
    "m": "move",
    "c": "say",
    "C": "say-to-all",
    "h": "answer",
    "H": "lower",
    "L": "lock-room",
    "G": "mute-room",
    "X": "close",
    "E": "empty",
    "D": "close-all",
}
"""What each key asks for."""


class RoomsDialog(GuardedDialog[None]):
    """Lists the rooms of `conference`, and stays open while the host works with them.

    A key calls `asked` with its word and the highlighted line, or None where there is none. `marks`
    are the people whom the next key is for; the keys of the list change it. `now` is the Unix time.
    The highlight stays on its line, and on none where that is gone.
    """

    SIZE = "-broad"

    BINDINGS = [
        Binding("escape,q", "dismiss", "Back", show=False),
        Binding("space", "mark", "Mark", show=False),
        *(Binding(key, f"ask('{what}')", show=False) for key, what in _ASKS.items()),
    ]

    acting_keys = tuple(_ASKS)

    def __init__(
        self,
        conference: Conference,
        asked: Callable[[str, Spot | None], None],
        *,
        marks: set[Spot],
        now: Callable[[], float],
        glyphs: Glyphs,
        at: str = "",
    ) -> None:
        """`at` is the room to begin on, by default the first."""
        super().__init__(
            "Breakout rooms",
            "n new  m move  space mark  c message  C to all  h help is there  esc closes\n"
            "L lock  G mute Guests  H lower hands  X close  E all back  D close all",
        )
        self._conference = conference
        self._asked = asked
        self._marks = marks
        self._now = now
        self._glyphs = glyphs
        self._at = at
        self._spots: list[Spot | None] = []
        self._lines: list[Content] = []

    def inside(self) -> ComposeResult:
        yield Static(classes="question")
        yield OptionList(markup=False)

    def on_mount(self) -> None:
        self.draw()
        wanted = Spot(self._at or next(iter(self._conference.rooms), MAIN))
        listed = self.query_one(OptionList)
        if self._lines:
            listed.highlighted = self._spots.index(wanted) if wanted in self._spots else 0
        listed.focus()
        self.set_interval(DRAW_SECONDS, self.draw)

    @property
    def highlighted(self) -> Spot | None:
        """The line under the cursor."""
        at = self.query_one(OptionList).highlighted
        return self._spots[at] if at is not None and at < len(self._spots) else None

    def draw(self) -> None:
        """Bring the list up to date; only the lines that differ are drawn."""
        entries = list(self._entries())
        spots = [spot for spot, _ in entries]
        lines = [line for _, line in entries]
        listed = self.query_one(OptionList)
        if spots == self._spots:
            for at, line in enumerate(lines):
                if line != self._lines[at]:
                    listed.replace_option_prompt_at_index(at, line)
        else:
            before = self.highlighted
            listed.clear_options()
            listed.add_options(
                Option(line, disabled=spot is None) for spot, line in zip(spots, lines, strict=True)
            )
            if before is not None and before in spots:
                listed.highlighted = spots.index(before)
        self._spots, self._lines = spots, lines
        self.query_one(".question", Static).update(_heading(self._conference))

    def _entries(self) -> Iterator[tuple[Spot | None, Content]]:
        rooms = self._conference.rooms
        for uuid, room in rooms.items():
            yield Spot(uuid), _told(room, room.name, self._now(), self._glyphs)
            yield from self._people(uuid, room)
            if room.chat.messages:
                line = room.chat.messages[-1]
                said = fit(f"     {line.name}: {line.text}".replace("\n", " "), 84).rstrip()
                yield None, Content.styled(said, "$dim")
        yield Spot(MAIN), _told(self._conference, "Main room", self._now(), self._glyphs)
        yield from self._people(MAIN, self._conference)

    def _people(self, room: str, place: Conference) -> Iterator[tuple[Spot, Content]]:
        people: Mapping[str, Participant] = place.participants
        for uuid in sorted(people, key=lambda one: (people[one].name.casefold(), one)):
            one, spot = people[uuid], Spot(room, uuid)
            sign = self._glyphs.mark if spot in self._marks else " "
            words = [f"  {self._glyphs.between} {word}" for word in _states(one)]
            you = " (you)" if uuid in (place.me, self._conference.me) else ""
            text = f"   {sign} {fit(one.name, _WIDEST_NAME).rstrip()}{you}"
            yield spot, Content.assemble(text, ("".join(words), "$dim"))

    def action_mark(self) -> None:
        """Mark the person under the cursor, or take the mark away."""
        spot = self.highlighted
        if spot is not None and spot.uuid:
            self._marks ^= {spot}
            self.draw()

    def deed_of(self, key: str) -> Deed:
        return partial(self._asked, _ASKS[key], self.highlighted)

    def action_ask(self, what: str) -> None:
        """Ask for `what` to be done with the line under the cursor."""
        self._asked(what, self.highlighted)


def _heading(conference: Conference) -> Content:
    rooms = conference.rooms.values()
    if not rooms:
        return Content("There are none yet; n opens one")
    people = sum(room.counts()[0] for room in rooms)
    word = "room" if len(rooms) == 1 else "rooms"
    cries = [room.name for room in rooms if room.asks_for_help]
    asks = "ask" if len(cries) > 1 else "asks"
    help_text = f"   {', '.join(cries)} {asks} for help" if cries else ""
    return Content.assemble(f"{len(rooms)} {word}, {people} in", (help_text, "$attention"))


def _told(place: Conference, name: str, now: float, glyphs: Glyphs) -> Content:
    """The line of a room: its name, whether it asks for help, and what differs from the usual."""
    people, _, waiting = place.counts()
    words = [f"{people} in"]
    cry = ""
    if isinstance(place, BreakoutRoom):
        if place.asks_for_help:
            since = place.status.breakoutbuzz.since if place.status.breakoutbuzz else None
            cry = f"  {glyphs.hand} ASKS FOR HELP"
            cry += f" {duration(max(now - since, 0))}" if since else ""
        if not place.is_heard:
            words.append("perhaps over")
        left = place.ends_in(now)
        if left is not None:
            ending = "then all leave" if place.status.end_action == "disconnect" else ""
            words += [f"ends in {duration(left)}", *filter(None, [ending])]
        if place.status.breakout_guests_allowed_to_leave is False:
            words.append("Guests stay")
    words += [f"{waiting} waiting"] if waiting else []
    hands = len(place.hands())
    words += [f"{hands} {'hand' if hands == 1 else 'hands'} up"] if hands else []
    words += ["locked"] if place.status.locked else []
    words += ["Guests muted"] if place.status.guests_muted else []
    between = f" {glyphs.between} "
    return Content.assemble(
        (fit(name, _WIDEST_NAME).rstrip(), "bold"),
        (cry, "bold $attention"),
        (f"   {between.join(words)}", "$dim"),
    )


def _states(one: Participant) -> Iterator[str]:
    if one.role is Role.HOST:
        yield "Host"
    if one.is_waiting:
        yield "waiting"
    if one.is_muted:
        yield "muted"
    if one.buzz_time:
        yield "hand up"
