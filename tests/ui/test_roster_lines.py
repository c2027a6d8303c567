"""What waits stays on top of the roster, the rest scrolls, and the cursor is always in view."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pexdash.model.sections import Row, Section
from pexdash.ui.drawing.section_line import OutOfSight
from pexdash.ui.widgets.roster_lines import LEAST_CALLING, RosterLines

HEIGHTS = st.integers(16, 80)
CALLING = (Section.WAITING, Section.HANDS)


def rows_of(*numbers: int) -> list[Row]:
    """The rows of so many people in each section, in the order of the sections."""
    rows = []
    for section, number in zip(Section, numbers, strict=True):
        if number:
            rows.append(Row(section, count=number))
            rows += [Row(section, f"{section.name}{at}") for at in range(1, number + 1)]
    return rows


def laid_out(rows: list[Row], cursor: int | None, height: int) -> RosterLines:
    lines = RosterLines()
    lines.arrange(rows, cursor, height)
    return lines


def in_view(lines: RosterLines, height: int, top: int) -> list[Row]:
    return [row for y in range(height) if (row := lines.at(y, top)) is not None]


ROSTERS = st.tuples(*[st.integers(0, 60)] * 4).filter(any)


@given(ROSTERS, HEIGHTS, st.data())
def test_the_cursor_comes_into_view_below_the_heading_of_its_section(
    numbers: tuple[int, ...], height: int, data: st.DataObject
) -> None:
    rows = rows_of(*numbers)
    people = [at for at, row in enumerate(rows) if row.uuid]
    cursor = data.draw(st.sampled_from(people))
    lines = laid_out(rows, cursor, height)
    most = max(0, len(lines) - height)
    line = lines.line_of(cursor)
    assert line is not None
    top = max(0, min(lines.top_for(line, data.draw(st.integers(0, most))), most))
    y = lines.view_of(line, top)
    assert y is not None
    assert lines.at(y, top) == rows[cursor]
    above = [one for one in in_view(lines, y, top) if not one.uuid]
    assert above[-1].section is rows[cursor].section


@given(ROSTERS, HEIGHTS, st.data())
def test_those_who_wait_and_hands_stay_on_top_and_leave_room(
    numbers: tuple[int, ...], height: int, data: st.DataObject
) -> None:
    rows = rows_of(*numbers)
    outside = [at for at, row in enumerate(rows) if row.uuid and row.section not in CALLING]
    lines = laid_out(rows, outside[0] if outside else None, height)
    top = data.draw(st.integers(0, max(0, len(lines) - height)))
    shown = in_view(lines, height, top)
    for section, number in zip(CALLING, numbers[:2], strict=True):
        of_section = [row for row in shown if row.section is section]
        assert len(of_section) <= max(height // 4, LEAST_CALLING + 1)
        assert len(of_section) == (1 + min(number, height // 4 - 1) if number else 0)
        assert [row.uuid for row in of_section[1:]] == [
            f"{section.name}{at}" for at in range(1, len(of_section))
        ], "the first are shown, who have waited for longest"


@given(ROSTERS, HEIGHTS, st.data())
def test_the_headings_in_view_are_those_that_stand_there(
    numbers: tuple[int, ...], height: int, data: st.DataObject
) -> None:
    lines = laid_out(rows_of(*numbers), None, height)
    top = data.draw(st.integers(0, max(0, len(lines) - height)))
    standing = [(y, lines.at(y, top)) for y in range(height)]
    assert lines.headings(top) == [(y, row) for y, row in standing if row and not row.uuid]


@given(ROSTERS, HEIGHTS, st.data())
def test_what_is_out_of_sight_is_told_in_full(
    numbers: tuple[int, ...], height: int, data: st.DataObject
) -> None:
    rows = rows_of(*numbers)
    cursor = data.draw(st.sampled_from([at for at, row in enumerate(rows) if row.uuid]))
    lines = laid_out(rows, cursor, height)
    top = data.draw(st.integers(0, max(0, len(lines) - height)))
    shown = in_view(lines, height, top)
    told: dict[Section, OutOfSight] = {
        row.section: lines.unseen(row.section, top) for row in shown if not row.uuid
    }
    for section, unseen in told.items():
        seen = [
            int(row.uuid[len(section.name) :])
            for row in shown
            if row.uuid
            if row.section is section
        ]
        assert seen == list(range(unseen.first, unseen.last + 1))
        assert unseen.below == numbers[section] - unseen.last
    last = max(told)
    beyond = {section: number for section, number in zip(Section, numbers, strict=True) if number}
    assert dict(told[last].beyond) == {one: n for one, n in beyond.items() if one > last}


def test_a_section_with_the_cursor_in_it_is_shown_whole_and_scrolls() -> None:
    rows = rows_of(40, 2, 2, 10)
    lines = laid_out(rows, 45, 16)
    assert (lines.pinned, len(lines)) == (7, 4 + 3 + 3 + 11)
    lines.arrange(rows, 30, 16)
    assert (lines.pinned, len(lines)) == (0, 41 + 3 + 3 + 11)
    assert lines.line_of(30) == 30


def test_a_view_too_low_for_it_keeps_nothing_on_top() -> None:
    lines = laid_out(rows_of(5, 5, 5, 5), None, 6)
    assert lines.pinned == 0
    assert [row.uuid for row in in_view(lines, 6, 0)][:4] == ["", "WAITING1", "WAITING2", ""]
