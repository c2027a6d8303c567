"""Every figure of the report of an hour is what its script comes to, counted another way."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pexdash.plain.report.formats import Style
from pexdash.plain.report.report import Report
from pexdash.plain.report.tables import TABLES
from pexdash.session.feed.record_lines import rfc_3339
from tests.eventually import eventually
from tests.plain.report.played_script import ALIAS, OUR_ADMISSIONS, Player, moment
from tests.plain.report.scripted_meeting import END, GAP, LOCKED, TICK, Guest, Script, ticks_of

Rows = Callable[[str], list[dict[str, Any]]]


async def rows_of(script: Script, folder: Path) -> Rows:
    """The rows of each table of the report of the recorded script."""
    recordings = folder / "recordings"
    recordings.mkdir()
    await Player(script, recordings).play()
    await eventually(lambda: [one.suffix for one in inside(recordings)] == [".gz"] * 2)
    report = Report(inside(recordings), style=Style(), has_pseudonyms=False, say=lambda _: None)
    made = report.write_files(folder / "report", "json", TABLES)
    tables = {path.stem: json.loads(path.read_text("utf-8")) for path in made}
    return lambda name: tables[name]


def inside(folder: Path) -> list[Path]:
    """What is in a folder."""
    return sorted(folder.iterdir())


def seconds(ticks: int) -> int:
    """Whole seconds of so many ticks; halves are rounded up."""
    return int(ticks * TICK + 0.5)


def time(tick: int | None) -> str | None:
    return None if tick is None else rfc_3339(moment(tick))


def attended(script: Script) -> list[Guest]:
    return [guest for guest in script.guests if any(stay.seen() for stay in guest.stays)]


async def test_every_figure_is_what_the_script_comes_to(tmp_path: Path) -> None:
    script = Script(seed=19)
    rows = await rows_of(script, tmp_path)
    check_conference(rows("conference"), script)
    check_attendance(rows("attendance"), script)
    check_sessions(rows("attendance-sessions"), script)
    check_airtime(rows("airtime"), script)
    check_chat(rows("chat"), script)
    (admitted,) = rows("actions")
    (stay,) = (stay for stay in script.guests[1].stays if stay.waits is not None)
    assert admitted["targets"] == [{"uuid": stay.uuid, "name": "", "address": ""}]
    assert (admitted["time"], admitted["outcome"]) == (time(stay.joined), "done")
    assert rows("alarms") == []


def check_conference(found: list[dict[str, Any]], script: Script) -> None:
    seen, many = script.seen_ticks, script.people
    populated = seen & many.keys()
    hosts = {tick for one in script.guests if one.role == "chair" for tick in one.inside} & seen
    spans = [span for _, stay in script.stays if (span := stay.seen())]
    waits = [
        (stay.waits, stay.left if stay.joined is None else stay.joined)
        for _, stay in script.stays
        if stay.waits is not None
    ]
    started = min(populated)
    peak = max(many.values())
    assert found == [
        {
            "schema": 1,
            "conference": ALIAS,
            "node": "node",
            "started_at": time(started),
            "ended_at": time(END),
            "ended_how": "Conference host ended the conference",
            "duration_seconds": seconds(END - started),
            "people": len(attended(script)),
            "people_peak": peak,
            "peak_at": time(min(tick for tick in many if many[tick] == peak)),
            "host_seconds": seconds(len(hosts)),
            "host_missing_seconds": seconds(len(populated - hosts)),
            "locked_seconds": seconds(len(ticks_of([LOCKED]) & seen)),
            "recorded_seconds": 0,
            "presented_seconds": seconds(len(script.guests[3].ticks("presents"))),
            "silent_seconds": seconds(len(populated - script.talking.keys())),
            "waiting_people": len(waits),
            "waiting_max_seconds": seconds(max(last - first for first, last in waits)),
            "gave_up": 1,
            "dial_outs": 0,
            "dial_outs_failed": 0,
            "joins": len(spans),
            "leaves": sum(left < END for _, left in spans) + sum(left == END for _, left in spans),
            "chat_lines": sum(len(one.chat) for one in script.guests),
            "observed_from": time(0),
            "observed_to": time(END),
            "gap_seconds": seconds(GAP[1] - GAP[0]),
            "complete": False,
        }
    ]


def check_attendance(found: list[dict[str, Any]], script: Script) -> None:
    started = min(script.people)
    by_name = {row["display_name"]: row for row in found}
    assert by_name.keys() == {one.name for one in script.guests}
    for guest in script.guests:
        row = by_name[guest.name]
        spans = [span for stay in guest.stays if (span := stay.seen())]
        inside = len(guest.inside)
        assert row["person_key"] == guest.key
        assert row["address"] == guest.uri
        assert row["sessions"] == len(spans)
        assert row["in_seconds"] == seconds(inside)
        assert row["share_of_meeting"] == round(inside / (END - started), 3)
        assert row["first_joined_at"] == time(min((began for began, _ in spans), default=None))
        assert row["last_left_at"] == time(max((left for _, left in spans), default=None))
        assert row["role_highest"] == {"chair": "host"}.get(guest.role, guest.role)
        at_once = Counter(tick for span in spans for tick in range(*span))
        assert row["devices_at_once_max"] == max(at_once.values(), default=0)
        waits = [(stay.waits, stay.joined or stay.left) for stay in guest.stays]
        waited = sum(last - first for first, last in waits if first is not None)
        assert row["waiting_seconds"] == seconds(waited)


def check_sessions(found: list[dict[str, Any]], script: Script) -> None:
    by_uuid = {row["participant_uuid"]: row for row in found}
    assert len(by_uuid) == len(found)
    assert by_uuid.pop("a11ce")["is_api"] is True
    expected = {stay.uuid for _, stay in script.stays if stay.seen() or stay.waits is not None}
    assert by_uuid.keys() == expected
    for number, guest in enumerate(script.guests):
        for stay in guest.stays:
            if (row := by_uuid.get(stay.uuid)) is None:
                continue
            joined, left = stay.seen() or (None, None)
            assert (row["joined_at"], row["left_at"]) == (time(joined), time(left))
            is_last = left == END
            assert row["end"] == ("conference_ended" if is_last else "left")
            assert row["still_in"] is False
            assert row["person_key_from"] == ("address" if guest.uri else "name")
            assert row["waiting_from"] == time(stay.waits)
            if joined is not None and left is not None:
                held = ticks_of(stay.held) & set(range(joined, left))
                if not held & set(range(*GAP)):
                    assert row["on_hold_seconds"] == seconds(len(held))
            assert row["admitted_by_us"] is (
                None if stay.waits is None else number in OUR_ADMISSIONS
            )
            is_touched = joined is not None and joined <= GAP[1] and (left or 0) >= GAP[0]
            assert row["gap_seconds"] == (50 if is_touched else 0), stay


def check_airtime(found: list[dict[str, Any]], script: Script) -> None:
    by_name = {row["display_name"]: row for row in found}
    total = sum(script.talking.values())
    assert total > 2000, "a lively meeting"
    assert max(script.talking.values()) > 1, "in which people interrupt each other"
    assert by_name.keys() == {one.name for one in attended(script)}
    for guest in attended(script):
        row = by_name[guest.name]
        own = guest.ticks("turns")
        turns = [turn for stay in guest.stays for turn in stay.turns]
        assert row["talk_seconds"] == seconds(len(own))
        assert row["overlap_seconds"] == seconds(sum(script.talking[tick] > 1 for tick in own))
        assert row["talk_share"] == round(len(own) / total, 3)
        assert row["turns"] == len(turns)
        longest = max((ended - began for began, ended in turns), default=0)
        assert row["longest_turn_seconds"] == seconds(longest)
        assert row["first_talk_at"] == time(min((began for began, _ in turns), default=None))
        assert row["last_talk_at"] == time(max((ended for _, ended in turns), default=None))
        for column, what in (
            ("muted_seconds", "muted"),
            ("presenting_seconds", "presents"),
            ("spotlight_seconds", "spotlit"),
            ("hand_wait_seconds", "hands"),
        ):
            assert row[column] == seconds(len(guest.ticks(what))), (guest.name, column)
        hands = [span for stay in guest.stays for span in stay.hands]
        assert row["hands"] == sum(bool(ticks_of([span]) & guest.ticks("hands")) for span in hands)
        assert row["chat_lines"] == len(guest.chat)


def check_chat(found: list[dict[str, Any]], script: Script) -> None:
    lines = sorted((tick, guest.name) for guest in script.guests for tick in guest.chat)
    assert sorted((row["time"], row["display_name"]) for row in found) == sorted(
        (time(tick), name) for tick, name in lines
    )
    assert {row["in_roster"] for row in found} == {True}
