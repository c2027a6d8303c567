"""What is drawn of one conference, of an alarm and of all of them in the first line."""

from __future__ import annotations

import random
from itertools import product

import pytest
from rich.cells import cell_len

from pexdash.model.alarms.edge import Counts
from pexdash.ui.drawing.glyphs import ASCII, UNICODE, Glyphs
from pexdash.ui.drawing.spans import Span
from pexdash.ui.drawing.text_look import LOOKS
from pexdash.ui.drawing.wall.about import About, Waiting, about_lines
from pexdash.ui.drawing.wall.alarm_rows import AlarmRow, alarm_line
from pexdash.ui.drawing.wall.cells import cell_lines
from pexdash.ui.drawing.wall.curve import curve_line
from pexdash.ui.drawing.wall.density import Density, plan_for
from pexdash.ui.drawing.wall.digits import big_digits
from pexdash.ui.drawing.wall.facts import AlarmLine, Mark, TileFacts
from pexdash.ui.drawing.wall.feet import ticker_line
from pexdash.ui.drawing.wall.header import HeaderState, Totals, header_line

NAMES = (
    "a",
    "board.oslo",
    "会議室の会議室の会議室の会議室",
    "a label as long as anybody would give " * 3,
)
LOUD = TileFacts(
    "board.oslo",
    Mark.CRITICAL,
    is_loud=True,
    is_critical=True,
    is_known=True,
    people=17,
    hosts=1,
    waiting=3,
    waited="6:12",
    flags=("LOCKED", "REC"),
    alarms=(AlarmLine(Mark.CRITICAL, "3 wait, longest 6:12 Wendy Weber", True),),
    digits="6:12",
    cause=("longest wait", "Wendy Weber", "wendy@partner.example"),
    advice="! Admit them",
    node="node1",
    lasts="85m",
)
CALM = TileFacts(
    "standup.dev",
    Mark.FINE,
    is_known=True,
    people=17,
    hosts=2,
    speaker="Bob Jones",
    curve=(3, None, 17),
    node="node2",
    lasts="52m",
)


def text_of(line: list[Span]) -> str:
    return "".join(span.text for span in line)


def some_facts(rng: random.Random) -> TileFacts:
    """Facts of any kind."""
    text = rng.choice(NAMES)
    loud = rng.random() < 0.5
    alarms = [AlarmLine(rng.choice(list(Mark)), text, loud) for _ in range(rng.randrange(5))]
    return TileFacts(
        rng.choice(NAMES),
        rng.choice(list(Mark)),
        rng.choice(("", "UNACK", "stale 0:47", "acked jo  2m")),
        is_loud=loud,
        is_critical=rng.random() < 0.5,
        is_known=rng.random() < 0.8,
        is_stale=rng.random() < 0.3,
        people=rng.choice((0, 7, 123, 4567, 123_456)),
        hosts=rng.randrange(12),
        waiting=rng.choice((0, 3, 1000)),
        waited="4:12",
        flags=tuple(rng.sample(("NOT STARTED", "LOCKED", "REC"), rng.randrange(4))),
        speaker=rng.choice(("", text)),
        presenter=rng.choice(("", text)),
        curve=tuple(rng.choice((None, rng.randrange(99))) for _ in range(rng.randrange(60))),
        alarms=tuple(alarms),
        digits=rng.choice(("", "6:12", "1:02:11")),
        cause=(text, text, text),
        advice=rng.choice(("", "! Admit them")),
        why=rng.choice(("", "", "Invalid PIN")),
        node=rng.choice(("", "node1.example.com")),
        lasts="25m",
        events=(f"10:00 {text}",) * rng.randrange(8),
    )


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_every_cell_is_drawn_whole_at_every_size(glyphs: Glyphs) -> None:
    rng = random.Random(7)
    counts = (1, 6, 12, 24, 100, 300, 1000)
    for width, height, count in product((60, 80, 120, 200, 250), (16, 24, 40, 60, 80), counts):
        plan = plan_for(width, height, count)
        for facts in (some_facts(rng), None):
            for is_cursor in (False, True):
                lines = cell_lines(
                    facts,
                    plan.density,
                    plan.cell_width,
                    plan.cell_height,
                    glyphs,
                    label=rng.randrange(40),
                    is_cursor=is_cursor,
                )
                assert len(lines) == plan.cell_height
                for line in lines:
                    assert cell_len(text_of(line)) == plan.cell_width, (plan, facts)
                    assert all(look in LOOKS for span in line for look in span.style.split())
                    if glyphs is ASCII and facts is not None and facts.label.isascii():
                        told = text_of(line).replace(NAMES[2], "").replace(NAMES[2][:1], "")
                        assert "…" not in told
                        assert "─" not in told


