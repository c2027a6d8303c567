"""The bar beside a long list: where it stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pexdash.ui.drawing.scroll_bar import bar_cells


@given(st.integers(2, 60), st.integers(1, 5000), st.integers(1, 60), st.data())
def test_the_bar_touches_an_end_only_where_the_list_does(
    size: int, lines: int, in_view: int, data: st.DataObject
) -> None:
    if in_view >= lines:
        assert bar_cells(size, lines, in_view, 0) == (0, 0)
        return
    first = data.draw(st.integers(0, lines - in_view))
    above, shown = bar_cells(size, lines, in_view, first)
    assert 1 <= shown < size
    assert 0 <= above <= size - shown
    if first == 0:
        assert above == 0
    elif first == lines - in_view:
        assert above + shown == size
    elif size - shown > 1:
        assert 0 < above < size - shown
