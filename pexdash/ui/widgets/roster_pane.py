"""The roster with its column titles, and the line to filter it by."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.widgets import Input

from pexdash.model.counts import counted
from pexdash.model.roster import Roster
from pexdash.model.sorting import SortedBy
from pexdash.session.feed.feed import Feed
from pexdash.session.membership.part import OurPart
from pexdash.ui.drawing.columns import (
    Columns,
    columns_for,
    lasting_room,
    sorted_by_at,
    title_spans,
)
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.lines import Lines
from pexdash.ui.drawing.panel import Panel
from pexdash.ui.drawing.spans import Span, fit_spans
from pexdash.ui.widgets.filter_line import Completion, FilterHint, FilterInput
from pexdash.ui.widgets.roster import KeysOf, RosterView


class RosterHeading(Lines):
    """The titles of the columns."""

    DEFAULT_CSS = """
    RosterHeading { height: 1; }
    """

    class Chosen(Message):
        """The title of a column was clicked, to sort by it."""

        def __init__(self, by: SortedBy) -> None:
            super().__init__()
            self.by = by

    def __init__(self, roster: Roster, glyphs: Glyphs) -> None:
        super().__init__(id="roster-heading")
        self._roster = roster
        self._glyphs = glyphs

    def spans(self, y: int, width: int) -> list[Span]:
        columns = self._columns(width)
        return fit_spans(title_spans(columns, self._roster.order, self._glyphs), width)

    def _columns(self, width: int) -> Columns:
        # The cells of the scrollbar are kept free below.
        return columns_for(width - 1, lasting_room(width - 1, self.app.size.width))

    def on_click(self, event: events.Click) -> None:
        """Sort by the column whose title was clicked, or the other way round."""
        by = sorted_by_at(self._columns(self.size.width), event.x)
        if by is not None:
            self.post_message(self.Chosen(by))


class RosterTitle(Panel):
    """How many are listed, and as what: the parts add up to the number."""

    DEFAULT_CSS = """
    RosterTitle { height: 1; }
    """

    def __init__(self, feed: Feed, glyphs: Glyphs) -> None:
        super().__init__(id="roster-title")
        self._feed = feed
        self._glyphs = glyphs

    def lines(self, width: int, height: int) -> list[list[Span]]:
        parts = self._feed.conference.parts()
        told = [counted(part, number) for part, number in parts.items() if number]
        title = Span(f" PEOPLE {sum(parts.values())}", "strong")
        if len(told) < 2:
            return [[title]]
        return [[title, Span(f" {self._glyphs.between} {', '.join(told)}", "dim")]]


class RosterPane(Container):
    """The roster with its column titles, and the line to filter it by."""

    def __init__(
        self,
        feed: Feed,
        membership: OurPart | None,
        roster: Roster,
        glyphs: Glyphs,
        keys_of: KeysOf,
    ) -> None:
        super().__init__(id="people")
        self.title = RosterTitle(feed, glyphs)
        self.heading = RosterHeading(roster, glyphs)
        self.view = RosterView(feed, membership, roster, glyphs, keys_of)
        completion = Completion(roster.grammar, lambda: feed.conference.participants.values())
        self.filter_line = FilterInput(
            completion, "name, role:host, is:muted, !word", id="filter-input"
        )
        self.filter_hint = FilterHint(completion, id="filter-hint")

    def compose(self) -> ComposeResult:
        yield self.title
        yield self.heading
        yield self.view

    def resorted(self) -> None:
        """Draw the rows and their titles after the host has sorted them anew."""
        self.heading.redraw_lines([0])
        self.view.rearranged()

    def open_filter(self, text: str) -> None:
        """Show the line to filter by, with `text` in it; it can be typed into at once."""
        if self.is_attached and not self.filter_line.is_attached:
            # Most hosts never filter, and an input takes as long to mount as the rest of the pane.
            self.mount(self.filter_line, self.filter_hint)
        self.filter_line.value = text
        self.filter_line.display = self.filter_hint.display = True
        self.filter_hint.show(text)

    def hide_filter(self) -> None:
        """Hide the line to filter by; the filter stays."""
        self.filter_line.display = self.filter_hint.display = False

    def close_filter(self) -> None:
        """Hide the line to filter by, and empty it."""
        self.hide_filter()
        with self.filter_line.prevent(Input.Changed):
            self.filter_line.value = ""
