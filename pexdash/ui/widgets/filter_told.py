"""The line below the top line that tells of a filter in force."""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget

from pexdash.model.roster import Roster
from pexdash.model.sections import Section, section_of
from pexdash.session.feed.feed import Feed
from pexdash.text import simple_width
from pexdash.ui.drawing.panel import Panel
from pexdash.ui.drawing.spans import Span, fit_spans

_URGENT = {Section.WAITING: "waiting", Section.HANDS: "hands"}


class FilterTold(Panel):
    """The filter, how many people it shows, and how many of those who want something it hides."""

    DEFAULT_CSS = """
    FilterTold { height: 1; }
    """

    def __init__(self, feed: Feed, roster: Roster, clear_key: Callable[[], str]) -> None:
        super().__init__(id="filter-told")
        self._feed = feed
        self._roster = roster
        self._clear_key = clear_key

    def look(self, *, below: Widget) -> None:
        """Show this line, below a widget of the screen, while a filter is in force."""
        if self._roster.filter and not self.is_attached:
            # Most hosts never filter.
            below.screen.mount(self, after=below)
        self.display = bool(self._roster.filter)
        if self.display and self.is_attached:
            self.redraw()

    def lines(self, width: int, height: int) -> list[list[Span]]:
        people = self._feed.conference.participants
        hidden = [
            section_of(one) for uuid, one in people.items() if self._roster.index_of(uuid) is None
        ]
        told = [f"{len(people) - len(hidden)} of {len(people)} shown"]
        for section, word in _URGENT.items():
            if missing := hidden.count(section):
                told.append(f"{missing} {word} hidden")
        left = [Span(" / ", "accent strong"), Span(simple_width(self._roster.filter), "strong")]
        left.append(Span(f"   {', '.join(told)}", "dim"))
        right = [Span("  "), Span(self._clear_key(), "accent strong"), Span(" Clear ")]
        room = width - sum(span.width for span in right)
        return [[*fit_spans(left, room), *right]]
