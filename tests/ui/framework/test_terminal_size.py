"""What a terminal says of its size is believed as far as it can be drawn."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios

import pytest
from textual import events
from textual.geometry import Size

from pexdash.ui.framework.terminal_size import LARGEST, USUAL, bounded_resize, size_of


@pytest.mark.parametrize(
    ("told", "drawn"),
    [
        ((120, 40), Size(120, 40)),
        ((1, 1), Size(1, 1)),
        ((0, 0), USUAL),
        ((0, 40), USUAL),
        ((80, 0), USUAL),
        ((10_000, 10_000), LARGEST),
        ((65_535, 1), Size(LARGEST.width, 1)),
    ],
)
def test_the_terminal_tells_and_not_the_environment(
    told: tuple[int, int], drawn: Size, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "33")
    monkeypatch.setenv("LINES", "7")
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", told[1], told[0], 0, 0))
    assert size_of(slave) == drawn
    os.close(slave)
    os.close(master)


def test_what_is_no_terminal_has_the_usual_size() -> None:
    assert size_of(-1) == USUAL


def test_what_is_told_in_band_is_bounded_too() -> None:
    usual = events.Resize.from_dimensions((120, 40), (1200, 800))
    assert bounded_resize(usual) is usual
    large = bounded_resize(events.Resize.from_dimensions((9_999_999, 40), (1200, 800)))
    assert large is not None
    assert (large.size, large.virtual_size, large.container_size) == (Size(LARGEST.width, 40),) * 3
    assert bounded_resize(events.Resize.from_dimensions((0, 0), (0, 0))) is None
