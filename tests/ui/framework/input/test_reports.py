"""What a terminal reports goes on as what it is, in every form in which terminals say it."""

from __future__ import annotations

import pytest
from textual import events
from textual.geometry import Size
from textual.messages import InBandWindowResize, TerminalSupportsSynchronizedOutput

from tests.ui.framework.input.typing_in import told


@pytest.mark.parametrize(
    "sent",
    [
        b"\x1b[<0;130;7M",
        b"\x1b[32;130;7M",
        b"\x1b[M \xa2'",
        b"\x1b[M \xc2\xa2'",
    ],
    ids=["SGR", "urxvt", "X10", "1005"],
)
def test_a_click_is_the_same_in_every_protocol(sent: bytes) -> None:
    (event,) = told(sent).told
    assert type(event) is events.MouseDown
    assert (event.x, event.y, event.button) == (129, 6, 1)


@pytest.mark.parametrize(
    ("sent", "kind", "button"),
    [
        (b"\x1b[<2;1;1m", events.MouseUp, 3),
        (b"\x1b[<35;1;1M", events.MouseMove, 0),
        (b"\x1b[<32;1;1M", events.MouseMove, 1),
        (b"\x1b[<65;1;1M", events.MouseScrollDown, 0),
        (b"\x1b[96;1;1M", events.MouseScrollUp, 0),
    ],
)
def test_buttons_wheel_and_movement(
    sent: bytes, kind: type[events.MouseEvent], button: int
) -> None:
    (event,) = told(sent).told
    assert type(event) is kind
    assert event.button == button


@pytest.mark.parametrize("sent", [b'\x1b[M"!!\x1b[M#!!', b"\x1b[34;1;1M\x1b[35;1;1M"])
def test_where_none_says_which_button_was_let_go_it_was_the_last(sent: bytes) -> None:
    down, up = told(sent).told
    assert isinstance(down, events.MouseDown)
    assert isinstance(up, events.MouseUp)
    assert (down.button, up.button) == (3, 3)


def test_how_far_it_moved_and_what_was_held() -> None:
    first, second = told(b"\x1b[<0;10;5M", b"\x1b[<28;7;9M").told
    assert isinstance(first, events.MouseDown)
    assert isinstance(second, events.MouseDown)
    assert (second.delta_x, second.delta_y) == (-3, 4)
    assert (first.shift, first.meta, first.ctrl) == (False, False, False)
    assert (second.shift, second.meta, second.ctrl) == (True, True, True)


def test_pixels_are_cells_once_the_terminal_has_told_its_size() -> None:
    resize, down = told(b"\x1b[48;24;80;480;640t", b"\x1b[<0;81;41M").told
    assert isinstance(resize, events.Resize)
    assert isinstance(down, events.MouseDown)
    assert resize.size == Size(80, 24)
    assert (down.x, down.y) == (10, 2)


def test_a_size_without_pixels_leaves_cells_cells() -> None:
    _, down = told(b"\x1b[48;24;80;0;0t", b"\x1b[<0;81;21M").told
    assert isinstance(down, events.MouseDown)
    assert (down.x, down.y) == (80, 20)


@pytest.mark.parametrize(
    "sent",
    [
        b"\x1b[<0;0;1M",
        b"\x1b[<0;1;-1M",
        b"\x1b[<0;" + b"9" * 3000 + b";1M",
        b"\x1b[31;1;1M",
        b"\x1b[M\x00!!",
        b"\x1b[M  !",
        b"\x1b[48;0;80;0;0t",
        b"\x1b[48;24;" + b"9" * 3000 + b";0;0t",
        b"\x1b[?1049;1$y",
        b"\x1b[?2026;0$y",
    ],
)
def test_what_cannot_be_is_not_told(sent: bytes) -> None:
    assert told(sent).told == []


def test_focus_modes_and_the_place_of_the_cursor() -> None:
    focus, blur, sync, resizes, cursor = told(
        b"\x1b[I\x1b[O\x1b[?2026;2$y\x1b[?2048;2$y\x1b[5;7R"
    ).told
    assert isinstance(focus, events.AppFocus)
    assert isinstance(blur, events.AppBlur)
    assert isinstance(sync, TerminalSupportsSynchronizedOutput)
    assert isinstance(resizes, InBandWindowResize)
    assert (resizes.supported, resizes.enabled) == (True, False)
    assert isinstance(cursor, events.CursorPosition)
    assert (cursor.x, cursor.y) == (6, 4)
