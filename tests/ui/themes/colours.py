"""Colours as eyes and terminals have them: contrast, palettes, and how the colour-blind see."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from math import dist

from rich.color import ColorSystem
from textual.color import Color

from pexdash.settings import THEMES
from pexdash.ui.themes.framework_theme import ANSI_ON_LIGHT, themes_for
from pexdash.ui.themes.palettes import Depth
from pexdash.ui.themes.roles import Role

Rgb = tuple[int, int, int]


def _palette(text: str) -> list[Rgb]:
    return [(int(one[:2], 16), int(one[2:4], 16), int(one[4:], 16)) for one in text.split()]


PALETTES = {
    "xterm": _palette(
        "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5"
        " 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff"
    ),
    "VGA": _palette(
        "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa"
        " 555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff"
    ),
    "Campbell": _palette(
        "0c0c0c c50f1f 13a10e c19c00 0037da 881798 3a96dd cccccc"
        " 767676 e74856 16c60c f9f1a5 3b78ff b4009e 61d6d6 f2f2f2"
    ),
}
"""The sixteen colours as terminals have them: xterm's, the PC's, and Windows Terminal's."""
_STEPS = (0, 95, 135, 175, 215, 255)
# Machado, Oliveira and Fernandes, 2009: severity 1, for linear light.
BLINDNESS = {
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""What each kind of eye sees of red, green and blue light."""
_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE = (0.95047, 1.0, 1.08883)
Matrix = tuple[tuple[float, float, float], ...]
CLEARLY_APART = 12.0
"""How far apart (CIE 1976) two colours are that one does not take for each other side by side."""
STATES = (Role.ATTENTION, Role.VOICE, Role.MUTED, Role.ACCENT)
"""The colours that tell states apart."""
Looks = dict[Role, Rgb]
"""What is shown of each role."""


def shown() -> Iterator[tuple[str, str, Looks]]:
    """Every theme, depth and palette: the theme, the depth in words, and its colours as shown."""
    for depth, name in product(Depth, (*THEMES, ANSI_ON_LIGHT)):
        theme = themes_for(depth)[name]
        if not theme.ansi:
            words = "16 million" if depth is Depth.MILLIONS else "256"
            roles = (role for role in Role if role in theme.variables)
            yield name, words, {role: _shown(theme.variables[role], depth) for role in roles}
        elif depth is Depth.SIXTEEN:
            for palette, colours in PALETTES.items():
                own = colours[0] if theme.dark else colours[15]
                yield (
                    name,
                    f"16, {palette}",
                    {
                        role: _of_sixteen(theme.variables[role], colours, own)
                        for role in Role
                        if role in theme.variables
                    },
                )


def _shown(value: str, depth: Depth) -> Rgb:
    colour = Color.parse(value).rich_color
    if depth is Depth.MILLIONS:
        return Color.parse(value).rgb
    number = colour.downgrade(ColorSystem.EIGHT_BIT).number
    assert number is not None
    assert number > 15, "the first sixteen differ from terminal to terminal"
    return of_256(number)


def of_256(number: int) -> Rgb:
    """What xterm shows for a number of its palette, from 16 on."""
    if number > 231:
        return (8 + 10 * (number - 232),) * 3
    at = number - 16
    return _STEPS[at // 36], _STEPS[at // 6 % 6], _STEPS[at % 6]


def _of_sixteen(value: str, colours: list[Rgb], own: Rgb) -> Rgb:
    ansi = Color.parse(value).ansi
    assert ansi is not None, f"{value} is none of the sixteen"
    return own if ansi < 0 else colours[ansi]


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Rgb) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: Rgb) -> tuple[float, ...]:
    parts = (one / 255 for one in colour)
    return tuple(p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)


def apart(one: Rgb, other: Rgb, eye: Matrix) -> float:
    """How far apart an eye sees two colours (CIE 1976); 2 is the least that can be seen."""
    return dist(_lab(one, eye), _lab(other, eye))


def _lab(colour: Rgb, eye: Matrix) -> tuple[float, float, float]:
    seen = tuple(min(1.0, max(0.0, part)) for part in _times(eye, _linear(colour)))
    x, y, z = (_root(part / white) for part, white in zip(_times(_XYZ, seen), _WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _times(matrix: Matrix, vector: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)


def _root(part: float) -> float:
    return part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116


def least(looks: Looks, ink: Role, *, on_cursor: bool = False) -> float:
    """The least contrast of `ink` where it is drawn: on the grounds, or where the cursor is."""
    if on_cursor:
        return contrast(looks[ink], looks[Role.CURSOR_GROUND])
    if ink is Role.VOICE and Role.VOICE_GROUND in looks:
        return contrast(looks[ink], looks[Role.VOICE_GROUND])
    return min(contrast(looks[ink], looks[one]) for one in (Role.GROUND, Role.TOP_GROUND))


def confused(looks: Looks, eye: str) -> list[tuple[Role, Role]]:
    """The pairs of states whose colours an eye does not clearly tell apart."""
    return [
        (one, other)
        for one, other in combinations(STATES, 2)
        if apart(looks[one], looks[other], BLINDNESS[eye]) < CLEARLY_APART
    ]
