"""A layout as a small picture in character cells, readable without colours."""

from __future__ import annotations

from collections.abc import Sequence

from pexdash.model.layouts import Box
from pexdash.ui.drawing.glyphs import Glyphs

_APART = 0.02
"""The part of the picture by which two boxes must overlap to lie over each other."""


def mosaic(boxes: Sequence[Box], width: int, height: int, glyphs: Glyphs) -> list[str]:
    """Draw `boxes` as filled rectangles, later ones over earlier ones, in lines of `width` cells.

    A cell is four dots where the terminal has signs for that. Where it has none, a cell is one
    dot, and rows of boxes that touch are told apart by two signs.
    """
    return _Dots(glyphs.quadrants, width, height).drawn(boxes, glyphs)


class _Dots:
    def __init__(self, quadrants: str, width: int, height: int) -> None:
        self._quadrants = quadrants
        self._fold = 2 if quadrants else 1
        self._columns, self._rows = width * self._fold, height * self._fold
        self._dots = [[0] * self._columns for _ in range(self._rows)]

    def drawn(self, boxes: Sequence[Box], glyphs: Glyphs) -> list[str]:
        tops = sorted({round(box.top, 2) for box in boxes})
        for at, box in enumerate(boxes):
            covers = any(_overlap(box, other) for other in boxes[:at])
            self._fill(box, 1 + tops.index(round(box.top, 2)) % 2, clear=covers)
        if not self._quadrants:
            signs = f" {glyphs.fill}"
            return ["".join(signs[dot] for dot in row) for row in self._dots]
        return [
            "".join(self._cell(x, y) for x in range(0, self._columns, 2))
            for y in range(0, self._rows, 2)
        ]

    def _cell(self, x: int, y: int) -> str:
        dots = self._dots
        four = (dots[y][x], dots[y][x + 1], dots[y + 1][x], dots[y + 1][x + 1])
        return self._quadrants[sum(1 << at for at, dot in enumerate(four) if dot)]

    def _fill(self, box: Box, value: int, *, clear: bool) -> None:
        between = 1 if self._fold > 1 else 0
        left, right = _span(box.left, box.width, self._columns, 1)
        top, low = _span(box.top, box.height, self._rows, between)
        if clear:
            self._set(left - 1, right + 1, top - between, low + between, 0)
        self._set(left, right, top, low, value)

    def _set(self, left: int, right: int, top: int, low: int, value: int) -> None:
        for y in range(max(top, 0), min(low, self._rows)):
            for x in range(max(left, 0), min(right, self._columns)):
                self._dots[y][x] = value


def _span(start: float, length: float, dots: int, between: int) -> tuple[int, int]:
    """The dots that a box takes in one direction, with `between` dots to the next box."""
    whole = dots + between
    first = min(round(start * whole), dots - 1)
    return first, max(round((start + length) * whole) - between, first + 1)


def _overlap(one: Box, other: Box) -> bool:
    across = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    down = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    return across > _APART and down > _APART
