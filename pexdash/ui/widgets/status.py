"""The top line: the conference and its states, how many people there are, and the line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from pexdash.model.counts import PEOPLE, WAITING, counted
from pexdash.model.participant import Role
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.membership.part import OurPart
from pexdash.session.moderation.actions import LOCK, MUTE_GUESTS, START
from pexdash.session.moderation.settings import level_name
from pexdash.text import simple_width
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.panel import Panel
from pexdash.ui.drawing.spans import Span, fit, fit_spans
from pexdash.ui.drawing.times import clock_seconds, duration

if TYPE_CHECKING:
    from pexdash.session.rules.at_work import RulesAtWork

_LEAST_ALIAS = 8
_LEAST_LEVEL = 10
_BANNER = 30
"""How many cells of the banner over the video the top line shows."""
_LEAST_ALARM = 44
"""How many cells of the words of an alarm the top line shows where it is narrow."""
_WAIT_CELLS = 8
_HANDS_CELLS = 9
"""How many cells a count keeps while it is nought, so that the others do not move."""
_ROOM = 20
"""How many cells of the name of the breakout room we are in the top line shows."""
_CALM = 16
"""Cells that stay blank between left and right, but for who presents."""
_LATE_SECONDS = 30.0
"""From when on a live line says how long ago the node was last heard."""


class StatusLine(Panel):
    """One line. Counts and the state of the line stand right, all else left.

    `alarms` returns the words of each alarm that the host has to take note of, the worst first.

    Where room is short it gives up what is only good to know (the node, rooms, API participants),
    the banner, who presents, the time of day, the end of the conference's name, and then the
    places of counts that are nought.
    """

    DEFAULT_CSS = """
    StatusLine { height: 1; background: $top-ground; }
    """

    def __init__(
        self,
        feed: Feed,
        membership: OurPart | None,
        glyphs: Glyphs,
        alarms: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        super().__init__(id="status")
        self._feed = feed
        self._membership = membership
        self._glyphs = glyphs
        self._alarms = alarms

    def lines(self, width: int, height: int) -> list[list[Span]]:
        leads, states = self._leads(width), self._states(width)
        counts, line = self._counts(keep_places=True), self._line()
        clock = [Span(f"  {clock_seconds(self._feed.clock.wall())}", "dim")]
        alias = simple_width(self._feed.conference.alias)
        parts = [leads, states, counts, line, [Span("   ")]]
        room = width - sum(_width(part) for part in parts)
        least = min(cell_len(alias), _LEAST_ALIAS)
        if room < least:
            room += _width(counts)
            counts = self._counts(keep_places=False)
            room -= _width(counts)
        if room < least:
            states, room = self._cut_states(states, room, least)
        if room >= cell_len(alias) + _width(clock):
            room -= _width(clock)
        else:
            clock = []
        name = alias if cell_len(alias) <= room else fit(alias, max(room, least), self._ellipsis)
        room -= cell_len(name)
        left = [*leads, Span(f" {name}", "strong"), *states]
        extras, parts_told = self._extras(max(0, room))
        left += extras
        right = [*parts_told, *counts, *line, *clock, Span(" ")]
        blank = width - _width(left) - _width(right)
        if age := self._age_of_bus(extras):
            dated = self._line(age)
            if (more := _width(dated) - _width(line)) < blank:
                right, blank = [*parts_told, *counts, *dated, *clock, Span(" ")], blank - more
        return [fit_spans([*left, Span(" " * max(1, blank)), *right], width, self._ellipsis)]

    @property
    def _rules(self) -> RulesAtWork | None:
        return self._membership.rules if self._membership is not None else None

    @property
    def _ellipsis(self) -> str:
        return self._glyphs.ellipsis

    def _leads(self, width: int) -> list[Span]:
        """What must be seen whatever else is cut: an unverified node, and the classification."""
        spans = []
        if self._membership is not None and self._membership.insecure:
            spans.append(Span(" NODE NOT VERIFIED ", "attention reversed"))
        if level := level_name(self._feed.conference):
            spans.append(Span(f" {self._cut(level, max(_LEAST_LEVEL, width // 3))} ", "reversed"))
        return spans

    def _cut(self, text: str, cells: int) -> str:
        """`text` in at most so many cells."""
        text = simple_width(text)
        return text if cell_len(text) <= cells else fit(text, cells, self._ellipsis)

    def _states(self, width: int) -> list[Span]:
        """What holds for the whole meeting, and what we are not: a Host who may act."""
        feed, membership = self._feed, self._membership
        status = feed.conference.status
        asked = membership.moderation.pending("") if membership is not None else frozenset()
        words = []
        if told := self._alarms():
            more = f" +{len(told) - 1}" if len(told) > 1 else ""
            words.append(
                Span(
                    f"{self._cut(told[0], max(_LEAST_ALARM, width // 2))}{more}", "attention strong"
                )
            )
        if feed.role is Role.GUEST:
            words.append(Span("GUEST", "accent"))
        if status.breakout:
            name = self._cut(status.breakout_name or "a breakout room", _ROOM)
            words.append(Span(f"in {name}", "accent"))
        if status.breakoutbuzz is not None and status.breakoutbuzz.asks:
            words.append(Span("HELP ASKED FOR", "attention"))
        if membership is not None and membership.read_only:
            words.append(Span("READ ONLY", "accent"))
        if (rules := self._rules) is not None:
            told = f"RULES {rules.armed}/{len(rules.standings)}"
            words.append(Span(told, "accent" if rules.armed else "dim"))
        if feed.conference.on_hold:
            words.append(Span("YOU ARE ON HOLD", "attention strong"))
        words += self._state("NOT STARTED", status.started is False, START.id in asked)
        cries = sum(room.asks_for_help for room in feed.conference.rooms.values())
        if cries:
            asks = "ROOM ASKS" if cries == 1 else "ROOMS ASK"
            words.append(Span(f"{cries} {asks} FOR HELP", "attention strong"))
        words += self._state("LOCKED", bool(status.locked), LOCK.id in asked)
        words += self._state("REC", bool(status.recording))
        words += self._state("STREAM", bool(status.streaming or status.public_streaming))
        words += self._state("TRANSCRIPT", bool(status.transcribing))
        words += self._state("AI", bool(status.ai_enabled))
        words += self._state("GUESTS MUTED", bool(status.guests_muted), MUTE_GUESTS.id in asked)
        return [span for word in words for span in (Span("  "), word)]

    def _state(self, word: str, holds: bool, asked: bool = False) -> list[Span]:
        """A state that holds, or was asked for; one that changes has an ellipsis."""
        if asked:
            word = f"{word}{self._ellipsis}" if holds else f"({word}{self._ellipsis})"
        return [Span(word, "accent")] if holds or asked else []

    def _cut_states(self, states: list[Span], room: int, least: int) -> tuple[list[Span], int]:
        """The states that leave `least` cells, and how many more hold as `+2`; what is left."""
        dropped = 0
        while room < least and states:
            if not dropped:
                room -= len("  +1")
            room += _width(states[-2:])
            del states[-2:]
            dropped += 1
        return ([*states, Span("  "), Span(f"+{dropped}", "accent")] if dropped else states), room

    def _extras(self, room: int) -> tuple[list[Span], list[Span]]:
        """What is only good to know and fits: after the states, and before the counts."""
        conference = self._feed.conference
        left: list[Span] = []
        told: list[Span] = []
        presentation = conference.presentation
        if presentation is not None:
            name = simple_width(presentation.name or presentation.uri)
            left.append(Span(f"   {self._glyphs.presenting} {name} presents", "accent"))
        if banner := " ".join((conference.status.message_text or "").split()):
            left.append(Span(f"   banner: {self._cut(banner, _BANNER)}"))
        for part, number in conference.parts().items():
            if number and part not in (PEOPLE, WAITING):
                told.append(Span(f"{counted(part, number)}  ", "dim"))
        rules = self._rules
        if rules is not None and rules.would:
            told.append(Span(f"{rules.would} would act  ", "dim"))
        if rooms := len(conference.rooms):
            left.append(Span(f"   {rooms} {'room' if rooms == 1 else 'rooms'}", "dim"))
        used = sum(span.width + _CALM for span in (*left, *told)) + len("   ")
        whence = self._membership.whence if self._membership is not None else ()
        fits = [one for one in whence if used + Span(simple_width(one)).width + _CALM < room]
        if whence:
            left.append(Span(f"   {simple_width(fits[0] if fits else whence[-1])}", "dim"))
        fitting: list[Span] = []
        for span in (*left[:1], *told, *left[1:]):
            if span.width + (_CALM if fitting or not presentation else 0) < room:
                fitting.append(span)
                room -= span.width
        return [one for one in left if one in fitting], [one for one in told if one in fitting]

    def _counts(self, *, keep_places: bool) -> list[Span]:
        """People in the conference, those who wait, and hands."""
        people, _, waiting = self._feed.conference.counts()
        hands = self._feed.conference.count_hands()
        look = "attention strong" if self._feed.link.is_live else "strong"
        told = [
            (f"  {waiting} WAIT" if waiting else "", _WAIT_CELLS),
            (f"  {hands} {'HAND' if hands == 1 else 'HANDS'}" if hands else "", _HANDS_CELLS),
        ]
        spans = [Span(f"{people} in")]
        for text, cells in told:
            width = max(cells, len(text)) if keep_places else len(text)
            if width:
                spans.append(Span(text.ljust(width), look if text else ""))
        return spans

    def _age_of_bus(self, extras: Sequence[Span]) -> str:
        """How old the bus is, where the conference comes through it and nothing else says so."""
        if self._membership is None or self._membership.is_own:
            return ""
        whence = self._membership.whence
        is_told = any(span.text.strip() in whence for span in extras)
        return "" if is_told or not whence else whence[-1]

    def _line(self, live: str = "live") -> list[Span]:
        """The state of the line to the node; loud where what is shown may no longer be so."""
        link = self._feed.link
        # What a recording told does not grow old.
        age = link.age if self._membership is not None else None
        if link.is_held_back:
            return [Span("  "), Span(f"{self._glyphs.joining} no events", "attention strong")]
        if link.is_live:
            late = f" {duration(age)} ago" if age is not None and age >= _LATE_SECONDS else ""
            return [
                Span(f"  {self._glyphs.live} {live}{late}", "attention strong" if late else "dim")
            ]
        if link.state is LinkState.LOST:
            old = "" if age is None else f" {duration(age)}"
            return [Span("  "), Span(f" {self._glyphs.lost} stale{old} ", "attention reversed")]
        if link.state is LinkState.ENDED:
            return [Span("  "), Span(f" {self._glyphs.lost} ended ", "attention reversed")]
        return [Span(f"  {self._glyphs.joining} {link.state.value}", "accent")]


def _width(spans: list[Span]) -> int:
    return sum(span.width for span in spans)
