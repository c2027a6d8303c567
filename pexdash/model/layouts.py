"""The layouts a node offers, and how each looks."""

from __future__ import annotations

import math
import re

from msgspec import Struct


class Box(Struct, frozen=True):
    """The place of one person in a picture: left, top, width and height as parts of the whole."""

    left: float
    top: float
    width: float
    height: float


class Layout(Struct, frozen=True):
    """A layout that the node offers; `boxes` are those of the node's own picture, if it has one."""

    name: str
    tags: tuple[str, ...] = ()
    boxes: tuple[Box, ...] = ()

    @property
    def places(self) -> tuple[Box, ...]:
        """Where people are in it; empty where neither a picture nor the name tells."""
        return self.boxes or boxes_by_name(self.name)


_NUMBERS = re.compile("([1-9][0-9]?)([:x])([0-9]{1,2})")
_MOST_IN_A_ROW = 11
_MOST_BOXES = 100
_MAINS = 0.64
"""The part of the height that the main speakers have where there is one row below them."""
_ADAPTIVE = "ac"


def boxes_by_name(name: str) -> tuple[Box, ...]:
    """How a layout looks by a name such as "1:7", "4:0", "2x2" or "ac"; empty for other words."""
    if name == _ADAPTIVE:
        return (*_grid(2, 1, 0, 0.6), *_grid(3, 1, 0.6, 1))
    found = _NUMBERS.fullmatch(name)
    if found is None:
        return ()
    first, second = int(found[1]), int(found[3])
    if found[2] == "x":
        return _grid(first * second, second, 0, 1) if 0 < first * second <= _MOST_BOXES else ()
    if not second:
        return _grid(first, math.isqrt(first - 1) + 1 if first > 2 else 1, 0, 1)
    rows = -(-second // _MOST_IN_A_ROW)
    split = _MAINS if rows == 1 else max(1 - 0.2 * rows, 0.34)
    inset = 0.15 if first == 1 else 0.0
    return (*_grid(first, 1, 0, split, inset), *_grid(second, rows, split, 1))


def _grid(count: int, rows: int, top: float, low: float, inset: float = 0.0) -> tuple[Box, ...]:
    """So many boxes in rows between `top` and `low`."""
    columns = -(-count // rows)
    width, height = (1 - 2 * inset) / columns, (low - top) / rows
    return tuple(
        Box(inset + at % columns * width, top + at // columns * height, width, height)
        for at in range(count)
    )


def words_of(name: str) -> str:
    """What a layout of a name such as "1:7" is, in words; "" for a name that is a word itself."""
    if name == _ADAPTIVE:
        return "adaptive"
    found = _NUMBERS.fullmatch(name)
    if found is None or found[2] == "x":
        return ""
    first, second = int(found[1]), int(found[3])
    if not second:
        side = math.isqrt(first)
        if first == 1:
            return "main only"
        return f"{side} x {side}" if side * side == first else f"{first} alike"
    mains = "main" if first == 1 else f"{first} mains"
    return f"{mains} + {second}"


def mains_in(name: str) -> int:
    """How many main speakers a layout has beside others; 1 where its name does not tell."""
    found = _NUMBERS.fullmatch(name)
    return int(found[1]) if found is not None and int(found[3]) and found[2] == ":" else 1


def columns_of(name: str) -> int:
    """How many people stand side by side in a layout of equals; 1 in every other one."""
    found = _NUMBERS.fullmatch(name)
    if found is None or (found[2] == ":" and int(found[3])):
        return 1
    first = int(found[1])
    return first if found[2] == "x" or first < 3 else math.isqrt(first - 1) + 1
