"""The picture of the layout: who has no room of their own in it is counted."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pexdash.model.events import LayoutChanged, RequestedLayout
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.told import Heard
from pexdash.ui.drawing.glyphs import UNICODE
from pexdash.ui.widgets.layout import LayoutPane, box_at, grid_rows, layout_rows, picture_of
from tests.manual_clock import ManualClock


def drawn(mains: int, others: int, width: int, height: int) -> list[str]:
    rows = layout_rows(["m"] * mains, ["o"] * others, width, height)
    return picture_of(rows, [], width, height, UNICODE)


@given(st.integers(1, 2), st.integers(0, 33), st.integers(13, 80), st.integers(3, 20))
def test_everybody_is_named_or_counted(mains: int, others: int, width: int, height: int) -> None:
    lines = drawn(mains, others, width, height)
    text = "\n".join(lines)
    counted = sum(int(number) for number in re.findall(r"\+(\d+)", text))
    assert text.count("m") == mains
    assert text.count("o") + counted == others
    assert len(lines) <= height
    assert {cell_len(line) for line in lines} == {width}


@pytest.mark.parametrize("height", [3, 4])
def test_a_box_beside_the_main_speaker_counts_those_without_room(height: int) -> None:
    assert drawn(1, 7, 21, height) == [
        "┌─────────┬─────────┐",
        "│    m    │   +7    │",
        "└─────────┴─────────┘",
    ]


@given(st.integers(1, 34), st.integers(2, 5), st.integers(20, 80), st.integers(3, 20))
def test_equals_stand_in_rows_and_those_without_room_are_counted(
    people: int, columns: int, width: int, height: int
) -> None:
    rows = grid_rows(["o"] * people, columns, width, height)
    lines = picture_of(rows, [], width, height, UNICODE)
    text = "\n".join(lines)
    counted = sum(int(number) for number in re.findall(r"\+(\d+)", text))
    assert text.count("o") + counted == people
    assert len(lines) <= height
    assert {cell_len(line) for line in lines} == {width}


@given(st.integers(1, 3), st.integers(0, 12), st.integers(20, 80), st.integers(3, 12))
def test_each_cell_of_a_box_belongs_to_who_is_named_in_it(
    mains: int, others: int, width: int, height: int
) -> None:
    names = [chr(ord("a") + at) for at in range(mains + others)]
    rows = layout_rows(names[:mains], names[mains:], width, height)
    seats = [name for row in rows for name in row]
    lines = picture_of(rows, names, width, height, UNICODE)
    found = set()
    for y, line in enumerate(lines):
        for x, sign in enumerate(line):
            box = box_at(rows, width, x, y)
            assert (box is None) == (sign in UNICODE.box)
            if box is not None and sign != " ":
                found.add(box)
                assert sign in seats[box]
    assert found == {at for at, name in enumerate(seats) if name}


def pane(view: str, requested: RequestedLayout | None) -> str:
    """The title of the pane for a layout."""
    feed = Feed("meet.alice", ManualClock())
    feed.tell(Heard([LayoutChanged(view, (), requested)]))
    title = LayoutPane(feed, UNICODE, "").lines(60, 5)[0]
    return "".join(span.text for span in title).rstrip(" ╌")


def test_the_pane_tells_what_is_asked_where_something_else_is_in_force() -> None:
    assert pane("1:7", None) == " LAYOUT  1:7  main + 7"
    assert pane("1:7", RequestedLayout("1:7", "1:7")) == " LAYOUT  1:7  main + 7"
    assert pane("1:7", RequestedLayout("4:0", "4:0")) == " LAYOUT  1:7  asked 4:0"
    assert pane("1:7", RequestedLayout("1:7", "1:0")) == " LAYOUT  1:7  asked 1:7, Guests 1:0"