def drawn(facts: TileFacts, density: Density, width: int, height: int = 1) -> str:
    return "\n".join(map(text_of, cell_lines(facts, density, width, height, UNICODE)))


@pytest.mark.parametrize("facts", [LOUD, CALM], ids=["loud", "calm"])
def test_no_label_is_lost_where_there_are_labels(facts: TileFacts) -> None:
    for density, width, height in (
        (Density.BIG, 60, 16),
        (Density.SMALL, 40, 7),
        (Density.STRIP, 58, 3),
        (Density.ROW, 38, 1),
        (Density.CHIP, 20, 1),
    ):
        assert facts.label in drawn(facts, density, width, height)
        assert "17" in drawn(facts, density, width, height)


def test_only_what_needs_somebody_is_loud() -> None:
    for density, width, height in (
        (Density.BIG, 60, 16),
        (Density.SMALL, 50, 7),
        (Density.STRIP, 80, 3),
        (Density.ROW, 66, 1),
        (Density.CHIP, 5, 1),
        (Density.DOT, 1, 1),
    ):
        for facts, is_loud in ((LOUD, True), (CALM, False)):
            lines = cell_lines(facts, density, width, height, UNICODE)
            looks = {look for line in lines for span in line for look in span.style.split()}
            assert ("attention" in looks) is is_loud
            assert ("reversed" in looks) is is_loud
            if density.is_tile:
                assert ("UNACK" in text_of(lines[0])) is is_loud


def test_a_critical_tile_gives_its_lines_to_the_time() -> None:
    lines = drawn(LOUD, Density.SMALL, 50, 7).splitlines()
    for y, digits in enumerate(big_digits("6:12", UNICODE)):
        assert digits in lines[2 + y]
        assert LOUD.cause[y] in lines[2 + y]
    assert "! Admit them" in lines[5]
    assert "█" in "".join(big_digits("8", UNICODE))
    assert big_digits("8", ASCII) == []
    without = "\n".join(map(text_of, cell_lines(LOUD, Density.SMALL, 50, 7, ASCII)))
    assert "3 wait, longest 6:12" in without


def test_counts_of_a_lost_line_are_marked_as_old() -> None:
    stale = TileFacts("court-04", Mark.STALE, is_known=True, is_stale=True, people=6, hosts=3)
    assert "? 6 in" in drawn(stale, Density.SMALL, 50, 7)
    assert "6?3H" in drawn(stale, Density.ROW, 66)


def test_a_curve_shows_the_newest_and_leaves_gaps_where_nothing_was_known() -> None:
    assert curve_line((1, None, 10), 3, UNICODE) == "▁ ▅"
    assert curve_line((10, 1, 10), 2, UNICODE) == "▁▅"
    assert curve_line((0, 0), 5, UNICODE) == "▁▁"
    assert curve_line((), 5, UNICODE) == ""


ROW = AlarmRow(
    "▲", "6:12", "board.oslo", "3 wait, longest 6:12", "UNACK", "! Admit them", True, True
)


