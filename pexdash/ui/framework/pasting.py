"""Keeps pasted text text: no escape in it becomes a key."""

from __future__ import annotations

from collections.abc import Iterable

from textual._xterm_parser import XTermParser
from textual.message import Message

BEGIN = "\x1b[200~"
END = "\x1b[201~"
_ESCAPE_PICTURE = "\u241b"


class PasteParser(XTermParser):
    """The framework's parser, but it reads no key from an escape in pasted text."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._is_pasting = False
        self._seen = ""
        self._held = ""

    def feed(self, data: str) -> Iterable[Message]:
        """Parse `data`, "" at the end of the input; an escape between BEGIN and END becomes "␛"."""
        plain = self._plain(data)
        if plain or not data:
            yield from super().feed(plain)

    def _plain(self, data: str) -> str:
        plain = ""
        while data:
            if self._is_pasting:
                text, end, data = (self._held + data).partition(END)
                # The last characters may begin an END whose rest is still to come.
                cut = len(text) if end else len(text) - _overlap(text)
                text, self._held = text[:cut], text[cut:]
                plain += text.replace("\x1b", _ESCAPE_PICTURE) + end
                self._is_pasting = not end
                continue
            before, begin, after = (self._seen + data).partition(BEGIN)
            passed = data[: len(data) - len(after)] if begin else data
            self._is_pasting = bool(begin)
            self._seen = "" if begin else before[-len(BEGIN) + 1 :]
            plain, data = plain + passed, after
        return plain


def _overlap(text: str) -> int:
    """How many of the last characters of `text` may be the first of END."""
    return next((size for size in range(len(END) - 1, 0, -1) if text.endswith(END[:size])), 0)
