"""Files of one conference are one recording, and what was not seen is said."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pexdash.errors import UsageFault
from pexdash.model import airtime, chat, history
from pexdash.plain.report.tables import TABLES
from pexdash.session.feed.record_lines import rfc_3339
from pexdash.session.feed.recording_files import sources_of
from tests.plain.report.small_meeting import (
    ANN,
    BOB,
    STARTED,
    event,
    printed,
    report_on,
    start,
    written,
)


def rows(what: str, *paths: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(printed(report_on(*paths), what, "json"))
    return found


def test_files_of_one_conference_are_one_recording_in_the_order_of_their_start(
    tmp_path: Path,
) -> None:
    first = written(
        tmp_path / "z",
        [*start(), event(10, "participant_create", ANN), {"t": 100, "line": "ended", "why": ""}],
    )
    there = {"t": 0, "list": [ANN, BOB]}
    second = written(
        tmp_path / "a",
        [
            *start(alias="Meet.Alice", started=STARTED + 400)[:3],
            there,
            event(50, "participant_delete", {"uuid": "a1"}),
            event(60, "participant_delete", {"uuid": "b1"}),
        ],
    )
    (meeting,) = rows("conference", second, first, first)
    assert (meeting["gap_seconds"], meeting["complete"]) == (300, False)
    assert (meeting["joins"], meeting["leaves"], meeting["people"]) == (2, 2, 2)
    ann, bob = rows("sessions", second, first)
    assert (ann["in_seconds"], ann["gap_seconds"]) == (440, 300)
    assert (bob["in_seconds"], bob["gap_seconds"], bob["seen_at_start"]) == (60, 300, False)


def test_a_file_that_goes_on_with_another_leaves_no_gap(tmp_path: Path) -> None:
    first = written(tmp_path / "1", [*start(), event(10, "participant_create", ANN)])
    following = start(started=STARTED + 90, after=rfc_3339(STARTED))
    following[3] = {"t": 0, "list": [ANN]}
    second = written(tmp_path / "2", [*following, event(10, "participant_delete", {"uuid": "a1"})])
    (meeting,) = rows("conference", first, second)
    assert (meeting["gap_seconds"], meeting["complete"]) == (0, True)
    assert rows("sessions", first, second)[0]["in_seconds"] == 90


def test_a_conference_that_meets_again_ends_with_its_last_meeting(tmp_path: Path) -> None:
    over = {"reason": "Conference host ended the conference"}
    meetings = [
        [
            *start(started=STARTED + day * 86_400),
            event(10, "participant_create", {**ANN, "uuid": f"a{day}"}),
            event(70, "disconnect", over),
            {"t": 70, "line": "ended", "why": ""},
        ]
        for day in range(3)
    ]
    paths = [written(tmp_path / f"{day}", lines) for day, lines in enumerate(meetings)]
    (meeting,) = rows("conference", *paths)
    assert meeting["started_at"] == rfc_3339(STARTED + 10)
    assert meeting["ended_at"] == rfc_3339(STARTED + 2 * 86_400 + 70)
    assert (meeting["ended_how"], meeting["people"]) == (over["reason"], 1)
    assert meeting["gap_seconds"] == 2 * (86_400 - 70)
    sessions = rows("sessions", *paths)
    assert [(one["in_seconds"], one["end"], one["gap_seconds"]) for one in sessions] == [
        (60, "conference_ended", 0)
    ] * 3
    (person,) = rows("attendance", *paths)
    assert (person["sessions"], person["in_seconds"]) == (3, 180)


def test_what_two_recorded_at_the_same_time_counts_once(tmp_path: Path) -> None:
    hello = {"origin": "Ann", "payload": "hello", "uuid": "a1"}
    first = written(
        tmp_path / "1",
        [
            *start(),
            event(10, "participant_create", ANN),
            event(60, "message", hello),
            event(100, "participant_create", BOB),
        ],
    )
    second = written(
        tmp_path / "2",
        [
            *start(started=STARTED + 50)[:3],
            {"t": 0, "list": [ANN]},
            event(10, "message", hello),
            event(50, "participant_create", BOB),
            event(90, "participant_delete", {"uuid": "a1"}),
            event(100, "participant_delete", {"uuid": "b1"}),
        ],
    )
    found = rows("sessions", first, second)
    assert {row["participant_uuid"]: row["in_seconds"] for row in found} == {"a1": 130, "b1": 50}
    assert len(rows("chat", first, second)) == 1
    (meeting,) = rows("conference", first, second)
    assert (meeting["gap_seconds"], meeting["complete"]) == (0, True)


def test_conferences_of_two_clusters_are_two(tmp_path: Path) -> None:
    paths = [
        written(tmp_path / name, start(cluster=name, alias="MEET" if name == "b" else "meet"))
        for name in ("a", "b")
    ]
    assert [source.cluster for source in sources_of(paths)] == ["a", "b"]
    assert [row["conference"] for row in rows("conference", *paths)] == ["meet", "MEET"]


def test_of_another_conference_to_which_we_were_sent_nothing_counts(tmp_path: Path) -> None:
    elsewhere = {"t": 50, "me": {"uuid": "e2", "role": "guest", "alias": "other"}}
    path = written(
        tmp_path / "1",
        [
            *start(),
            event(10, "participant_create", ANN),
            elsewhere,
            {"t": 51, "line": "live", "why": ""},
            {"t": 52, "list": [BOB]},
            event(60, "message", {"origin": "x", "payload": "y", "uuid": "b1"}),
        ],
    )
    (session,) = rows("sessions", path)
    assert (session["participant_uuid"], session["still_in"]) == ("a1", True)
    (meeting,) = rows("conference", path)
    assert (meeting["chat_lines"], meeting["observed_to"]) == (0, rfc_3339(STARTED + 50))


def test_who_is_still_in_at_the_end_has_not_left(tmp_path: Path) -> None:
    path = written(
        tmp_path / "1",
        [*start(), event(10, "participant_create", ANN), {"t": 70, "line": "ended", "why": ""}],
    )
    (session,) = rows("sessions", path)
    assert (session["still_in"], session["left_at"], session["in_seconds"]) == (True, None, 60)
    assert session["end"] == "observation_ended"
    (meeting,) = rows("conference", path)
    assert (meeting["ended_at"], meeting["ended_how"]) == (None, "observation ended")


def test_a_recording_of_format_1_and_one_that_was_cut_off_are_read(tmp_path: Path) -> None:
    said: list[str] = []
    path = tmp_path / "old"
    lines = [
        {"pexdash-recording": 1, "alias": "meet.alice", "started": rfc_3339(STARTED), "node": "n"},
        event(10, "participant_create", ANN),
        {"t": 20, "hologram": {}},
        event(30, "participant_delete", {"uuid": "a1"}),
    ]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines) + '{"t": 40, "ev')
    report = report_on(path)
    report._say = said.append
    (meeting,) = json.loads(printed(report, "conference", "json"))
    assert (meeting["people"], meeting["duration_seconds"], meeting["complete"]) == (1, 20, False)
    assert [line.partition(": ")[2].split(" ")[0] for line in said] == ["1", "a"]


def test_without_a_stage_nobody_knows_who_talked(tmp_path: Path) -> None:
    path = written(
        tmp_path / "1",
        [*start(), event(10, "participant_create", ANN), {"t": 70, "line": "ended", "why": ""}],
    )
    (person,) = rows("airtime", path)
    assert (person["talk_seconds"], person["turns"], person["muted_seconds"]) == (None, None, 0)
    assert rows("conference", path)[0]["silent_seconds"] is None


def test_talk_that_was_told_in_seconds_alone_has_no_turns(tmp_path: Path) -> None:
    phone = {**BOB, "uuid": "b2"}
    path = written(
        tmp_path / "1",
        [
            *start(),
            event(10, "participant_create", ANN),
            event(10, "participant_create", BOB),
            event(10, "participant_create", phone),
            {"t": 70, "talk": {"b1": 30, "b2": 28.5, "gone": 5}},
            {"t": 100, "talk": {"a1": 10}},
            event(100, "participant_delete", {"uuid": "a1"}),
            {"t": 130, "talk": {"b2": 20}},
            {"t": 160, "line": "ended", "why": ""},
        ],
    )
    bob, ann = sorted(rows("airtime", path), key=lambda row: row["person_key"], reverse=True)
    assert (ann["talk_seconds"], ann["talk_share"]) == (10, 0.167)
    assert (bob["talk_seconds"], bob["talk_share"]) == (50, 0.833)
    assert bob["first_talk_at"] == rfc_3339(STARTED + 40)
    assert bob["last_talk_at"] == rfc_3339(STARTED + 130)
    unknown = ("turns", "longest_turn_seconds", "overlap_seconds")
    assert {bob[name] for name in unknown} == {None}
    assert rows("conference", path)[0]["silent_seconds"] is None


def test_a_broken_file_is_refused_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = written(tmp_path / "broken", [*start(), {"t": 1, "list": 7}, {"t": 2, "list": []}])
    folder = tmp_path / "report"
    with pytest.raises(UsageFault, match="line 5"):
        report_on(path).write_files(folder, "csv", TABLES)
    assert list(folder.iterdir()) == []


def busy(count: int) -> Iterator[object]:
    """A meeting in which somebody comes and goes, and one voice never stops."""
    yield from start()
    yield event(1, "participant_create", ANN)
    yield event(1, "stage", [{"participant_uuid": "a1", "stage_index": 0, "vad": 9}])
    voices = [
        [{"participant_uuid": uuid, "stage_index": at, "vad": 9} for at, uuid in enumerate(who)]
        for who in (["a1"], ["a1", "b"])
    ]
    for number in range(count):
        now = 10 + number * 12
        yield event(now, "participant_create", {**BOB, "uuid": "b"})
        yield event(now + 1, "stage", voices[1])
        yield event(now + 6, "stage", voices[0])
        yield event(now + 8, "message", {"origin": "x", "payload": "y" * 500, "uuid": "b"})
        yield event(now + 10, "participant_delete", {"uuid": "b"})


def test_memory_does_not_grow_with_the_length_of_a_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a screen keeps of the past is kept by a report as well, and is full at once here.
    monkeypatch.setattr(history, "MOST_HAPPENINGS", 10)
    monkeypatch.setattr(chat, "MOST_MESSAGES", 10)
    monkeypatch.setattr(airtime, "MOST_TURNS", 10)

    def peak(count: int) -> int:
        report = report_on(written(tmp_path / f"{count}", busy(count)))
        tracemalloc.start()
        try:
            report.write_files(tmp_path / f"report-{count}", "csv", TABLES)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    short, long = peak(50), peak(350)
    assert long - short < 50_000, "less than a tenth of the events"
