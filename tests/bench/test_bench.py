"""What the benchmarks say is what they measured, and everybody is fed the same."""

from __future__ import annotations

import asyncio
import importlib
import json
import math
import struct
from pathlib import Path

import msgspec
import pytest
from textual.geometry import Size

from pexdash.api.sse import EventDecoder
from pexdash.model.events import MessageReceived, ParticipantUpdated, StageUpdated
from tests.bench import stream
from tests.bench.__main__ import README, SUBJECTS
from tests.bench.cells import Cells
from tests.bench.feeding import feeding
from tests.bench.figures import (
    Figure,
    Measured,
    as_json,
    in_markdown,
    medians,
    middle_turn,
    of_middle_turn,
    share,
    shares,
    shown,
    table,
)
from tests.bench.heartbeat import BEAT_SECONDS, blocked_ms
from tests.bench.keys import delays_of_names, delays_of_rows, name_of_sign, row_of_style
from tests.bench.latency import delays_of
from tests.bench.limits.ingest import Model, Person, follow
from tests.bench.modelling import textual_calls
from tests.bench.processes import program, python
from tests.bench.scenario import LAST_TEXT, Scenario
from tests.bench.targets import FIGURES
from tests.bench.terminals import terminal
from tests.decoded import decode_event
from tests.eventually import eventually


@pytest.mark.parametrize("form", stream.FORMS)
def test_every_form_of_the_stream_is_the_same_meeting(form: str) -> None:
    events = list(stream.meeting_events(40, participants=100))
    (usual,) = EventDecoder().feed(b"".join(events))
    (told,) = EventDecoder().feed(b"".join(map(stream.FORMS[form], events)))
    assert len(told) == 40
    assert [name for name, _, _ in told] == [name for name, _, _ in usual]
    assert [json.loads(data) for *_, data in told] == [json.loads(data) for *_, data in usual]


# What is measured and what is wanted


def test_each_of_the_targets_has_a_figure_that_can_be_missed() -> None:
    assert {figure.target for figure in FIGURES if figure.met} == set(range(1, 20))
    for figure in FIGURES:
        if figure.met is not None:
            assert figure.verdict(Measured(1e9, 1.0, 1.0)) == "no", figure.key
            assert figure.verdict(Measured(0.0, 1.0, 1.0)) == "yes", figure.key


def test_no_two_figures_have_one_key() -> None:
    keys = [figure.key for figure in FIGURES]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_subject_tells_its_own_figures(subject: str) -> None:
    module = importlib.import_module(f"tests.bench.{subject}")
    assert asyncio.iscoroutinefunction(module.measure)
    source = Path(str(module.__file__)).read_text("utf-8")
    keys = [figure.key for figure in FIGURES if figure.key.startswith(f"{subject}.")]
    assert keys
    for key in keys:
        assert f'"{key}"' in source, key


# How it is told


def test_the_table_shows_ratios_and_whether_the_target_is_met() -> None:
    fast = Figure("a.fast", 1, "fast", "ms", "2 x limit", lambda one: one.to_limit <= 2)
    slow = Figure("a.slow", 2, "slow", "ms", "10", lambda one: one.value <= 10)
    told = Figure("a.told", 3, "told", "%")
    measured = {
        "a.fast": Measured(3.0, 2.0, 12.0),
        "a.slow": Measured(1234.5),
        "a.told": Measured(0.5, note="a word"),
    }
    title, *rows = table([fast, slow, told], measured).splitlines()
    assert title.split()[:3] == ["#", "figure", "unit"]
    assert rows[0].split() == [
        *("1", "fast", "ms", "3.00", "2.00", "12.0", "1.50", "0.250", "2", "x", "limit", "yes")
    ]
    assert rows[1].split() == ["2", "slow", "ms", "1,234", "-", "-", "-", "-", "10", "no"]
    assert rows[2].endswith("(a word)")


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    figure = Figure("a.b", 1, "name", "ms", "10", lambda one: one.value <= 10)
    assert figure.verdict(Measured(None, note="not measured here")) == ""
    (told,) = json.loads(as_json([figure], {"a.b": Measured(None)}, {}))["figures"]
    assert told["met"] is None
    assert told["ours"] is None


