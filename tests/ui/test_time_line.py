"""The curve of a recording: the most people within each cell."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pexdash.ui.widgets.time_line import peaks


def test_a_crowd_of_a_moment_is_seen() -> None:
    assert peaks([(0.0, 2), (5.0, 9), (5.1, 3), (8.0, 0)], 4, 10.0) == [2, 2, 9, 3]


@given(
    st.lists(st.tuples(st.floats(0, 100), st.integers(0, 50)), max_size=20).map(sorted),
    st.integers(1, 80),
)
def test_no_peak_is_lost_and_none_is_made_up(people: list[tuple[float, int]], cells: int) -> None:
    most = peaks(people, cells, 100.5)
    assert len(most) == cells
    assert max(most) == max((count for _, count in people), default=0)
