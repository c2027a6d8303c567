"""The ground of the terminal, which it tells where it is asked (xterm's OSC 11)."""

from __future__ import annotations

import re

from textual.message import Message

_ANSWER = re.compile(
    r"]11;rgba?:([0-9a-f]{1,4})/([0-9a-f]{1,4})/([0-9a-f]{1,4})(?:/[0-9a-f]{1,4})?", re.IGNORECASE
)
_WEIGHTS = (0.2126, 0.7152, 0.0722)
_AS_FAR_FROM_BLACK_AS_FROM_WHITE = 0.179
"""The luminance of a ground on which black and white can be read alike (WCAG 2.2)."""


class TerminalGround(Message):
    """The terminal has said whether its ground is light."""

    def __init__(self, *, is_light: bool) -> None:
        super().__init__()
        self.is_light = is_light


def ground_of(answer: str) -> TerminalGround | None:
    """What a whole OSC says of the terminal's ground, None where it is no such answer."""
    match = _ANSWER.fullmatch(answer)
    if match is None:
        return None
    parts = (int(one, 16) / (16 ** len(one) - 1) for one in match.groups())
    luminance = sum(map(float.__mul__, _WEIGHTS, map(_linear, parts)))
    return TerminalGround(is_light=luminance > _AS_FAR_FROM_BLACK_AS_FROM_WHITE)


def _linear(part: float) -> float:
    """The light of a channel of sRGB from 0 to 1 (IEC 61966-2-1)."""
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
