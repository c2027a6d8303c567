"""Every theme can be read, with as many colours as the terminal has, and by every eye."""

from __future__ import annotations

from itertools import combinations

import pytest
from rich.color import ColorSystem
from textual.color import Color

from pexdash.ui.drawing.glyphs import ASCII, UNICODE, Glyphs
from pexdash.ui.themes.palettes import LIGHT, Depth, of_256, palette
from pexdash.ui.themes.roles import Role
from tests.contrast import INKS, README, confusions, table
from tests.ui.themes import colours
from tests.ui.themes.colours import BLINDNESS, Looks, apart, confused, least, shown

THEMES = [pytest.param(looks, id=f"{theme}-{depth}") for theme, depth, looks in shown()]
FEW = [one for one in THEMES if "-16," in str(one.id)]
MANY = [one for one in THEMES if one not in FEW]
LEAST_FOR_TEXT = 4.5
"""The contrast that text needs (WCAG 2.2, 1.4.3); signs need 3 (1.4.11)."""
SIGNS = {
    Role.ATTENTION: ("hand", "lost"),
    Role.VOICE: ("speaking",),
    Role.MUTED: ("muted",),
    Role.ACCENT: ("presenting", "spotlight", "mark"),
}
"""The signs that stand beside what has these colours; nothing else of the four stands in a row."""


@pytest.mark.parametrize("looks", THEMES)
@pytest.mark.parametrize("ink", INKS)
def test_all_can_be_read_on_the_grounds(looks: Looks, ink: Role) -> None:
    assert least(looks, ink) >= LEAST_FOR_TEXT


@pytest.mark.parametrize("looks", MANY)
@pytest.mark.parametrize("ink", [ink for ink in INKS if ink is not Role.DIM])
def test_all_can_be_read_under_the_cursor(looks: Looks, ink: Role) -> None:
    assert least(looks, ink, on_cursor=True) >= LEAST_FOR_TEXT


@pytest.mark.parametrize("looks", FEW)
def test_the_one_ink_under_the_cursor_of_sixteen_colours_can_be_read(looks: Looks) -> None:
    assert least(looks, Role.TEXT, on_cursor=True) >= LEAST_FOR_TEXT


@pytest.mark.parametrize("theme", ["dark", "light", "contrast"])
def test_whoever_sees_all_colours_tells_all_states_apart(theme: str) -> None:
    everybody = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    for name, depth, looks in shown():
        if name == theme and not depth.startswith("16,"):
            for one, other in combinations(colours.STATES, 2):
                assert apart(looks[one], looks[other], everybody) > 2 * colours.CLEARLY_APART


def test_in_the_theme_of_most_contrast_no_eye_takes_states_for_each_other() -> None:
    for name, depth, looks in shown():
        if name == "contrast" and not depth.startswith("16,"):
            assert [confused(looks, eye) for eye in BLINDNESS] == [[], [], []], depth


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_what_colours_tell_apart_the_signs_do_too(glyphs: Glyphs) -> None:
    for one, other in combinations(SIGNS, 2):
        signs = [{getattr(glyphs, name) for name in SIGNS[role]} for role in (one, other)]
        assert not signs[0] & signs[1], (one, other)


@pytest.mark.parametrize("number", range(16, 256))
def test_a_number_of_256_is_what_the_terminal_is_sent(number: int) -> None:
    parsed = Color.parse(of_256(number)).rich_color.downgrade(ColorSystem.EIGHT_BIT)
    assert parsed.number is not None
    # Greys of the cube stand in the row of greys as well.
    assert parsed.number == number or len(set(colours.of_256(number))) == 1


def test_the_readme_has_these_figures() -> None:
    told = README.read_text("utf-8")
    assert table() in told
    assert confusions() in told


def test_the_ground_of_a_voice_comes_with_its_table() -> None:
    few, many = (palette(dict(LIGHT), depth) for depth in (Depth.SIXTEEN, Depth.MILLIONS))
    assert few[Role.VOICE_GROUND] == "ansi_green"
    assert Role.VOICE_GROUND not in many
