"""The line of keys of a wall, with its notices."""

from __future__ import annotations

from collections.abc import Callable

from pexdash.ui.commands.notice_bar import NoticeBar
from pexdash.ui.drawing.spans import Span


class WallKeys(NoticeBar):
    """Draws the keys that `make` returns for the width in cells, and what each cell is for."""

    def __init__(self, make: Callable[[int], tuple[list[Span], list[str]]]) -> None:
        super().__init__(id="wall-keys")
        self._make = make

    def keys(self, room: int) -> tuple[list[Span], list[str]]:
        return self._make(room)
