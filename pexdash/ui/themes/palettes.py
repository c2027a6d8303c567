"""The colours of each theme, for terminals of 16 million colours, of 256 and of 16.

The tables for fewer colours are chosen like the first: the nearest of 256 colours is often another
colour, or one that cannot be read. `python -m tests.contrast` prints what can be read on what.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from pexdash.ui.themes.roles import Role


class Depth(IntEnum):
    """How many colours a terminal has; the value is the place in a row of the tables."""

    MILLIONS = 0
    EIGHT_BIT = 1
    SIXTEEN = 2


Palette = Mapping[Role, str]
"""A colour for each role, as a style sheet writes it."""
Table = Mapping[Role, tuple[str | None, int | None, str]]
"""Of each role: `#rrggbb`, the number in xterm's palette of 256, one of the sixteen by its name.

None where a terminal of that depth does without the role.
"""

# On 16 colours one ground alone bears all others, so the top line has it too.
DARK: Table = {
    Role.GROUND: ("#15171c", 233, "black"),
    Role.TOP_GROUND: ("#20242c", 235, "black"),
    Role.CURSOR_GROUND: ("#22304a", 17, "blue"),
    Role.TEXT: ("#d8dbe2", 253, "bright_white"),
    Role.DIM: ("#868d9a", 246, "white"),
    Role.LINE: ("#3b414d", 239, "bright_black"),
    Role.ACCENT: ("#8ab4f8", 111, "bright_cyan"),
    Role.ATTENTION: ("#ffb454", 215, "bright_yellow"),
    Role.VOICE: ("#7ad694", 114, "bright_green"),
    Role.MUTED: ("#f07178", 210, "bright_red"),
}
# Of the sixteen only black, blue, magenta and red can be read on white: green is a ground there.
LIGHT: Table = {
    Role.GROUND: ("#fbfbf8", 231, "bright_white"),
    Role.TOP_GROUND: ("#eeefec", 255, "bright_white"),
    Role.CURSOR_GROUND: ("#dbe7fb", 195, "cyan"),
    Role.TEXT: ("#22252b", 235, "black"),
    Role.DIM: ("#666c77", 241, "black"),
    Role.LINE: ("#c9ccd2", 251, "white"),
    Role.ACCENT: ("#1a5fb4", 25, "blue"),
    Role.ATTENTION: ("#9a4b00", 94, "magenta"),
    Role.VOICE: ("#1a7036", 22, "black"),
    Role.VOICE_GROUND: (None, None, "green"),
    Role.MUTED: ("#b3261e", 124, "red"),
}
CONTRAST: Table = {
    Role.GROUND: ("#000000", 16, "black"),
    Role.TOP_GROUND: ("#1c1c1c", 234, "black"),
    Role.CURSOR_GROUND: ("#00306e", 17, "blue"),
    Role.TEXT: ("#ffffff", 231, "bright_white"),
    Role.DIM: ("#c8c8c8", 251, "white"),
    Role.LINE: ("#8a8a8a", 245, "white"),
    Role.ACCENT: ("#8fd0ff", 117, "bright_cyan"),
    Role.ATTENTION: ("#ffd24a", 221, "bright_yellow"),
    Role.VOICE: ("#66f08c", 120, "bright_green"),
    Role.MUTED: ("#ffa0a0", 217, "bright_red"),
}


def palette(table: Table, depth: Depth, *, own_ground: bool = False) -> Palette:
    """The colours of `table` on a terminal of that depth.

    `own_ground` leaves the terminal's own ground under all.
    """
    colours = {
        role: _as_written(colour)
        for role, row in table.items()
        if (colour := row[depth]) is not None
    }
    if own_ground:
        colours[Role.GROUND] = colours[Role.TOP_GROUND] = "ansi_default"
    return colours


def _as_written(colour: str | int) -> str:
    if isinstance(colour, int):
        return of_256(colour)
    return colour if colour.startswith("#") else f"ansi_{colour}"


_STEPS = (0x00, 0x5F, 0x87, 0xAF, 0xD7, 0xFF)
"""The brightness of the steps of the cube of 256 colours (16 to 231)."""


def of_256(number: int) -> str:
    """A colour that becomes `number` (from 16 on) where the framework finds the nearest of 256.

    For what is nearly grey it counts in steps of its own, which are not quite the terminal's.
    """
    red, green, blue = (_STEPS[(number - 16) // step % 6] for step in (36, 6, 1))
    if number > 231:
        red = green = blue = round((number - 231) * 10.2)
    return f"#{red:02x}{green:02x}{blue:02x}"
