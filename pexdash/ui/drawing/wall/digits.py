"""A time in digits three lines high, to be read from across the room."""

from __future__ import annotations

from pexdash.ui.drawing.glyphs import Glyphs

_SHAPES = {
    "0": ("111", "101", "101", "101", "111"),
    "1": ("110", "010", "010", "010", "111"),
    "2": ("111", "001", "111", "100", "111"),
    "3": ("111", "001", "111", "001", "111"),
    "4": ("101", "101", "111", "001", "001"),
    "5": ("111", "100", "111", "001", "111"),
    "6": ("111", "100", "111", "101", "111"),
    "7": ("111", "001", "001", "001", "001"),
    "8": ("111", "101", "111", "101", "111"),
    "9": ("111", "101", "111", "001", "111"),
    ":": ("0", "1", "0", "1", "0"),
}
"""The dots of each sign, five lines of them: two stand above each other in a cell."""
LINES = 3
"""How many lines the digits are high."""


def big_digits(text: str, glyphs: Glyphs) -> list[str]:
    """Digits and colons as three lines of the same width; [] where the terminal cannot draw them.

    Raises KeyError for any other sign.
    """
    if not glyphs.halves:
        return []
    shapes = [_SHAPES[char] for char in text]
    lines = []
    for y in range(LINES):
        cells = []
        for shape in shapes:
            upper, lower = shape[2 * y], shape[2 * y + 1] if 2 * y + 1 < len(shape) else ""
            lower = lower or "0" * len(upper)
            cells.append(
                "".join(
                    glyphs.halves[int(high) + 2 * int(low)]
                    for high, low in zip(upper, lower, strict=True)
                )
            )
        lines.append(" ".join(cells))
    return lines