def test_an_alarm_has_a_column_each_for_age_state_and_what_to_do() -> None:
    other = AlarmRow("△", "12m", "clinic.b", "2 unencrypted", "acked al")
    for width in range(60, 250):
        for row in (ROW, other):
            assert cell_len(text_of(alarm_line(row, width, UNICODE))) == width
    lines = [text_of(alarm_line(row, 113, UNICODE)) for row in (ROW, other)]
    assert lines[0].index("6:12") + 4 == lines[1].index("12m") + 3
    assert lines[0].index("UNACK") == lines[1].index("acked al")
    assert "! Admit them" in lines[0]
    assert all(
        span.style in ("dim", "", "accent strong") for span in alarm_line(other, 113, UNICODE)
    )


COUNTS = Counts(2, 4, 0, 4, 1, 1, 2, 0, 4, is_flood=False)
TOTALS = Totals(24, 22, 0, 1, 1, 0, 464, 6, 3, 2)
STATE = HeaderState("NOC north", 1_796_035_378.0, True, False, 0, 1)


def test_the_first_line_never_loses_what_has_to_be_seen() -> None:
    for width in range(60, 251):
        line = text_of(header_line(TOTALS, COUNTS, STATE, width, UNICODE))
        assert cell_len(line) == width
        for told in ("▲ 2", "4 UNACK", "3 WAIT", "22 live", ":58"):
            assert told in line, (width, line)
    wide = text_of(header_line(TOTALS, COUNTS, STATE, 200, UNICODE))
    assert wide.startswith(" ▲ 2 CRITICAL  4 UNACK  3 WAIT   NOC north")
    for told in (
        "24 conferences",
        "1 stale",
        "1 refused",
        "464 in, 6 stale",
        "1 shelved",
        "bell on",
    ):
        assert told in wide


def test_the_first_line_lies_on_attention_only_while_something_critical_is_unacknowledged() -> None:
    looks = {span.style for span in header_line(TOTALS, COUNTS, STATE, 200, UNICODE)}
    assert looks <= {"attention inverse", "attention inverse strong"}
    quiet = Totals(24, 24, 0, 0, 0, 0, 464, 0, 0, 0)
    acked = Counts(2, 4, 0, 0, 0, 0, 0, 0, 4, is_flood=False)
    line = header_line(quiet, acked, STATE, 120, UNICODE)
    assert text_of(line).startswith(" all acknowledged")
    assert not any("attention" in span.style for span in line)


def test_a_bell_that_is_off_and_pages_with_trouble_are_always_told() -> None:
    state = HeaderState("NOC", 0.0, False, True, 0, 3, "by name")
    totals = Totals(2000, 1990, 0, 10, 0, 0, 9, 0, 0, 2, off_page=(2, 3))
    for width in (80, 200):
        line = text_of(header_line(totals, COUNTS, state, width, UNICODE))
        assert "BELL OFF" in line
        assert "▲ page 2, 3" in line
        assert "1/3" in line
    assert "READ ONLY" in line
    assert "by name" in line


def test_the_facts_keep_the_keys_and_tell_how_many_more_wait() -> None:
    waiting = tuple(Waiting("6:12", f"Name {at}", f"n{at}@a.example", False) for at in range(9))
    about = About(
        "board.oslo",
        "▲",
        True,
        "board.oslo@example.com",
        "node1",
        "17 in",
        "9 wait",
        waiting,
        ("10:36:46 began",),
        (("k", "Ack"),),
    )
    for height in range(1, 20):
        lines = about_lines(about, 60, height, UNICODE)
        assert len(lines) <= height
        assert all(cell_len(text_of(line)) == 60 for line in lines)
    told = [text_of(line) for line in about_lines(about, 60, 8, UNICODE)]
    assert "+5 more" in told[-3]
    assert told[-1].startswith("k Ack")
    assert "not verified" in told[2]


def test_what_happened_is_told_whole_and_newest_first() -> None:
    happened = ("10:42:44 townhall last Host left", "10:42:11 court-04 stale")
    line = text_of(ticker_line(("since 10:20, your last key:", "4 raised"), happened, 120, UNICODE))
    assert line.startswith(" since 10:20, your last key: 4 raised · 10:42:44 townhall")
    short = text_of(ticker_line((), happened, 50, UNICODE))
    assert "townhall" in short
    assert "court" not in short
