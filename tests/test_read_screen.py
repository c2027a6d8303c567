"""What is kept of a screen between two looks is what stands there."""

from __future__ import annotations

import random

import pyte

from tests.read_screen import ReadScreen

WRITTEN = (
    *("Ann", "漢字", "e\u0301", "\u0301", "x" * 15, "\r\n", "\n", "\b", "\t"),
    *("\x1b[H", "\x1b[3;5H", "\x1b[2J", "\x1b[K", "\x1b[1J", "\x1b[L", "\x1b[2M", "\x1b[3P"),
    *("\x1b[2@", "\x1b[4X", "\x1bM", "\x1bD", "\x1b[2;4r", "\x1b[r", "\x1b7", "\x1b8", "\x1bc"),
)


def test_every_look_sees_all_cells_as_they_are() -> None:
    rng = random.Random(1)
    screen = ReadScreen(12, 6)
    stream = pyte.Stream(screen)
    for _ in range(2000):
        if rng.random() < 0.02:
            screen.resize(rng.randint(2, 9), rng.randint(4, 15))
        stream.feed(rng.choice(WRITTEN))
        cells = [
            [screen.buffer[y][x].data for x in range(screen.columns)] for y in range(screen.lines)
        ]
        assert screen.texts() == ["".join(line) for line in cells]
