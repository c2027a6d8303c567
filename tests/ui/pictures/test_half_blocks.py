"""Known pixels become known cells."""

from __future__ import annotations

from rich.console import Console
from rich.style import Style

from pexdash.ui.pictures.decoding import Pixels, decode
from pexdash.ui.pictures.half_blocks import (
    RAMP,
    UPPER_HALF,
    Cell,
    half_blocks,
    ramp,
    reduced,
    strips,
)
from tests.ui.pictures.drawn import BLACK, BLUE, GREEN, RED, WHITE, png_of


def pixels_of(*lines: list[tuple[int, int, int]]) -> Pixels:
    return decode(png_of(list(lines)), (len(lines[0]), len(lines)))


def test_two_pixels_share_a_cell() -> None:
    pixels = pixels_of([RED, GREEN], [BLUE, WHITE], [BLACK, RED])
    assert half_blocks(pixels) == [
        [Cell(UPPER_HALF, RED, BLUE), Cell(UPPER_HALF, GREEN, WHITE)],
        [Cell(UPPER_HALF, BLACK), Cell(UPPER_HALF, RED)],
    ]


def test_the_ramp_goes_from_dark_to_bright_without_colour() -> None:
    greys = [(value, value, value) for value in range(0, 256, 28)]
    (row,) = ramp(pixels_of(greys, greys))
    assert "".join(cell.char for cell in row) == RAMP
    assert all(cell.foreground is cell.background is None for cell in row)
    assert ramp(pixels_of([WHITE], [BLACK], [WHITE])) == [[Cell("+")], [Cell("@")]]


def test_rows_are_centred_and_like_cells_are_one_segment() -> None:
    rows = half_blocks(pixels_of([RED, RED, RED, BLUE], [RED, RED, RED, BLUE]))
    (strip,) = strips(rows, 7, Style.parse("on #101010"))
    assert strip.cell_length == 7
    assert [segment.text for segment in strip] == [" ", "▀▀▀", "▀", "  "]
    shown = strip.render(Console(color_system="truecolor", force_terminal=True))
    assert "38;2;255;0;0;48;2;255;0;0m▀▀▀" in shown
    assert "38;2;0;0;255;48;2;0;0;255m▀" in shown


def test_fewer_colours_are_those_of_the_palette() -> None:
    dull = reduced(Pixels(1, 1, bytes((10, 100, 250))))
    assert dull.at(0, 0) == (0, 95, 255)
