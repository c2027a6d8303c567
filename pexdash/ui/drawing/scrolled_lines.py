"""Lines that scroll, the latest at the bottom."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView

from pexdash.ui.drawing.lines import Lines
from pexdash.ui.drawing.spans import Span, fit_spans


class ScrolledLines(Lines, ScrollView):
    """Shows `drawn`, as far as there is room; a subclass calls `resized` after a change of it."""

    DEFAULT_CSS = """
    ScrolledLines {
        height: 1fr; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        overflow-x: hidden; overflow-y: auto;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.drawn: list[list[Span]] = []

    def resized(self, top: int | None = None) -> None:
        """Show the lines of now, from `top` on; without a `top`, the last ones."""
        # Nothing scrolls sideways, and a width would cost a second layout at every resize.
        self.virtual_size = Size(0, len(self.drawn))
        self.go_to(len(self.drawn) if top is None else top)
        self.refresh()

    def go_to(self, top: int) -> None:
        """Show the lines from `top` on, as far as there are so many."""
        self.scroll_to(y=top, animate=False, immediate=True, force=True)

    def scroll_by(self, lines: int) -> None:
        """Scroll by so many lines, back for a negative number."""
        self.go_to(self.scroll_offset.y + lines)

    def spans(self, y: int, width: int) -> list[Span]:
        at = y + self.scroll_offset.y
        return fit_spans(self.drawn[at] if at < len(self.drawn) else [], width)
