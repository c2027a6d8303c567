"""How a layout looks by its name, and what it is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.model.layouts import Box, Layout, boxes_by_name, mains_in, words_of

COUNTS = {
    "1:0": 1,
    "1:7": 8,
    "5:7": 12,
    "1:21": 22,
    "2:21": 23,
    "1:33": 34,
    "2:0": 2,
    "4:0": 4,
    "9:0": 9,
    "12:0": 12,
    "16:0": 16,
    "25:0": 25,
    "2x2": 4,
    "3x2": 6,
    "ac": 5,
}


def overlap(one: Box, other: Box) -> bool:
    apart = 1e-9
    return (
        one.left + one.width > other.left + apart
        and other.left + other.width > one.left + apart
        and one.top + one.height > other.top + apart
        and other.top + other.height > one.top + apart
    )


@pytest.mark.parametrize(("name", "count"), COUNTS.items())
def test_each_person_has_a_place_of_their_own(name: str, count: int) -> None:
    boxes = boxes_by_name(name)
    assert len(boxes) == count
    for at, box in enumerate(boxes):
        assert box.left >= 0
        assert box.top >= 0
        assert box.left + box.width <= 1 + 1e-9
        assert box.top + box.height <= 1 + 1e-9
        assert not any(overlap(box, other) for other in boxes[:at])


def test_main_speakers_are_larger_and_come_first() -> None:
    for name in ("1:7", "2:21", "1:33"):
        boxes = boxes_by_name(name)
        mains = mains_in(name)
        least = min(box.width * box.height for box in boxes[:mains])
        assert all(box.width * box.height < least for box in boxes[mains:])


def test_rows_and_columns_are_those_of_the_name() -> None:
    assert boxes_by_name("3x2")[0] == Box(0.0, 0.0, 1 / 3, 0.5)
    assert {box.width for box in boxes_by_name("9:0")} == {1 / 3}


@given(st.text(max_size=12))
def test_any_name_is_drawn_or_is_a_word(name: str) -> None:
    assert len(boxes_by_name(name)) <= 198
    assert isinstance(words_of(name), str)
    assert mains_in(name) >= 1


@pytest.mark.parametrize(
    "name", ["", "teams", "0:7", "7:", "1:700", "0x3", "3x0", "99x99", "1 : 7"]
)
def test_other_words_have_no_places(name: str) -> None:
    assert boxes_by_name(name) == ()


def test_the_node_s_own_picture_is_preferred() -> None:
    own = (Box(0.0, 0.0, 1.0, 1.0),)
    assert Layout("4:0", boxes=own).places == own
    assert len(Layout("4:0").places) == 4


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("1:0", "main only"),
        ("1:7", "main + 7"),
        ("2:21", "2 mains + 21"),
        ("4:0", "2 x 2"),
        ("2:0", "2 alike"),
        ("2x2", ""),
        ("ac", "adaptive"),
        ("teams", ""),
    ],
)
def test_the_words_of_a_layout(name: str, words: str) -> None:
    assert words_of(name) == words
