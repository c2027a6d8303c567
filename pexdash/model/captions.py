"""What is being said, as the node writes it down, kept to a bounded number of lines."""

from __future__ import annotations

from collections import deque

import msgspec

MOST_LINES = 500


class Caption(msgspec.Struct, frozen=True):
    """A line: Unix time of arrival, clean text, its language, and the uuids of who said it."""

    time: float
    text: str
    language: str = ""
    speakers: tuple[str, ...] = ()


class Captions:
    """Lines in order of arrival; the oldest go when there are more than 500.

    `growing` is the line that is still being said, None between two lines. `total` counts the
    finished ones.
    """

    def __init__(self) -> None:
        self.lines: deque[Caption] = deque(maxlen=MOST_LINES)
        self.growing: Caption | None = None
        self.total = 0

    def hear(self, caption: Caption, *, is_final: bool) -> bool:
        """Take what was said so far of a line; returns whether that is news."""
        if not is_final:
            before, self.growing = self.growing, caption
            return before is None or before.text != caption.text
        self.growing = None
        self.lines.append(caption)
        self.total += 1
        return True
