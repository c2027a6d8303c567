"""One line of a wall, drawn by a function."""

from __future__ import annotations

from collections.abc import Callable

from pexdash.ui.drawing.panel import Panel
from pexdash.ui.drawing.spans import Span


class WallLine(Panel):
    """Draws the spans that `make` returns for the width in cells."""

    DEFAULT_CSS = """
    WallLine { height: 1; }
    """

    def __init__(self, make: Callable[[int], list[Span]], *, id: str) -> None:
        super().__init__(id=id)
        self._make = make

    def lines(self, width: int, height: int) -> list[list[Span]]:
        return [self._make(width)]