def test_json_keeps_the_figures_and_the_run() -> None:
    figure = Figure("a.b", 1, "name", "ms", "10", lambda one: one.value <= 10)
    run = json.loads(as_json([figure], {"a.b": Measured(4.0, 2.0)}, {"cpus": 2}))
    assert run["cpus"] == 2
    (told,) = run["figures"]
    assert (told["ours"], told["to_limit"], told["to_naive"], told["met"]) == (4.0, 2.0, None, True)


def test_the_readme_tells_figures_with_a_target() -> None:
    wanted = Figure("a.b", 1, "start", "ms", "10", lambda one: one.value <= 10)
    told = Figure("a.c", 1, "told", "ms")
    measured = {"a.b": Measured(40.0, 20.0, 400.0), "a.c": Measured(1.0)}
    run = {"date": "2026-01-02T03:04", "cpus": 2, "python": "3.11.7", "packages": {"textual": "8"}}
    told_of = as_json([wanted, told], measured, {**run, "load": 0.5, "quick": False})
    lines = in_markdown(json.loads(told_of)).splitlines()
    assert lines[0] == "2026-01-02, 2 cores, Python 3.11.7, textual 8."
    assert lines[4:] == ["| start | 40.0 ms | 2.00 | 0.100 | 10 | no |"]
    busy = in_markdown(json.loads(told_of) | {"load": 7.5})
    assert busy.splitlines()[0].endswith("Other programs were at work (load 7.5).")
    quick = in_markdown(json.loads(told_of) | {"quick": True})
    assert quick.splitlines()[0].endswith("A quick run, with few repetitions.")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (math.nan, "-"),
        (0.0, "0"),
        (0.01234, "0.0123"),
        (12.34, "12.3"),
        (1e6, "1,000,000"),
    ],
)
def test_three_digits_count(value: float | None, text: str) -> None:
    assert shown(value) == text


def test_medians_and_shares_are_of_each_contender() -> None:
    runs = {"ours": [3.0, 1.0, 2.0], "naive": [float(n) for n in range(1, 101)], "limit": []}
    assert medians(runs) == Measured(2.0, None, 50.5)
    assert shares(runs, 0.99) == Measured(3.0, None, 99.0)
    assert share([5.0], 0.5) == 5.0


def test_what_a_slow_moment_costs_all_of_a_turn_is_no_ratio_of_ours() -> None:
    slow, fast, faster = 3.0, 1.0, 0.5
    took = {
        "ours": [1.5 * slow, 1.5 * slow, 1.4 * fast, 1.6 * faster, 1.3 * fast],
        "limit": [slow, slow, fast, faster, fast],
        "naive": [9.0, 8.0, 7.0, 6.0, 5.0],
        "absent": [],
    }
    assert middle_turn(took) == {"ours": 1.5 * slow, "limit": slow, "naive": 9.0}
    assert middle_turn(took, beside="naive")["naive"] == 5.0
    assert of_middle_turn(took) == Measured(1.5 * slow, slow, 9.0)


# What everybody is fed with


def test_the_stream_has_the_size_and_the_kinds_it_should() -> None:
    events = list(stream.meeting_events(4000))
    assert sum(map(len, events)) / len(events) == pytest.approx(1249, rel=0.01)
    assert events == list(stream.meeting_events(4000))
    kinds = []
    for event in events:
        name, _, data = (line.partition(b": ")[2].decode() for line in event.splitlines()[:3])
        kinds.append(type(decode_event(name, data)))
    assert set(kinds) == {ParticipantUpdated, StageUpdated, MessageReceived}
    assert kinds.count(ParticipantUpdated) > 0.9 * len(kinds)


def test_a_participant_has_28_fields_that_the_limit_knows() -> None:
    (one,) = stream.people(6)[5:]
    assert len(one) == 28
    assert msgspec.structs.asdict(msgspec.convert(one, Person)) == one


