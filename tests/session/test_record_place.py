"""In a folder, one file follows the other, each can be played alone, and only ours are removed."""

from __future__ import annotations

import errno
import gzip
import json
import os
import random
import threading
from pathlib import Path
from typing import Any

import pytest

from pexdash.errors import UsageFault
from pexdash.files import open_private
from pexdash.model.participant import Role
from pexdash.node.settings import ConferenceSettings
from pexdash.session.feed import record_place
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.record_place import DatedFiles, RecordPlace
from pexdash.session.feed.recorded import Recorded
from pexdash.session.feed.recording import RETRY_SECONDS
from pexdash.session.feed.told import Heard, Line, Me, Said
from pexdash.session.membership.membership import Membership
from pexdash.session.membership.recording import place_for, record
from tests.manual_clock import ManualClock
from tests.session.befalling import happen
from tests.session.host import ALIAS as HOSTED
from tests.session.host import hosting
from tests.session.recorded_feed import event, played, recorded_feed

ALIAS = "meet.alice"
NOON = 1_769_947_200.0
"""2026-02-01 at 12:00 UTC."""
DAY = 86_400.0
BOB = {"uuid": "B0B", "display_name": "Bob", "is_muted": "YES", "spotlight": 5.5, "role": "chair"}


def begun(place: RecordPlace, clock: ManualClock, said: list[str] | None = None) -> Feed:
    """A feed in the midst of a meeting that is recorded."""
    feed, recording = recorded_feed(place, clock, [] if said is None else said)
    feed.on_told(lambda told: recording.close() if told == Said("close") else None)
    feed.tell(Me("a1", Role.HOST))
    feed.tell(Line(LinkState.LIVE))
    for name, data in (
        ("participant_sync_begin", None),
        ("participant_create", BOB),
        ("participant_sync_end", None),
        ("conference_update", {"locked": True, "classification": {"levels": {"1": "X"}}}),
        ("presentation_start", {"presenter_name": "Bob", "presenter_uuid": "b0b"}),
        ("layout", {"view": "1:7", "participants": ["b0b"]}),
        ("stage", [{"participant_uuid": "b0b", "stage_index": 0, "vad": 100}]),
    ):
        feed.tell(event(name, json.dumps(data)))
    return feed


def shown(feed: Feed) -> dict[str, Any]:
    """What a feed shows of the meeting, but for times and the chat."""
    names = ("me", "earlier_me", "participants", "status", "presentation", "layout", "speakers")
    conference = {name: getattr(feed.conference, name) for name in names}
    conference["participants"] = dict(feed.conference.participants)
    conference["earlier_me"] = set(feed.conference.earlier_me)
    return conference | {"role": feed.role, "line": feed.link.state, "lists": feed.is_listing}


def files_of(folder: Path) -> list[Path]:
    """The files in a folder once whatever is being compressed is so."""
    for thread in threading.enumerate():
        if thread.name == record_place.COMPRESSING:
            thread.join()
    return sorted(folder.iterdir())


async def test_a_new_day_has_a_new_file_that_plays_alone(tmp_path: Path) -> None:
    clock = ManualClock(wall=NOON)
    feed = begun(DatedFiles(tmp_path, ALIAS), clock)
    await clock.advance(DAY / 2 + 1)
    feed.tell(Said("good morning"))
    first, second = files_of(tmp_path)
    assert first.name == "meet.alice-406ac6e2-2026-02-01.ndjson.gz"
    assert second.name == "meet.alice-406ac6e2-2026-02-02.ndjson"
    assert {path.stat().st_mode & 0o777 for path in (first, second)} == {0o600}
    assert shown(played(first)) == shown(played(second)) == shown(feed)
    assert [type(record.told).__name__ for record in Recorded(second)] == (
        ["Me", "Stated", "Line", "Listed", "Heard", "Heard", "Heard", "Said"]
    )
    with Recorded(first) as before, Recorded(second) as after:
        assert (before.after, after.after) == (None, before.started)


async def test_a_file_that_grows_too_large_is_followed_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_place, "MOST_BYTES", 2000)
    clock = ManualClock(wall=NOON)
    feed = begun(DatedFiles(tmp_path, ALIAS), clock)
    lines = [f"line {at}" for at in range(60)]
    for line in lines:
        feed.tell(Said(line))
    feed.tell(Said("close"))
    paths = files_of(tmp_path)
    assert {path.suffix for path in paths} == {".gz"}
    assert {path.name.split("-")[-1] for path in paths} >= {"01.ndjson.gz", "2.ndjson.gz"}
    assert max(len(gzip.decompress(path.read_bytes())) for path in paths) <= 2000
    told: list[str] = []
    for path in sorted(paths, key=lambda path: (len(path.name), path.name)):
        told += [one.told.text for one in Recorded(path) if isinstance(one.told, Said)]
    assert told == [*lines, "close"]


async def test_each_of_many_files_rebuilds_the_conference_as_it_was_at_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_place, "MOST_BYTES", 30_000)
    monkeypatch.setattr(record_place, "_compress", lambda path: None)
    live: dict[Path, dict[str, Any]] = {}

    def watch(membership: Membership) -> None:
        record(membership, tmp_path, keep=None, say=lambda _: None)
        membership.feed.on_told(lambda _: live.update({newest(tmp_path): shown(membership.feed)}))

    rng = random.Random(5)
    meeting = ConferenceSettings(HOSTED, participants=9, seed=5, lively=True, speed=8)
    async with hosting(meeting, before=watch) as one:
        for deed in ("lock", "rejoin", "drop", "role", "say"):
            await happen(one, deed, rng)
    assert len(live) > 5
    for path, state in live.items():
        assert shown(played(path)) == state, path.name


