"""The notices at the line of keys: beside the keys where there is room, else above them."""

from __future__ import annotations

from msgspec import Struct
from textual.notifications import SeverityLevel

from pexdash.text import simple_width
from pexdash.ui.drawing.spans import Span, fit
from pexdash.ui.drawing.wrapping import wrapped

MOST_NOTICES = 3
"""How many notices are shown at once; an older one gives way."""
_APART = 2
_LOOKS: dict[SeverityLevel, str] = {
    "information": "strong",
    "warning": "attention strong",
    "error": "muted strong",
}


class _Told(Struct):
    """A notice, and until when it is shown, in seconds of a steady clock."""

    text: str
    look: str
    until: float


class NoticeLines:
    """The notices that are shown, the latest last, each once."""

    def __init__(self) -> None:
        self._told: list[_Told] = []

    def __bool__(self) -> bool:
        return bool(self._told)

    @property
    def texts(self) -> list[str]:
        """What the notices say."""
        return [one.text for one in self._told]

    def add(self, text: str, severity: SeverityLevel, until: float) -> None:
        """Show a notice until then, also where it is shown already."""
        text = " ".join(simple_width(text).split())
        others = [one for one in self._told if one.text != text]
        self._told = [*others, _Told(text, _LOOKS[severity], until)][-MOST_NOTICES:]

    def forget(self, now: float) -> None:
        """Drop the notices whose time is over."""
        self._told = [one for one in self._told if one.until > now]

    def clear(self) -> None:
        """Drop every notice."""
        self._told = []

    def beside(self) -> list[Span]:
        """The notices in one line."""
        spans = []
        for one in self._told:
            spans.append(Span(" " * _APART))
            spans.append(Span(f" {one.text} ", f"{one.look} idle-cursor"))
        return spans

    def lines(self, width: int) -> list[list[Span]]:
        """The notices in lines of `width` cells."""
        room = max(1, width - 2)
        return [
            [Span(f" {fit(line, width - 1)}", f"{one.look} idle-cursor")]
            for one in self._told
            for line in wrapped(one.text, room, room)
        ]