def test_no_marker_can_be_taken_for_anything_else() -> None:
    signs = stream.MARKER_SIGNS
    assert len(set(signs)) == len(signs)
    shown_there = "".join(one["display_name"] for one in stream.people(5000)) + LAST_TEXT
    assert not [sign for sign in signs if sign * 8 in shown_there]


def test_the_sentinels_come_first_in_their_orders() -> None:
    guests = [one for one in stream.people(5000) if one["role"] == "guest"]
    first = {
        "display_name": stream.FIRST_BY_NAME,
        "protocol": stream.FIRST_BY_PROTOCOL,
    }
    for field, name in first.items():
        least = min(one[field] for one in guests)
        (lowest,) = (one for one in guests if one[field] == least)
        assert lowest["display_name"] == name
    newest = max(guests, key=lambda one: one["start_time"])
    assert newest["display_name"] == stream.FIRST_BY_NEWEST
    with_z = [one for one in guests if "z" in (one["display_name"] + one["uri"]).casefold()]
    assert [one["display_name"] for one in with_z] == [stream.FIRST_BY_PROTOCOL]


def test_the_scenario_changes_a_tenth_each_time_and_each_change_is_one() -> None:
    roster = stream.people(500)
    values = {one["uuid"]: dict(one) for one in roster}
    scenario = Scenario(roster)
    for changes in scenario.ticks:
        assert len(changes) == 50
        for uuid, name, value in changes:
            assert values[uuid][name] != value
            values[uuid][name] = value
    # So that it can begin again.
    assert list(values.values()) == roster
    assert scenario.voices[1] != scenario.voices[2]


# The limits show what we show


async def test_the_limit_of_ingest_hears_every_event() -> None:
    async with feeding("--replay", "500", "--participants", "5") as feed:
        model = Model()
        await (await follow(feed.events_url, model)).ended
    assert model.events == 500
    assert model.people
    assert model.stage
    assert model.messages


async def test_the_feeder_lists_the_people_and_tells_when_each_marker_went_out() -> None:
    async with feeding("--participants", "30") as feed:
        model = Model()
        complete = asyncio.Event()
        model.changed = lambda person: None if person else complete.set()
        await follow(feed.events_url, model)
        await asyncio.wait_for(complete.wait(), 10)
        assert len(model.people) == 30
        before = model.events
        markers = await feed.flood(200, 0.5, 0.1)
        ((asked, sent, size),) = await feed.opened()
    assert asked <= sent <= markers[0][1]
    assert size > 30 * 1000
    assert model.events >= before + len(markers) + 90
    assert [sign for sign, _ in markers] == list(stream.MARKER_SIGNS[: len(markers)])


# Reading what is on a terminal


def test_cells_stand_where_they_were_written() -> None:
    cells = Cells(12, 3)
    cells.feed(b"\x1b[?2026h\x1b[2;3H\x1b[1;31mab\x1b[0mc\x1b[?2026l\x1b]0;title\x07")
    assert cells.lines() == [" " * 12, "  abc       ", " " * 12]
    assert cells.style[1][2:5] == [";1;31", ";1;31", ""]
    cells.feed("\r\n日x".encode())
    assert cells.line(2) == "日x         "
    cells.feed(b"\x1b[2;3H\x1b[K")
    assert cells.line(1) == " " * 12


def test_half_a_sequence_waits_for_its_other_half() -> None:
    whole = "\x1b[1;2Hé\x1b[38;2;1;2;3m▸".encode()
    for cut in range(len(whole)):
        cells = Cells(6, 1)
        cells.feed(whole[:cut])
        cells.feed(whole[cut:])
        assert cells.line(0) == " é▸   ", cut


def test_a_cursor_is_found_by_its_sign_or_by_its_style() -> None:
    cells = Cells(20, 8)
    cells.feed(" HOSTS 1\r\n   A\r\n GUESTS 2\r\n▸   B".encode())
    assert name_of_sign(cells) == "B"
    for y in range(8):
        style = "\x1b[7m" if y == 5 else ""
        cells.feed(f"\x1b[{y + 1};1H{style}   name\x1b[0m".encode())
    assert row_of_style(cells) == 5
    assert name_of_sign(Cells(4, 4)) is None
    assert row_of_style(Cells(4, 8)) is None


