"""The cells of a terminal, from the bytes a program wrote: as much of one as is written to here.

Faster than a whole emulator, so that seconds of a busy screen can be read chunk by chunk.
"""

from __future__ import annotations

import re
from unicodedata import east_asian_width

_TOKENS = re.compile(
    r"\x1b\[([0-9;:]*)([A-Za-z])"  # a control sequence of no private kind
    r"|\x1b\[[?<>=][0-9;:$]*[A-Za-z]|\x1b\[[0-9;]*[ $][a-z]"
    r"|\x1b[\]P_][^\x1b\x07]*(?:\x07|\x1b\\)|\x1b[()][0-9A-B]|\x1b[=>78c]"
    r"|([\r\n\x08])|([^\x1b\r\n\x08]+)"
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-9;:?<>=$ ]*|[\]P_][^\x1b\x07]*|[()])?$")


class Cells:
    """What stands in each cell and how it is styled."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.text = [[" "] * width for _ in range(height)]
        self.style = [[""] * width for _ in range(height)]
        self._x = self._y = 0
        self._now = ""
        self._rest = b""

    def feed(self, written: bytes) -> None:
        """Take what was written next; half a sequence waits for its other half."""
        written = self._rest + written
        self._rest = b""
        try:
            text = written.decode()
        except UnicodeDecodeError as half:
            text, self._rest = written[: half.start].decode(), written[half.start :]
        if unfinished := _UNFINISHED.search(text):
            self._rest = text[unfinished.start() :].encode() + self._rest
            text = text[: unfinished.start()]
        for found in _TOKENS.finditer(text):
            numbers, command, control, shown = found.groups()
            if shown is not None:
                self._write(shown)
            elif command is not None:
                self._obey(command, numbers)
            elif control is not None:
                self._move(control)

    def line(self, y: int) -> str:
        """A line as text."""
        return "".join(self.text[y])

    def lines(self) -> list[str]:
        """The screen as text."""
        return [self.line(y) for y in range(self.height)]

    def _write(self, shown: str) -> None:
        if self._y >= self.height:
            return
        text, style = self.text[self._y], self.style[self._y]
        for one in shown:
            wide = east_asian_width(one) in "WF"
            if self._x >= self.width:
                return
            text[self._x], style[self._x] = one, self._now
            self._x += 1
            if wide and self._x < self.width:
                text[self._x], style[self._x] = "", self._now
                self._x += 1

    def _move(self, control: str) -> None:
        if control == "\r":
            self._x = 0
        elif control == "\n":
            self._y = min(self._y + 1, self.height - 1)
            # The terminal's own line discipline adds the return.
        else:
            self._x = max(0, self._x - 1)

    def _obey(self, command: str, numbers: str) -> None:
        if command == "m":
            self._now = "" if numbers in ("", "0") else f"{self._now};{numbers}"
            return
        given = [int(number) for number in numbers.split(";") if number.isdigit()]
        first = given[0] if given else 1
        if command in "Hf":
            self._y = min(first, self.height) - 1
            self._x = min(given[1] if len(given) > 1 else 1, self.width) - 1
        elif command == "A":
            self._y = max(0, self._y - first)
        elif command == "B":
            self._y = min(self.height - 1, self._y + first)
        elif command == "C":
            self._x = min(self.width - 1, self._x + first)
        elif command == "D":
            self._x = max(0, self._x - first)
        elif command == "G":
            self._x = min(first, self.width) - 1
        elif command == "X":
            self._blank(self._y, self._x, self._x + first)
        elif command == "K":
            self._blank(self._y, self._x, self.width)
        elif command == "J":
            for y in range(self.height):
                self._blank(y, 0, self.width)

    def _blank(self, y: int, start: int, end: int) -> None:
        for x in range(start, min(end, self.width)):
            self.text[y][x], self.style[y][x] = " ", self._now
