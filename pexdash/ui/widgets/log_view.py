"""A pane of lines to read from the first to the last, and to narrow by a filter."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

from textual.binding import Binding

from pexdash.session.moderation.log import FILTER_OF_OWN, Log, LogLine, log_grammar
from pexdash.text import simple_width
from pexdash.ui.drawing.scrolled_lines import ScrolledLines
from pexdash.ui.drawing.spans import Span
from pexdash.ui.drawing.wrapping import wrapped
from pexdash.ui.widgets.filter_line import Completion

_STAMP_WIDTH = 11
_KEPT_LINES = 4096


class Page(Protocol):
    """What a `LogView` shows; `version` differs after each change."""

    @property
    def version(self) -> object: ...

    def lines(self, width: int, filtered_by: str) -> list[list[Span]]:
        """The lines of what passes the filter, the latest last."""
        ...


class LogPage:
    """The log of what happened, as lines."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._grammar = log_grammar()
        self.completion = Completion(self._grammar, lambda: log)

    @property
    def version(self) -> object:
        return self._log.version

    def lines(self, width: int, filtered_by: str) -> list[list[Span]]:
        test = self._grammar.test_of(filtered_by)
        lines = [line for one in self._log if test(one) for line in log_lines(one, width)]
        return lines or [[Span(f" {simple_width(_nothing(filtered_by))}", "dim")]]


def _nothing(filtered_by: str) -> str:
    if filtered_by.strip() == FILTER_OF_OWN:
        return "Nothing has been asked of the node yet."
    return f"Nothing passes the filter {filtered_by}." if filtered_by else "Nothing has happened."


@lru_cache(_KEPT_LINES)
def log_lines(one: LogLine, width: int) -> list[list[Span]]:
    """A line of the log in lines of at most `width` cells: the time, and the words, indented."""
    stamp = time.strftime(" %H:%M:%S  ", time.localtime(one.time))
    room = max(8, width - _STAMP_WIDTH)
    texts = wrapped(simple_width(one.text.rstrip()), room, room)
    look = "muted" if one.failed else ""
    lines = [[Span(" " * _STAMP_WIDTH), Span(text, look)] for text in texts]
    lines[0][0] = Span(stamp, "dim")
    return lines


class LogView(ScrolledLines, can_focus=True):
    """Shows a page, from the last line on; it stays where the reader has scrolled to.

    `at_end` is called whenever the last line of all has come into view.
    """

    BINDINGS = [
        Binding("up", "roll(-1)", "Up", show=False),
        Binding("down", "roll(1)", "Down", show=False),
        Binding("pageup", "roll_pages(-1)", "Page up", show=False),
        Binding("pagedown", "roll_pages(1)", "Page down", show=False),
        Binding("home", "roll(-1000000)", "First", show=False),
        Binding("end", "roll(1000000)", "Last", show=False),
    ]

    def __init__(
        self, page: Page, *, filtered_by: str = "", at_end: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(id="log-view")
        self._at_end = at_end
        self._page = page
        self._drawn_as: tuple[object, int, str] | None = None
        self.filtered_by = filtered_by

    def look(self) -> None:
        """Show what has changed since the last call."""
        width = self.scrollable_content_region.width
        state = (self._page.version, width, self.filtered_by)
        if state == self._drawn_as or not width:
            return
        is_new = self._drawn_as is None or self._drawn_as[1:] != state[1:]
        at_end, top = is_new or self.is_vertical_scroll_end, self.scroll_offset.y
        self._drawn_as = state
        self.drawn = self._page.lines(width, self.filtered_by)
        self.resized(None if at_end else top)
        self._tell_at_end()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._tell_at_end()

    def _tell_at_end(self) -> None:
        if self._drawn_as is not None and self.is_vertical_scroll_end and not self.filtered_by:
            self._at_end()

    def on_resize(self) -> None:
        self.look()

    def action_roll(self, by: int) -> None:
        """Scroll by so many lines."""
        self.scroll_by(by)

    def action_roll_pages(self, by: int) -> None:
        """Scroll by so many screenfuls."""
        self.scroll_by(by * max(1, self.size.height - 1))
