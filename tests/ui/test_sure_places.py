"""A click counts only where the line has been the same person's for a while."""

from __future__ import annotations

from pexdash.ui.drawing.sure_places import SURE_SECONDS, SurePlaces


def test_a_line_that_was_anothers_just_now_is_not_sure() -> None:
    lines = SurePlaces()
    lines.note(["a", "b", ""], 10.0)
    assert all(lines.are_sure(y, 10.0) for y in range(3)), "nobody stood there before"
    lines.note(["b", "b", "c"], 11.0)
    assert [lines.are_sure(y, 11.0) for y in range(3)] == [False, True, True]
    assert not lines.are_sure(0, 11.0 + SURE_SECONDS * 0.9)
    assert lines.are_sure(0, 11.0 + SURE_SECONDS)


def test_a_line_on_which_nobody_stands_any_more_is_not_sure_for_who_comes_next() -> None:
    lines = SurePlaces()
    lines.note(["a"], 1.0)
    lines.note([""], 1.1)
    lines.note(["b"], 1.2)
    assert not lines.are_sure(0, 1.3)
