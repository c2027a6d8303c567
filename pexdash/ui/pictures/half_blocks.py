"""Pixels as characters: two to a cell in 24-bit colour, or a ramp of brightness without colour."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from pexdash.ui.pictures.decoding import Pixels

UPPER_HALF = "▀"
RAMP = " .:-=+*#%@"

Colour = tuple[int, int, int]

# The six steps a channel has in the palette of 256 colours.
_STEPS = (0, 95, 135, 175, 215, 255)
_TO_STEPS = bytes(min(_STEPS, key=lambda step: abs(step - value)) for value in range(256))


class Cell(NamedTuple):
    """A character with its colours; None is the terminal's own."""

    char: str
    foreground: Colour | None = None
    background: Colour | None = None


def pixels_for(width: int, height: int) -> tuple[int, int]:
    """The pixels of an area of cells, across and down: a cell is about twice as high as wide."""
    return width, height * 2


def half_blocks(pixels: Pixels) -> list[list[Cell]]:
    """Two lines of pixels in each row: the upper as foreground, the lower as background."""
    lines = [_line(pixels, y) for y in range(pixels.height)]
    if len(lines) % 2:
        lines.append([None] * pixels.width)
    return [
        [Cell(UPPER_HALF, above, below) for above, below in zip(*pair, strict=True)]
        for pair in zip(lines[::2], lines[1::2], strict=True)
    ]


def ramp(pixels: Pixels) -> list[list[Cell]]:
    """Two lines of pixels in each row: the brighter the pixels, the denser their character."""
    rows = []
    for y in range(0, pixels.height, 2):
        pair = [_line(pixels, line) for line in (y, y + 1) if line < pixels.height]
        columns = zip(*pair, strict=True)
        rows.append([Cell(_shade([one for one in column if one])) for column in columns])
    return rows


def reduced(pixels: Pixels) -> Pixels:
    """The picture in the 216 colours of the 256-colour palette.

    Rich finds the nearest palette colour by itself, but keeps only a thousand results: with the
    colours of a photograph it would search the palette anew for nearly every cell.
    """
    return Pixels(pixels.width, pixels.height, pixels.rgb.translate(_TO_STEPS))


def strips(rows: Iterable[list[Cell]], width: int, ground: Style) -> list[Strip]:
    """Rows as lines of `width` cells, centred; equal neighbours become one segment."""
    drawn = []
    for row in rows:
        left = (width - len(row)) // 2
        segments = [Segment(" " * left, ground)] if left else []
        for cell, run in groupby(row):
            segments.append(Segment(cell.char * sum(1 for _ in run), ground + _style(cell)))
        right = width - len(row) - left
        if right:
            segments.append(Segment(" " * right, ground))
        drawn.append(Strip(segments, width))
    return drawn


def _line(pixels: Pixels, y: int) -> list[Colour | None]:
    stride = pixels.width * 3
    line = pixels.rgb[y * stride : (y + 1) * stride]
    return list(zip(line[::3], line[1::3], line[2::3], strict=True))


def _shade(colours: list[Colour]) -> str:
    light = sum(0.299 * red + 0.587 * green + 0.114 * blue for red, green, blue in colours)
    return RAMP[min(len(RAMP) - 1, int(light / max(1, len(colours)) * len(RAMP) / 255))]


def _style(cell: Cell) -> Style:
    return Style(color=_colour(cell.foreground), bgcolor=_colour(cell.background))


def _colour(colour: Colour | None) -> Color | None:
    return None if colour is None else Color.from_rgb(*colour)
