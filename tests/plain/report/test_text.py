"""What is printed for people fits the line, whatever is in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pexdash.plain.report.text import duration, fitted, wrapped
from pexdash.text import clean

TEXTS = st.text("ab e\u0301漢👍🏽🇩🇪\ufe0f-", max_size=30).map(clean)


@given(TEXTS, st.integers(2, 20), st.booleans())
def test_a_cell_is_as_wide_as_its_column(text: str, width: int, right: bool) -> None:
    assert cell_len(fitted(text, width, right=right)) == width


@given(TEXTS, st.integers(2, 20))
def test_lines_are_no_wider_than_the_column_and_lose_no_word(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(wrapped(text, 1000)[0].split())


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0:00"), (59.4, "0:59"), (59.5, "1:00"), (3661.0, "1:01:01"), (None, "-")],
)
def test_a_duration_is_read_at_once(seconds: float | None, words: str) -> None:
    assert duration(seconds) == words
