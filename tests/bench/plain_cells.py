"""What a terminal's cells cost when they are written plainly: the limit of any drawing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tests.bench.cells import Cells

TOGETHER_SECONDS = 0.02
"""What is read within so long was written as one frame."""
_COMMANDS = re.compile(rb"\x1b[\]P_][^\x1b\x07]*(?:\x07|\x1b\\)")
"""Titles and the like, which may end in what rings elsewhere."""

Chunks = Iterable[tuple[float, bytes]]


def frames(chunks: Chunks) -> Iterator[tuple[float, bytes]]:
    """The chunks of each frame as one, with the time of the first."""
    began, told, last = 0.0, b"", float("-inf")
    for at, written in chunks:
        if told and at - last > TOGETHER_SECONDS:
            yield began, told
            told = b""
        began = began if told else at
        told, last = told + written, at
    if told:
        yield began, told


def plain_bytes(before: Chunks, chunks: Chunks, size: tuple[int, int]) -> int:
    """The bytes of the cells that differ from frame to frame of `chunks`, without any style.

    Each stretch of them costs the sequence that moves there, and its text. `before` is what was
    written to the terminal of `size` columns and lines until then.
    """
    cells = Cells(*size)
    for _, written in before:
        cells.feed(written)
    shown, cost = cells.lines(), 0
    for _, written in frames(chunks):
        cells.feed(written)
        now = cells.lines()
        cost += sum(_cost(y, *lines) for y, lines in enumerate(zip(shown, now, strict=True)))
        shown = now
    return cost


def _cost(y: int, old: str, new: str) -> int:
    if old == new:
        return 0
    cost, end = 0, -1
    for x, (before, after) in enumerate(zip(old, new, strict=False)):
        if before != after:
            cost += (len(f"\x1b[{y + 1};{x + 1}H") if x != end else 0) + len(after.encode())
            end = x + 1
    return cost


def bells(chunks: Chunks) -> int:
    """How often a terminal rang."""
    return _COMMANDS.sub(b"", b"".join(written for _, written in chunks)).count(b"\x07")


def first_shown(chunks: Chunks, words: re.Pattern[str], size: tuple[int, int]) -> float | None:
    """When a line of a terminal of `size` first showed the words, None where none did."""
    cells = Cells(*size)
    for at, written in chunks:
        cells.feed(written)
        if any(words.search(line) for line in cells.lines()):
            return at
    return None
