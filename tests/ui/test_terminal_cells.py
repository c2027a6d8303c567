"""Only what differs is sent, and the terminal shows the same as if all had been sent."""

from __future__ import annotations

from typing import Any

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import ControlType, Segment
from rich.style import Style

from pexdash.ui.framework.terminal_cells import TerminalCells
from tests.ui.drawn_terminal import look

WIDTH, HEIGHT = 24, 4
STYLES: list[Style | None] = [
    None,
    *(Style.parse(words) for words in ("red", "bold red", "on blue", "underline", "reverse")),
    Style.parse("#102030 on #405060"),
    Style.parse("bold #102030 on #405060"),
    Style.parse("color(9) on color(200)"),
    Style.parse("default on default"),
]


def parameters(style: Style) -> str:
    drawn = style.render("x", color_system=ColorSystem.TRUECOLOR)
    return drawn.partition("x")[0].removeprefix("\x1b[").removesuffix("m")


def cells() -> TerminalCells:
    return TerminalCells(WIDTH, HEIGHT, parameters)


class Shown:
    """A terminal that obeys, character by character."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self.screen.reset_mode(7 << 5)
        self._stream = pyte.Stream(self.screen)

    def feed(self, text: str) -> None:
        self._stream.feed(text)

    def picture(self) -> list[list[tuple[Any, ...]]]:
        """What the eye sees of each cell."""
        return [[look(self.screen.buffer[y][x]) for x in range(WIDTH)] for y in range(HEIGHT)]


TEXT = st.text(st.sampled_from("ab  ●█─é漢字山"), max_size=WIDTH)
PUT = st.tuples(
    st.integers(0, WIDTH - 1),
    st.integers(0, HEIGHT - 1),
    st.lists(st.tuples(TEXT, st.sampled_from(STYLES)), max_size=4),
)


Step = tuple[int, int, list[tuple[str, Style | None]]]


def put(target: TerminalCells, step: Step) -> None:
    """As a compositor does, which never lets a wide character hang over an edge."""
    x, y, pieces = step
    segments = [Segment(text, style) for text, style in pieces]
    target.put(x, y, Segment.adjust_line_length(segments, WIDTH - x))


@given(st.lists(st.lists(PUT, max_size=4), min_size=1, max_size=6))
def test_the_terminal_shows_what_it_would_if_all_were_sent(
    frames: list[list[Step]],
) -> None:
    kept, step_by_step = cells(), Shown()
    blank: list[Step] = [(0, y, [(" " * WIDTH, None)]) for y in range(HEIGHT)]
    everything: list[Step] = []
    for frame in [blank, *frames]:
        everything += frame
        for step in frame:
            put(kept, step)
        step_by_step.feed(kept.difference())
    whole, at_once = cells(), Shown()
    for step in everything:
        put(whole, step)
    at_once.feed(whole.difference())
    assert step_by_step.picture() == at_once.picture()


def test_what_the_terminal_shows_already_is_not_sent() -> None:
    kept = cells()
    put(kept, (0, 0, [("Ann Smith", STYLES[1])]))
    assert kept.difference()
    put(kept, (0, 0, [("Ann Smith", STYLES[1])]))
    assert kept.difference() == ""


def test_one_changed_character_is_one_move_one_pen_and_one_character() -> None:
    kept = cells()
    put(kept, (0, 1, [("0:41", STYLES[1])]))
    kept.difference()
    put(kept, (0, 1, [("0:42", STYLES[1])]))
    assert kept.difference() == "\x1b[2;4H\x1b[31m2\x1b[0m"


def test_a_change_of_colour_alone_sends_no_more_than_the_colour() -> None:
    kept = cells()
    put(kept, (0, 0, [("ab", Style.parse("#102030 on #405060"))]))
    kept.difference()
    put(
        kept,
        (
            0,
            0,
            [("A", Style.parse("#102030 on #405060")), ("B", Style.parse("#ff0000 on #405060"))],
        ),
    )
    sent = kept.difference()
    assert sent == "\x1b[1;1H\x1b[38;2;16;32;48;48;2;64;80;96mA\x1b[38;2;255;0;0mB\x1b[0m"


def test_the_ink_of_a_blank_does_not_matter() -> None:
    kept = cells()
    put(kept, (0, 0, [("    ", Style.parse("red on blue"))]))
    kept.difference()
    put(kept, (0, 0, [("    ", Style.parse("bold white on blue"))]))
    assert kept.difference() == ""
    put(kept, (0, 0, [("    ", Style.parse("underline white on blue"))]))
    assert kept.difference() != ""


def test_what_was_drawn_over_is_sent_again() -> None:
    kept = cells()
    put(kept, (0, 0, [("abcdef", None)]))
    kept.difference()
    kept.forget(2, 0, 2, 1)
    assert kept.difference() == "\x1b[1;3Hcd"
    assert kept.difference() == ""


def test_half_a_wide_character_drawn_over_is_sent_again_whole() -> None:
    kept = cells()
    put(kept, (0, 0, [("a\u5c71bcdef", None)]))
    kept.difference()
    kept.forget(2, 0, 3, 1)
    assert "\u5c71" in kept.difference()


def test_changes_that_cannot_be_sent_yet_do_not_pile_up() -> None:
    kept = cells()
    for number in range(5000):
        put(kept, (number % WIDTH, 1, [(str(number % 7), None)]))
    assert sum(map(len, kept._dirty.values())) <= WIDTH
    assert kept.difference()


def test_after_a_character_terminals_disagree_about_the_place_is_said_again() -> None:
    kept = cells()
    put(kept, (0, 0, [("a👩‍👧b", None)]))
    assert kept.difference().startswith("\x1b[1;1Ha👩‍👧\x1b[1;4Hb")


@pytest.mark.parametrize(
    "poison", ["\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\x00", "\x7f", "\U000e0041", "\ud800"]
)
def test_nothing_a_terminal_obeys_passes(poison: str) -> None:
    kept = cells()
    kept.put(0, 0, [Segment(f"a{poison}b", None)])
    sent = kept.difference()
    assert poison not in sent.replace("\x1b[1;1H", "").replace("\x1b[1;3H", "")
    assert "a" in sent
    assert "b" in sent


def test_control_segments_are_not_text() -> None:
    kept = cells()
    kept.put(0, 0, [Segment("\x1b[2J", None, [(ControlType.CLEAR,)]), Segment("ok", None)])
    assert kept.difference() == "\x1b[1;1Hok"


def test_what_lies_outside_is_left_out() -> None:
    kept = cells()
    kept.put(WIDTH - 2, 0, [Segment("abcdef", None)])
    kept.put(0, HEIGHT, [Segment("below", None)])
    kept.put(0, -1, [Segment("above", None)])
    assert kept.difference() == f"\x1b[1;{WIDTH - 1}Hab"
