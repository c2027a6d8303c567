"""The help: what each key does, in columns, narrowed by what one types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Input

from pexdash.ui.dialogs.overlay import Overlay
from pexdash.ui.drawing.scrolled_lines import ScrolledLines
from pexdash.ui.drawing.spans import Span, fit, fit_spans
from pexdash.ui.drawing.wrapping import wrapped
from pexdash.ui.widgets.line_input import LineInput

_COLUMN, _BETWEEN, _MOST_COLUMNS = 34, 2, 3
"""The least width of a column and the blanks between two, in cells; how many there are at most."""
_KEY = 8
"""The cells of a key and the blank behind it."""

Line = list[Span]
Block = list[Line]
"""Lines that stay together."""


class HelpSection(NamedTuple):
    """A heading, and below it keys with what they do; a line without a key has ""."""

    title: str
    lines: Sequence[tuple[str, str]]


class HelpView(ScrolledLines):
    """Draws those of the `sections` that hold every word of `search`, in as many columns as fit."""

    def __init__(self, sections: Sequence[HelpSection]) -> None:
        super().__init__(id="help-view")
        self._sections = sections
        self.search = ""

    def lay_out(self) -> None:
        """Draw anew, from the first line on."""
        width = self.scrollable_content_region.width
        if not width:
            return
        columns = max(1, min(_MOST_COLUMNS, (width + _BETWEEN) // (_COLUMN + _BETWEEN)))
        cells = (width - _BETWEEN * (columns - 1)) // columns
        blocks = [block for one in self._sections for block in self._blocks(one, cells)]
        self.drawn = _beside(_in_columns(blocks, columns), cells) or [
            [Span(f"Nothing about {self.search}", "dim")]
        ]
        self.resized(0)

    def _blocks(self, section: HelpSection, width: int) -> Iterable[Block]:
        lines = [one for one in section.lines if self._passes(section, one)]
        for at, (key, words) in enumerate(lines):
            # A heading stays with its first line.
            block: Block = [[], [Span(section.title, "heading")]] if not at else []
            indent = _KEY if any(one for one, _ in section.lines) else 0
            for number, text in enumerate(wrapped(words, width - indent, width - indent)):
                shown = fit(key if not number else "", indent)
                block.append([Span(shown, "accent strong"), Span(text)])
            yield block

    def _passes(self, section: HelpSection, line: tuple[str, str]) -> bool:
        text = f"{section.title} {' '.join(line)}".casefold()
        return all(word in text for word in self.search.casefold().split())

    def on_resize(self) -> None:
        self.lay_out()


def _in_columns(blocks: Sequence[Block], most: int) -> list[list[Line]]:
    """The lines of each column: as few lines as make at most so many columns."""
    total = sum(map(len, blocks))
    for rows in count(max(1, -(-total // most))):
        columns: list[list[Line]] = []
        for block in blocks:
            if not columns or len(columns[-1]) + len(block) > rows:
                columns.append([])
            # A column begins with no blank line.
            columns[-1] += block if columns[-1] or block[0] else block[1:]
        if len(columns) <= most:
            return columns
    raise AssertionError("unreachable: one column holds everything")


def _beside(columns: Sequence[Sequence[Line]], width: int) -> list[Line]:
    """Columns of `width` cells as lines."""
    lines: list[Line] = []
    for y in range(max(map(len, columns), default=0)):
        line: Line = []
        for column in columns:
            between = [Span(" " * _BETWEEN)] if line else []
            line += [*between, *fit_spans(column[y] if y < len(column) else [], width)]
        lines.append(line)
    return lines


class HelpDialog(Overlay[None]):
    """Shows the `sections`; what is typed narrows them, and escape takes that back or closes."""

    SIZE = "-full"
    BINDINGS = [
        Binding("escape", "back", "Close", show=False),
        Binding("up", "scroll_by(-1)", "Up", show=False),
        Binding("down", "scroll_by(1)", "Down", show=False),
        Binding("pageup", "scroll_pages(-1)", "Page up", show=False),
        Binding("pagedown", "scroll_pages(1)", "Page down", show=False),
    ]
    AUTO_FOCUS = "#help-search"

    def __init__(self, sections: Sequence[HelpSection]) -> None:
        super().__init__("Keys", "type to search   up, down, page up, page down   esc closes")
        self._view = HelpView(sections)
        self._line = LineInput("type to search", id="help-search")

    def inside(self) -> ComposeResult:
        yield self._line
        yield self._view

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        # The key by which a filter opens elsewhere begins a search here too.
        self._view.search = event.value.removeprefix("/") or event.value
        self._view.lay_out()

    @on(LineInput.GivenUp)
    def action_back(self) -> None:
        """Show all again, or close."""
        if self._line.value:
            self._line.value = ""
        else:
            self.dismiss(None)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()

    def action_scroll_by(self, by: int) -> None:
        """Scroll by so many lines."""
        self._view.scroll_by(by)

    def action_scroll_pages(self, by: int) -> None:
        """Scroll by so many screenfuls."""
        self._view.scroll_by(by * max(1, self._view.size.height - 1))