def newest(folder: Path) -> Path:
    """The file that was made last."""
    return max(folder.iterdir(), key=lambda path: (len(path.name), path.name))


def test_a_name_that_is_free_again_because_its_file_is_compressed_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = DatedFiles(tmp_path, ALIAS)
    first, descriptor = place.make(NOON)
    os.write(descriptor, b"first")
    os.close(descriptor)

    def late(path: Path, flags: int) -> int:
        if path == first:
            # The other thread ends between the look for a name and the making of the file.
            monkeypatch.setattr(record_place, "open_private", open_private)
            record_place._compress(first)
        return open_private(path, flags)

    monkeypatch.setattr(record_place, "open_private", late)
    second, descriptor = place.make(NOON)
    os.close(descriptor)
    assert second.name.endswith("-2.ndjson")
    assert files_of(tmp_path) == [second, first.with_name(f"{first.name}.gz")]


async def test_no_file_begins_within_a_list(tmp_path: Path) -> None:
    clock = ManualClock(wall=NOON)
    feed = begun(DatedFiles(tmp_path, ALIAS), clock)
    await clock.advance(DAY)
    feed.tell(event("participant_sync_begin"))
    feed.tell(event("participant_create", '{"uuid": "ca7"}'))
    assert len(files_of(tmp_path)) == 1
    feed.tell(event("participant_sync_end"))
    _, second = files_of(tmp_path)
    assert shown(played(second)) == shown(feed)
    assert feed.conference.participants.keys() == {"ca7"}


async def test_the_old_file_goes_on_where_no_new_one_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, said = ManualClock(wall=NOON), list[str]()
    feed = begun(DatedFiles(tmp_path, ALIAS), clock, said)
    await clock.advance(DAY)

    def full(path: Path, flags: int) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(record_place, "open_private", full)
    feed.tell(Said("lost"))
    monkeypatch.undo()
    assert [line.count("No space left") for line in said] == [1]
    await clock.advance(RETRY_SECONDS)
    feed.tell(Said("kept"))
    first, second = files_of(tmp_path)
    assert [type(record.told) for record in Recorded(first)][-1] is Heard
    assert [record.told for record in Recorded(second)][-1] == Said("kept")
    with Recorded(second) as after:
        assert after.after is None, "a gap lies between the two"


def test_only_old_recordings_of_this_conference_are_removed(tmp_path: Path) -> None:
    clock = ManualClock(wall=NOON)
    begun(DatedFiles(tmp_path, ALIAS), clock).tell(Said("close"))
    begun(DatedFiles(tmp_path, ALIAS, "other"), clock).tell(Said("close"))
    begun(DatedFiles(tmp_path, "meet.bob"), clock).tell(Said("close"))
    prefix = "meet.alice-406ac6e2-"
    (tmp_path / f"{prefix}2025-01-01.ndjson").write_text("not ours")
    (tmp_path / f"{prefix}2025-01-01.txt").write_text("a note")
    (tmp_path / f"{prefix}2025-13-01.ndjson").write_text("no day")
    (tmp_path / f"{prefix}2025-01-02.ndjson").mkdir()
    before = {path.name for path in files_of(tmp_path)}
    keep = DatedFiles(tmp_path, ALIAS.upper(), keep=7 * DAY)
    path, descriptor = keep.make(NOON + 7.4 * DAY)
    os.close(descriptor)
    path.unlink()
    assert {one.name for one in tmp_path.iterdir()} == before, "seven days are not over"
    path, descriptor = DatedFiles(tmp_path, ALIAS, keep=7 * DAY).make(NOON + 7.5 * DAY)
    os.close(descriptor)
    path.unlink()
    assert before - {one.name for one in tmp_path.iterdir()} == {f"{prefix}2026-02-01.ndjson.gz"}


async def test_what_is_too_old_goes_with_the_next_file_too(tmp_path: Path) -> None:
    clock = ManualClock(wall=NOON)
    feed = begun(DatedFiles(tmp_path, ALIAS, keep=DAY), clock)
    for _ in range(3):
        await clock.advance(DAY)
        feed.tell(Said("good morning"))
        days = [path.name.removeprefix("meet.alice-406ac6e2-")[:10] for path in files_of(tmp_path)]
    assert days == ["2026-02-03", "2026-02-04"]


@pytest.mark.parametrize(
    ("alias", "begins"),
    [
        ("../../etc/passwd", "_.._etc_passwd-"),
        ("--keep", "keep-"),
        ("Grüße\x1b[2J", "Gr__e__2J-"),
        ("...", "conference-"),
        ("a" * 300, "a" * 60 + "-"),
    ],
)
def test_an_alias_is_no_path(tmp_path: Path, alias: str, begins: str) -> None:
    path, descriptor = DatedFiles(tmp_path, alias).make(NOON)
    os.close(descriptor)
    assert path.parent == tmp_path
    assert path.name.startswith(begins)


def test_files_are_kept_for_a_time_in_a_folder_alone(tmp_path: Path) -> None:
    assert isinstance(place_for(tmp_path, ALIAS, keep=DAY), DatedFiles)
    with pytest.raises(UsageFault, match="--keep is for a folder"):
        place_for(tmp_path / "file", ALIAS, keep=DAY)
