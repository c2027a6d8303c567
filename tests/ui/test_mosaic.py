"""Layouts as small pictures: every box is seen, with and without Unicode."""

from __future__ import annotations

import pytest

from pexdash.model.layouts import Box, boxes_by_name
from pexdash.ui.drawing.glyphs import ASCII, UNICODE, Glyphs
from pexdash.ui.drawing.mosaic import mosaic

NAMES = ("1:0", "1:7", "5:7", "1:21", "2:21", "1:33", "4:0", "9:0", "16:0", "25:0", "2x2", "ac")


def dots(lines: list[str], glyphs: Glyphs) -> list[str]:
    """The picture with a sign for each dot."""
    if not glyphs.quadrants:
        return lines
    rows = []
    for line in lines:
        sets = [glyphs.quadrants.index(sign) for sign in line]
        for half in (0, 2):
            rows.append(
                "".join("#" if cell >> half + at & 1 else " " for cell in sets for at in (0, 1))
            )
    return rows


def shapes(rows: list[str]) -> int:
    """How many separate areas of one sign there are."""
    left = {(x, y): sign for y, row in enumerate(rows) for x, sign in enumerate(row) if sign != " "}
    count = 0
    while left:
        place, sign = left.popitem()
        count += 1
        waiting = [place]
        while waiting:
            x, y = waiting.pop()
            for beside in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
                if left.get(beside) == sign:
                    del left[beside]
                    waiting.append(beside)
    return count


@pytest.mark.parametrize("name", NAMES)
def test_each_box_is_an_area_of_its_own(name: str) -> None:
    lines = mosaic(boxes_by_name(name), 16, 5, UNICODE)
    assert [len(line) for line in lines] == [16] * 5
    assert shapes(dots(lines, UNICODE)) == len(boxes_by_name(name))


@pytest.mark.parametrize("name", [one for one in NAMES if ":21" not in one and "33" not in one])
def test_each_box_is_an_area_of_its_own_without_unicode(name: str) -> None:
    lines = mosaic(boxes_by_name(name), 16, 5, ASCII)
    assert all(line.isascii() for line in lines)
    assert shapes(lines) == len(boxes_by_name(name))


def test_a_box_over_another_has_an_edge_around_it() -> None:
    whole, small = Box(0.0, 0.0, 1.0, 1.0), Box(0.7, 0.7, 0.2, 0.2)
    for glyphs in (UNICODE, ASCII):
        assert shapes(dots(mosaic([whole, small], 16, 5, glyphs), glyphs)) == 2


def test_no_boxes_are_blank() -> None:
    assert mosaic([], 4, 2, UNICODE) == mosaic([], 4, 2, ASCII) == ["    ", "    "]
