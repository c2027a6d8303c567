"""What goes over the bus comes out as it went in, by a clock of another machine."""

from __future__ import annotations

import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from pexdash.bus.messages import (
    AlarmsTold,
    Epoch,
    Pulse,
    PulseRead,
    Stamp,
    packed,
    squeezed,
    unpacked,
    unsqueezed,
)
from pexdash.errors import BusFault
from pexdash.model.alarms.alarm import Alarm
from pexdash.model.alarms.kept import Shelf, whole
from pexdash.model.alarms.keys import AlarmKey
from pexdash.model.alarms.nodes import NodeStatus
from pexdash.model.alarms.policy import RULES
from pexdash.model.alarms.rule import Found, Limits
from pexdash.model.line import LineState
from pexdash.model.summary import Summary
from pexdash.session.estate.forms import (
    alarm_of,
    packed_line_of,
    packed_summary_of,
    shelf_of,
    told_alarm,
    told_shelf,
    told_summary,
)
from tests.model.alarms.cases import ANN, Case, watched
from tests.model.alarms.meeting_cases import MEETING_CASES
from tests.model.alarms.people_cases import PEOPLE_CASES
from tests.model.alarms.watching import BEGAN, BOARD, Watching, moment, waiting

CASES = [*PEOPLE_CASES, *MEETING_CASES]
AHEAD = 1_700_000_000.0
"""The holder's Unix time less its clock."""
READER = 5_000_000.0
"""How far the reader's clock is from the holder's."""
TIMES = ("began", "raised_at", "returned_at", "frozen_at")
AS_THEY_ARE = [
    "key",
    "severity",
    "state",
    "kept_text",
    "is_shelved",
    "parent",
    "node",
    "is_announced",
    "is_active",
    "is_listed",
    "is_recovering",
    "is_unacked",
    "is_chattering",
    "state_word",
]


def over_the_bus(alarm: Alarm) -> Alarm:
    """The alarm as a reader has it, whose clock shows `READER` more at the same moment."""
    told = AlarmsTold(Stamp(Epoch(1, 2), 3, BEGAN), [told_alarm(alarm, AHEAD)])
    (fields,) = unpacked(AlarmsTold, packed(told)).alarms
    return alarm_of(fields, AHEAD - READER)


def same(alarm: Alarm, now: float) -> None:
    """Hold an alarm against what a reader has of it, in each way in which it is drawn."""
    read = over_the_bus(alarm)
    for name in AS_THEY_ARE:
        assert getattr(read, name) == getattr(alarm, name), name
    for name in TIMES:
        there, here = getattr(alarm, name), getattr(read, name)
        assert here == (None if there is None else pytest.approx(there + READER, abs=1e-3)), name
    assert read.age(now + READER) == pytest.approx(alarm.age(now), abs=1e-3)
    # A moment later, as the clocks differ by less than a millisecond after the arithmetic.
    words = alarm.text(now + 0.01, moment)
    assert read.text(now + 0.01 + READER, lambda at: moment(at - READER)) == words
    assert read.last.person == alarm.last.person
    assert len(read.last.facts) == len(alarm.last.facts)


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_an_alarm_of_every_rule_reads_the_same_elsewhere_at_each_of_its_stages(case: Case) -> None:
    wall = watched(case)
    case.begin(wall)
    wall.later(case.raised)
    alarm = wall.one(case.rule, case.subject)
    same(alarm, BEGAN + wall.now)
    wall.lose()
    wall.later(30)
    same(alarm, BEGAN + wall.now)
    wall.line(state=LineState.LIVE)
    if alarm.is_listed:
        wall.acknowledge(case.rule, case.subject)
    if alarm.is_listed:
        assert over_the_bus(alarm).ack is not None or alarm.ack is None
        same(alarm, BEGAN + wall.now)


def test_alarms_of_nodes_and_of_the_program_read_the_same_elsewhere() -> None:
    wall = Watching(waiting("wendy"))
    wall.note(wall.alarms.take_program(20.0, "disk full", BEGAN))
    for second in range(0, 60, 10):
        wall.at(second)
        wall.alarms.take_status("main", "node1", NodeStatus.MAINTENANCE, BEGAN + second)
    rules = {one.key.rule for one in wall.listed}
    assert {"disk-full", "node-maintenance"} <= rules
    for alarm in wall.listed:
        same(alarm, BEGAN + wall.now)


