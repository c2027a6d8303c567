"""A meeting over its time: nothing of it is lost, however long it is, and it fits a terminal."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pexdash.errors import UsageFault
from pexdash.plain.report.curves import BARS, PLAIN_BARS, curves
from pexdash.plain.report.formats import Style
from pexdash.plain.report.over_time import MOST_PIECES, OverTime, sums, together
from pexdash.plain.report.picture import MOST_CONFERENCES, Drawn, draw_picture

BEGAN = 1_770_000_000.0
NAMES = {"ann": "$a_b$ <script>", "bob": "_Bob & Söhne"}


def meeting() -> OverTime:
    """Ten minutes: two people, a third in the middle, alarms, and who talks when."""
    seen = OverTime()
    for at, count in ((0, 2), (200, 3), (400, 2), (450, None), (500, 1), (600, 1)):
        seen.count(BEGAN + at, count)
    seen.talked("ann", BEGAN + 10, BEGAN + 70)
    seen.talked("bob", BEGAN + 60, BEGAN + 80)
    seen.alarm(BEGAN + 250, "warning")
    seen.alarm(BEGAN + 251, "critical")
    return seen


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(
        st.tuples(
            st.floats(0, 40_000), st.sampled_from(["count", "talk", "alarm"]), st.integers(0, 9)
        ),
        min_size=1,
        max_size=40,
    )
)
def test_the_pieces_are_few_and_lose_nothing(steps: list[tuple[float, str, int]]) -> None:
    seen, now, talked, alarms, peak = OverTime(), BEGAN, 0.0, 0, 0
    seen.count(now, 0)
    for seconds, kind, number in steps:
        now += seconds
        if kind == "count":
            seen.count(now, number)
            peak = max(peak, number)
        elif kind == "talk":
            seconds = min(float(number), now - BEGAN)
            seen.talked("ann", now - seconds, now)
            talked += seconds
        else:
            seen.alarm(now, "warning")
            alarms += 1
    assert len(seen.people) <= MOST_PIECES
    assert seen.seconds >= now - BEGAN
    assert seen.width == 1.0 or seen.seconds < 2 * (now - BEGAN) + 2 * seen.width
    assert max(one for one in seen.people if one is not None) == peak
    columns = seen.columns(50)
    assert columns[0][0] == 0
    assert columns[-1][1] == len(seen.people)
    assert sum(sums(together(seen.talk.values()), columns)) == pytest.approx(talked, abs=1e-3)
    assert sum(sums(together(seen.alarms.values()), columns)) == alarms


def test_people_are_known_in_each_second_but_where_the_line_was_lost() -> None:
    seen = meeting()
    assert seen.width == 2.0
    assert [seen.people[at // 2] for at in (0, 198, 200, 398, 402, 448, 460, 498, 500, 600)] == [
        *(2, 2, 3, 3, 2, 2),
        *(None, None, 1, 1),
    ]


@pytest.mark.parametrize("bars", [BARS, PLAIN_BARS])
def test_the_lines_fit_a_terminal_and_tell_the_shares(bars: str) -> None:
    lines = list(curves(meeting(), NAMES.__getitem__, Style(times=False), bars))
    assert lines[0] == "Over time (10:02)"
    assert max(map(len, lines)) <= 80
    curve = {line[:22].strip(): line[23:-5] for line in lines[1:]}
    figures = [line[-4:].strip() for line in lines[1:] if line[-1:] in "0123456789%"]
    assert figures == ["3", "2", "75%", "25%"]
    assert curve["People"].startswith(bars[5])
    assert bars[-1] in curve["People"]
    assert curve["Alarms raised"].strip() == "2"
    assert curve["$a_b$ <script>"].lstrip()[1:5] == bars[-1] * 4, "she talks all the time"
    assert curve["_Bob & Söhne"].strip(), "he talks a little"


def test_without_a_live_line_there_is_nothing_to_draw(tmp_path: Path) -> None:
    assert list(curves(OverTime(), str, Style(), BARS)) == []
    with pytest.raises(UsageFault, match="nothing to plot"):
        draw_picture(tmp_path / "a.svg", [Drawn("meet", OverTime(), str)], times=True)


def test_a_picture_has_every_name_as_it_is(tmp_path: Path) -> None:
    drawn = Drawn("board $x$", meeting(), NAMES.__getitem__)
    draw_picture(tmp_path / "a.svg", [drawn, drawn], times=True)
    texts = [
        "".join(one.itertext())
        for one in ElementTree.parse(tmp_path / "a.svg").iter()
        if one.tag.endswith("}text")
    ]
    for words in (*NAMES.values(), "board $x$", "critical", "warning", "local time"):
        assert texts.count(words) == {"local time": 2}.get(words, 2), words
    with pytest.raises(UsageFault, match="20 conferences at most"):
        draw_picture(tmp_path / "b.svg", [drawn] * (MOST_CONFERENCES + 1), times=True)
    assert not (tmp_path / "b.svg").exists()
