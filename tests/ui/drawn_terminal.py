"""A terminal for a dashboard that has none of its own, and what it shows."""

from __future__ import annotations

from typing import Any

import pyte

from tests.read_screen import ReadScreen


class DrawnTerminal:
    """A terminal that takes at once all it is given, and what its screen shows.

    `behind` says that it has not yet read the last.
    """

    is_away = False

    def __init__(self) -> None:
        self.behind = False
        self._screen = ReadScreen(200, 60)
        self._stream = pyte.Stream(self._screen)

    def write(self, text: str) -> None:
        self._stream.feed(text)

    def is_behind(self) -> bool:
        return self.behind

    def shows(self, *texts: str) -> bool:
        lines = self._screen.texts()
        return all(any(text in line for line in lines) for text in texts)

    def line_with(self, text: str, below: int = 0) -> str:
        """The first line with `text`, or the line so far below it; "" where there is none."""
        lines = self._screen.texts()
        found = next((at for at, line in enumerate(lines) if text in line), len(lines))
        return next(iter(lines[found + below : found + below + 1]), "")

    def picture(self, columns: int, lines: int) -> list[list[tuple[Any, ...]]]:
        """What the eye sees of each cell."""
        rows = [self._screen.buffer[y] for y in range(lines)]
        return [[look(row[x]) for x in range(columns)] for row in rows]


def look(cell: Any) -> tuple[Any, ...]:
    """What the eye sees of a cell: of a blank only its background."""
    if cell.data == " " and not cell.reverse and not cell.underscore:
        return " ", cell.bg
    return cell.data, cell.fg, cell.bg, cell.bold, cell.underscore, cell.reverse
