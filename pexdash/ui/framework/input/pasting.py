"""The text between the marks of a bracketed paste (xterm's mode 2004)."""

from __future__ import annotations

from pexdash.ui.framework.input.control_strings import readable

PASTE_END = "\x1b[201~"
MOST_PASTED = 2**20
"""Characters of a paste that is taken; a longer one is dropped whole."""
_ESCAPE_PICTURE = "\u241b"


class Pasting:
    """A paste that has begun and not ended yet."""

    def __init__(self) -> None:
        self._taken: list[str] = []
        self._size = 0
        self._tail = ""

    def take(self, text: str) -> str | None:
        """Take what belongs to the paste; what follows its end, None where that is to come."""
        inside, end, after = (self._tail + text).partition(PASTE_END)
        # The last characters may begin a mark whose rest is still to come.
        cut = len(inside) if end else max(0, len(inside) - len(PASTE_END) + 1)
        self._tail = inside[cut:]
        self._size += cut
        if self._size <= MOST_PASTED:
            self._taken.append(inside[:cut])
        else:
            self._taken.clear()
        return after if end else None

    @property
    def text(self) -> str:
        """What was pasted: an ESC in it as its picture, what is no UTF-8 as U+FFFD, no NUL."""
        taken = "".join(self._taken)
        return readable(taken).replace("\x1b", _ESCAPE_PICTURE).replace("\x00", "")
