"""A pane that writes lines of spans."""

from __future__ import annotations

from textual.geometry import Region, Size
from textual.strip import Strip

from pexdash.ui.drawing.lines import Lines
from pexdash.ui.drawing.spans import Span, fit_spans


class Panel(Lines):
    """Draws what `lines` returns, each line cut or padded to the width, and none as markup.

    A subclass calls `redraw` after a change; only lines that differ are sent again.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._drawn: list[list[Span]] = []
        self._drawn_size: Size | None = None

    def lines(self, width: int, height: int) -> list[list[Span]]:
        """The lines to draw: at most `height`, each of `width` cells."""
        return []

    def redraw(self) -> None:
        """Draw the lines that differ from what was drawn."""
        if self.size != self._drawn_size:
            # The next paint must make all lines anew, even if the old size is back by then.
            self._drawn_size = None
            self.refresh()
            return
        old, self._drawn = self._drawn, self.lines(*self.size)
        if old != self._drawn:
            height = self.size.height
            differ = [y for y in range(height) if _line(old, y) != _line(self._drawn, y)]
            self.redraw_lines(differ)

    def render_lines(self, crop: Region) -> list[Strip]:
        if self.size != self._drawn_size:
            self._drawn_size = self.size
            self._drawn = self.lines(*self.size)
        return super().render_lines(crop)

    def spans(self, y: int, width: int) -> list[Span]:
        return fit_spans(_line(self._drawn, y), width)


def _line(lines: list[list[Span]], y: int) -> list[Span]:
    return lines[y] if y < len(lines) else []
