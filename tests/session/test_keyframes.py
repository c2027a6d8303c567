"""What is kept of a recording while it is read ahead."""

from __future__ import annotations

import asyncio

import pytest

from pexdash.model.events import ParticipantCreated, PresentationStarted, SyncBegun, SyncEnded
from pexdash.model.participant import Participant, Role
from pexdash.session.feed import keyframes
from pexdash.session.feed.keyframes import Keyframes, Note, NoteKind
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.recorded import Record
from pexdash.session.feed.told import Heard, Line, Marked, Me
from tests.session.list_tape import ListTape

STARTED = 1_770_000_000.0


def someone(number: int) -> ParticipantCreated:
    return ParticipantCreated(
        Participant(uuid=f"p{number}", display_name=f"P{number}", has_media=True)
    )


def meeting(people: int) -> list[Record]:
    records = [
        Record(0.0, Me("alice", Role.HOST)),
        Record(0.0, Line(LinkState.LIVE)),
        Record(1.0, Heard([SyncBegun(), SyncEnded()])),
    ]
    return records + [Record(2.0 + at, Heard([someone(at)])) for at in range(people)]


async def test_the_time_line_knows_how_many_there_were_and_what_is_marked() -> None:
    records = [
        *meeting(3),
        Record(10.0, Marked("decision")),
        Record(11.0, Heard([PresentationStarted("P1", "p1@example.com", "p1")])),
    ]
    read = Keyframes(ListTape(records), ["meet.alice"], STARTED)
    await read.run()
    assert read.whole.people == [(1.0, 0), (2.0, 1), (3.0, 2), (4.0, 3)]
    assert read.whole.notes == [
        Note(10.0, NoteKind.MARK, "decision"),
        Note(11.0, NoteKind.PRESENTING, "P1 presents"),
    ]
    assert (read.seconds, read.is_whole) == (11.0, True)


async def test_a_moment_is_near_a_kept_one_however_long_the_recording(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keyframes, "RECORDS_BETWEEN", 5)
    monkeypatch.setattr(keyframes, "MOST_KEYFRAMES", 8)
    read = Keyframes(ListTape(meeting(300)), ["meet.alice"], STARTED)
    await read.run()
    for position in range(302):
        near = read.before(position)
        assert near.at <= position
        assert position - near.at <= 80, "records between two of at most eight"
        assert len(near.snapshots[0].conference.participants) == max(0, int(near.at) - 1)


async def test_reading_ahead_lets_others_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyframes, "SLICE_SECONDS", 0.0)
    read = Keyframes(ListTape(meeting(20)), ["meet.alice"], STARTED)
    grown: list[float] = []
    read.grown = lambda: grown.append(read.seconds)
    reading = asyncio.create_task(read.run())
    await asyncio.sleep(0)
    assert not read.is_whole
    await reading
    assert len(grown) > 20
