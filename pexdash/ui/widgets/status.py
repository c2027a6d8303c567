"""The status line: the conference, its flags, the number of people and the state of the link."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len

from pexdash.model.participant import Role
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.membership.membership import Membership
from pexdash.session.moderation.actions import LOCK, MUTE_GUESTS, START
from pexdash.session.moderation.settings import level_name
from pexdash.text import simple_width
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.panel import Panel
from pexdash.ui.drawing.spans import Span, fit, fit_spans
from pexdash.ui.drawing.times import age, long_duration

_LEAST_ALIAS = 10
_LEAST_LEVEL = 10
_BANNER = 30
"""How many cells of the banner over the video the status line shows."""
_ROOM = 20
"""How many cells of the name of the breakout room we are in the status line shows."""
_COUNTS_WIDTH = 30
_LINK_WIDTH = 36
_SHORT_LINK_WIDTH = 18
_LEAST_FOR_LINK = 60
_ROLES = {Role.HOST: "HOST", Role.GUEST: "GUEST"}


class StatusLine(Panel):
    """One line on wide terminals, two on narrow ones."""

    DEFAULT_CSS = """
    StatusLine { height: 1; background: $top-ground; }
    """

    def __init__(self, feed: Feed, membership: Membership | None, glyphs: Glyphs) -> None:
        super().__init__(id="status")
        self._feed = feed
        self._membership = membership
        self._glyphs = glyphs

    def lines(self, width: int, height: int) -> list[list[Span]]:
        if height > 1:
            link = _LINK_WIDTH if width >= _LEAST_FOR_LINK else _SHORT_LINK_WIDTH
            counts = fit_spans(self._counts(width - link), width - link)
            return [self._facts(width), [*counts, *self._link(link)]]
        told = self._counts()
        room = max(_COUNTS_WIDTH, sum(span.width for span in told) + 1)
        facts = width - room - _LINK_WIDTH
        counts = fit_spans(told, room)
        return [[*fit_spans(self._facts(facts), facts), *counts, *self._link(_LINK_WIDTH)]]

    def _facts(self, width: int) -> list[Span]:
        """The conference, our role in it, and its flags."""
        flags, leads = self._flags(), self._leads(width)
        taken = sum(span.width for span in (*flags, *leads))
        alias = self._cut(f" {self._feed.conference.alias}", max(_LEAST_ALIAS, width - taken))
        spans = [*leads, Span(alias, "strong"), *flags]
        room = width - sum(span.width for span in spans)
        for extra in self._extras():
            if extra.width <= room:
                spans.append(extra)
                room -= extra.width
        return spans

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
        return text if cell_len(text) <= cells else fit(text, cells, self._glyphs.ellipsis)

    def _flags(self) -> list[Span]:
        """Our role and the flags of the conference; the alias is cut before any of these."""
        feed, membership = self._feed, self._membership
        status = feed.conference.status
        spans = []
        if feed.role in _ROLES:
            spans.append(Span(f"  {_ROLES[feed.role]}", "accent"))
        if status.breakout:
            name = self._cut(status.breakout_name or "a breakout room", _ROOM)
            spans.append(Span(f"  in {name}", "accent"))
        if status.breakoutbuzz is not None and status.breakoutbuzz.asks:
            spans.append(Span("  help asked for", "attention"))
        if membership is not None and membership.read_only:
            spans.append(Span("  read-only", "accent"))
        pending = membership.moderation.pending("") if membership is not None else frozenset()
        locking, muting = LOCK.id in pending, MUTE_GUESTS.id in pending
        if status.locked or locking:
            spans.append(_flag("LOCKED", status.locked, locking))
        if status.guests_muted or muting:
            spans.append(_flag("guests muted", status.guests_muted, muting))
        if feed.conference.on_hold:
            spans.append(Span("  you are on hold", "accent"))
        if status.started is False:
            spans.append(_flag("not started", True, START.id in pending))
        cries = sum(room.asks_for_help for room in feed.conference.rooms.values())
        if cries:
            spans.append(
                Span(
                    f"  {cries} {'room asks' if cries == 1 else 'rooms ask'} for help", "attention"
                )
            )
        return spans

    def _extras(self) -> Iterator[Span]:
        """The banner, rooms, the node and who presents, each shown only where there is room."""
        if banner := " ".join((self._feed.conference.status.message_text or "").split()):
            yield Span(f"  banner: {self._cut(banner, _BANNER)}")
        if rooms := len(self._feed.conference.rooms):
            yield Span(f"  {rooms} {'room' if rooms == 1 else 'rooms'}", "dim")
        if self._membership is not None and self._membership.node is not None:
            yield Span(f"  {simple_width(str(self._membership.node))}", "dim")
        presentation = self._feed.conference.presentation
        if presentation is not None:
            name = simple_width(presentation.name or presentation.uri)
            yield Span(f"  {self._glyphs.presenting} {name} presents", "accent")

    def _counts(self, width: int = 0) -> list[Span]:
        """People in the conference, API participants apart, people waiting, and hands.

        Where they do not fit in `width`, API participants are not told, and the words are short.
        """
        people, api, waiting = self._feed.conference.counts()
        hands = self._feed.conference.hand_count()
        look = "attention strong" if waiting else "dim"
        raised = f"{hands} HANDS" if hands > 1 else "1 HAND"
        spans = [
            Span(f" {people} in"),
            Span(f"  {api} api", "dim"),
            Span(f"  {waiting} waiting", look),
        ]
        spans += [Span(f"  {raised}", "attention strong")] if hands else []
        if width and sum(span.width for span in spans) > width:
            spans = [Span(f" {people} in"), Span(f" {waiting} wait", look)]
            spans += [Span(f" {raised}", "attention strong")] if hands else []
        return spans

    def _link(self, width: int) -> list[Span]:
        """The state of the link, how old the data is, and our time in the meeting."""
        link = self._feed.link
        sign = {LinkState.LIVE: self._glyphs.live, LinkState.LOST: self._glyphs.lost}
        style = {LinkState.LIVE: "dim", LinkState.LOST: "attention reversed"}
        words = f"{sign.get(link.state, self._glyphs.joining)} {link.state.value}"
        spans = [Span(words, style.get(link.state, "accent"))]
        if link.is_held_back:
            spans = [Span(f"{self._glyphs.joining} no events", "attention")]
        # What a recording told does not grow old.
        if link.age is not None and self._membership is not None:
            late = not link.is_live or link.age >= 30
            spans.append(Span(f"  {age(link.age)} old", "attention" if late else "dim"))
        joined_at = self._membership.joined_at if self._membership is not None else None
        if joined_at is not None and width >= _LINK_WIDTH:
            since = self._feed.clock.monotonic() - joined_at
            spans.append(Span(f"  {long_duration(since)} "))
        room = width - sum(span.width for span in spans)
        return [Span(" " * max(0, room)), *spans]


def _flag(words: str, on: bool | None, pending: bool) -> Span:
    if not pending:
        return Span(f"  {words}", "accent")
    return Span(f"  {words}…" if on else f"  ({words}…)", "accent")
