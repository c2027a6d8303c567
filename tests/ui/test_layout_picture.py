"""The picture of the layout: who has no room of their own in it is counted."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pexdash.ui.drawing.glyphs import UNICODE
from pexdash.ui.widgets.layout import layout_picture


def drawn(mains: int, others: int, width: int, height: int) -> list[str]:
    return layout_picture(["m"] * mains, ["o"] * others, width, height, UNICODE)


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
