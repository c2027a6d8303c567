"""A terminal's screen whose text is read often and changes little."""

from __future__ import annotations

import pyte


class ReadScreen(pyte.Screen):
    """pyte's screen, of which only those lines are read again that were written to."""

    def __init__(self, columns: int, lines: int) -> None:
        self._texts: dict[int, str] = {}
        super().__init__(columns, lines)

    def draw(self, data: str) -> None:
        """Write text at the cursor."""
        if not self.cursor.x:
            # A mark without a base goes to the last cell of the line above, which pyte does not
            # count as written to.
            self.dirty.add(self.cursor.y - 1)
        super().draw(data)

    def texts(self) -> list[str]:
        """The screen as text, line by line.

        Read cell by cell: pyte's own reading fails on half a wide character, which stands there
        for a moment when a frame comes in two pieces.
        """
        for y in range(self.lines):
            if y in self.dirty or y not in self._texts:
                row = self.buffer[y]
                self._texts[y] = "".join([row[x].data for x in range(self.columns)])
        self.dirty.clear()
        return [self._texts[y] for y in range(self.lines)]