def test_an_alarm_that_has_returned_keeps_its_words_and_its_age() -> None:
    wall = Watching(ANN, waiting("wendy", "Wendy"))
    wall.at(100)
    wall.leave("wendy")
    wall.later(20)
    assert wall.one("waiting").returned_at
    wall.later(30)
    same(wall.one("waiting"), BEGAN + wall.now)


def test_what_is_shelved_comes_out_as_it_went_in() -> None:
    for key, until in ((AlarmKey("waiting", BOARD, "x"), None), (whole(BOARD), 900.0)):
        shelf = Shelf("jo", 100.0, until, "known")
        read, there = shelf_of(told_shelf(key, shelf, AHEAD), AHEAD - READER)
        assert read == key
        assert there == Shelf("jo", 100.0 + READER, until and until + READER, "known")


whole_seconds = some.floats(0, 1e8).map(round).map(float)
maybe_time = some.none() | whole_seconds
texts = some.text(alphabet=some.characters(min_codepoint=33, max_codepoint=126), max_size=20)
kinds = {bool: some.booleans(), int: some.integers(0, 5000), str: texts}
summaries = some.builds(
    Summary,
    line=some.sampled_from(LineState),
    **dict.fromkeys(("line_since", "waits_since", "began", "peak_at"), maybe_time),
    **{
        field.name: kinds[field.type]
        for field in msgspec.structs.fields(Summary)
        if field.type in kinds
    },
)


@given(summaries)
def test_a_summary_comes_out_as_it_went_in(summary: Summary) -> None:
    fields = msgspec.msgpack.encode(told_summary(summary, AHEAD))
    assert packed_line_of(fields) is summary.line
    assert packed_summary_of(fields, AHEAD) == summary


def test_texts_from_the_bus_are_cleaned() -> None:
    wall = Watching(ANN, waiting("wendy", "Wendy"))
    wall.at(100)
    summary = replace(wall.alarms.summary(BOARD), speaker="a\x1b[31mb")
    fields = msgspec.msgpack.encode(told_summary(summary, AHEAD))
    assert packed_summary_of(fields, AHEAD).speaker == "a␛[31mb"
    told = told_alarm(wall.one("waiting"), AHEAD)
    told["found"]["facts"] = [1, "W\x07", "", False]
    assert "W␇" in alarm_of(told, AHEAD).text(BEGAN + 100, moment)


@pytest.mark.parametrize(
    "odd",
    [
        {"rule": "of-a-later-version"},
        {"state": "odd"},
        {"began": "soon"},
        {"found": {"facts": [1]}},
        {"found": 3},
    ],
    ids=str,
)
def test_what_is_no_alarm_is_refused(odd: dict[str, object]) -> None:
    wall = Watching(waiting("wendy"))
    wall.at(100)
    told = told_alarm(wall.one("waiting"), AHEAD)
    with pytest.raises(BusFault):
        alarm_of(told | odd, AHEAD)


def test_a_fact_that_is_a_time_must_be_one() -> None:
    alarm = Alarm(
        AlarmKey("token-at-risk", BOARD),
        RULES["token-at-risk"],
        Limits(severity=RULES["token-at-risk"].severity, on=0, off=0, value=0),
    )
    alarm.last = Found(facts=(9.0,))
    told = told_alarm(alarm, AHEAD)
    told["found"]["facts"] = ["soon"]
    with pytest.raises(BusFault):
        alarm_of(told, AHEAD)


PULSE = Pulse(Stamp(Epoch(1, 2), 3, BEGAN), [("CODE", LineState.LIVE, ["board"])])


def test_a_pulse_comes_out_as_it_went_in() -> None:
    assert unsqueezed(Pulse, squeezed(PULSE)) == PULSE
    ((code, state, fields),) = unsqueezed(PulseRead, squeezed(PULSE)).summaries
    assert (code, state) == ("CODE", LineState.LIVE)
    assert msgspec.msgpack.decode(fields) == ["board"]


@pytest.mark.parametrize(
    "payload",
    [b"", packed(PULSE), squeezed(PULSE)[:-9], zlib.compress(b"\xc0"), zlib.compress(bytes(2**25))],
    ids=["nothing", "not compressed", "cut off", "something else", "endless"],
)
def test_what_is_no_pulse_is_refused(payload: bytes) -> None:
    with pytest.raises(BusFault, match="no PulseRead"):
        unsqueezed(PulseRead, payload)