def test_a_marker_that_was_left_out_is_shown_by_the_next() -> None:
    markers = [("B", 1.0), ("C", 1.1), ("D", 1.2)]
    chunks = [(1.01, b"..BBBBBB"), (1.02, b"BB.."), (1.25, b"DDDDDDDD")]
    assert delays_of(markers, chunks) == pytest.approx([20, 150, 50])
    assert delays_of([("E", 1.2)], chunks) == [3000]


def test_a_key_is_timed_to_the_person_it_leads_to_wherever_that_one_moves() -> None:
    def at(y: int, name: str) -> bytes:
        return b"\x1b[1;1H \x1b[2;1H \x1b[3;1H " + f"\x1b[{y + 1};1H▸   {name}".encode()

    chunks = [(0.5, at(0, "A")), (1.01, at(1, "A")), (1.02, at(2, "B")), (1.25, at(2, "C"))]
    assert delays_of_names(chunks, [(1.0, 1), (1.2, 2)]) == pytest.approx([20, 50])
    assert delays_of_names(chunks, [(1.3, 3)]) == [3000]


def test_a_key_of_the_naive_build_is_timed_to_the_row_it_leads_to() -> None:
    def at(y: int) -> bytes:
        return f"\x1b[{y + 1};1H\x1b[7m     \x1b[0m".encode()

    chunks = [(0.5, at(5)), (1.02, b"\x1b[6;1H     " + at(6)), (1.25, b"\x1b[7;1H     " + at(7))]
    assert delays_of_rows(chunks, [(1.0, 1), (1.2, 2)]) == pytest.approx([20, 50])
    assert delays_of_rows(chunks, [(1.0, 3)]) == [3000]


def test_blockage_is_weighed_by_time(tmp_path: Path) -> None:
    file = tmp_path / "beats"
    # A loop that stands still for half of the time has few beats that say so.
    gaps = [BEAT_SECONDS] * 160 + [0.4 + BEAT_SECONDS, 0.4 + BEAT_SECONDS]
    file.write_bytes(b"".join(struct.pack("d", gap) for gap in gaps))
    blocked, longest = blocked_ms(file)
    assert blocked == pytest.approx(400)
    assert longest == pytest.approx(400)
    file.write_bytes(struct.pack("d", BEAT_SECONDS) * 100)
    assert blocked_ms(file) == pytest.approx((0, 0))


def test_calls_into_textual_are_counted() -> None:
    assert textual_calls(lambda: json.dumps({})) == 0
    assert textual_calls(lambda: Size(2, 3).contains(1, 1)) > 0


# Nothing is left behind


async def test_a_program_ends_with_its_block() -> None:
    async with terminal(*python("limits.screen", "--play", "20")) as shown_there:
        await shown_there.shows("A marker")
        bytes_a_second, percent = await shown_there.usage(0.3)
    assert bytes_a_second > 0
    assert percent > 0
    assert shown_there.process.returncode is not None


async def test_a_program_ends_where_its_block_is_interrupted() -> None:
    async def interrupted() -> None:
        async with program(*python("feeder"), stdin=asyncio.subprocess.PIPE) as process:
            running.append(process)
            await asyncio.Event().wait()

    running: list[asyncio.subprocess.Process] = []
    task = asyncio.create_task(interrupted())
    await eventually(lambda: running, "started")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert running[0].returncode is not None


# What the README says of it


def test_the_readme_tells_of_every_figure_with_a_target() -> None:
    told = README.read_text("utf-8").partition("<!-- speed -->")[2].partition("<!-- end")[0]
    names = [line.split(" | ")[0].removeprefix("| ") for line in told.strip().splitlines()[4:]]
    assert names == [figure.name for figure in FIGURES if figure.met]
