"""A recording holds what a source told, replaces nothing, and stops where the disk is full."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pexdash
from pexdash.cli.ctl import ctl
from pexdash.errors import UsageFault
from pexdash.model.events import ConferenceUpdated
from pexdash.model.participant import Participant, Role
from pexdash.model.status import ConferenceStatus
from pexdash.session.feed import record_file as module
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.record_place import OneFile
from pexdash.session.feed.recorded import Recorded
from pexdash.session.feed.recording import RETRY_SECONDS, Recording
from pexdash.session.feed.told import Acted, Alarmed, Line, Listed, Marked, Me, Said, Stated, Told
from tests.manual_clock import ManualClock
from tests.session.recorded_feed import event, played, recorded_feed

ME = Me("a1", Role.HOST)
T = 1_770_000_000.5


def recording(path: Path, clock: ManualClock, said: list[str]) -> Recording:
    feed = Feed("meet.alice", clock)
    return Recording(OneFile(path), feed, node=lambda: "node.example.com", say=said.append)


async def test_the_first_line_tells_of_the_conference_and_each_other_what_was_told(
    tmp_path: Path,
) -> None:
    path, clock = tmp_path / "new" / "meeting", ManualClock(wall=1_770_000_000.25)
    one = recording(path, clock, [])
    one.told(Line(LinkState.CONNECTING))
    await clock.advance(1.5)
    one.told(ME)
    one.told(Line(LinkState.LIVE))
    one.told(event("message", '{"payload": "a\\u001b"}', "7"))
    one.told(
        Stated(
            ConferenceUpdated(ConferenceStatus(locked=True)), {"locked": True, "host_pin": "1234"}
        )
    )
    await clock.advance(0.25)
    one.told(Listed([], [{"uuid": "b0b", "spotlight": 0}]))
    one.told(Said("hello"))
    one.told(Said("psst", "bob"))
    one.told(Marked("start"))
    one.told(Line(LinkState.LOST, "the node ended the stream"))
    header, *records = map(json.loads, path.read_text("ascii").splitlines())
    assert header == {
        "pexdash-recording": 2,
        "alias": "meet.alice",
        "cluster": "",
        "node": "node.example.com",
        "started": "2026-02-02T02:40:00.250Z",
        "version": pexdash.__version__,
    }
    assert records == [
        {"t": 1.5, "me": {"uuid": "a1", "role": "host"}},
        {"t": 1.5, "line": "live", "why": ""},
        {"t": 1.5, "event": "message", "data": '{"payload": "a\\u001b"}', "id": "7"},
        {"t": 1.5, "status": {"locked": True, "host_pin": "***"}},
        {"t": 1.75, "list": [{"uuid": "b0b", "spotlight": 0}]},
        {"t": 1.75, "said": "hello"},
        {"t": 1.75, "said": "psst", "to": "bob"},
        {"t": 1.75, "mark": "start"},
        {"t": 1.75, "line": "stale", "why": "the node ended the stream"},
    ]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@given(st.text(), st.text(), st.text())
def test_any_event_is_one_line_of_plain_signs_and_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: str, event_id: str
) -> None:
    path = tmp_path_factory.mktemp("recording") / "meeting"
    one = recording(path, ManualClock(), [])
    one.told(ME)
    sent = event(name, data, event_id)
    one.told(sent)
    text = path.read_text("ascii")
    assert set(text) <= {chr(code) for code in range(0x20, 0x7F)} | {"\n"}
    assert [record.told for record in Recorded(path)] == [ME, sent]


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_nothing_is_replaced(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "meeting"
    if kind == "file":
        path.write_text("mine")
    elif kind == "link":
        path.symlink_to(tmp_path / "elsewhere")
    else:
        path.mkdir()
    with pytest.raises(UsageFault, match="exists: a recording replaces no file"):
        recording(path, ManualClock(), [])
    assert kind != "file" or path.read_text() == "mine"
    assert not (tmp_path / "elsewhere").exists()


def test_a_place_that_cannot_be_is_refused_in_words() -> None:
    with pytest.raises(UsageFault, match="cannot be recorded to"):
        recording(Path("/dev/null/meeting"), ManualClock(), [])


@pytest.mark.fault(88)
async def test_a_full_disk_is_told_once_and_what_follows_is_recorded_once_it_has_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, said, clock = tmp_path / "meeting", list[str](), ManualClock()
    feed, _ = recorded_feed(OneFile(path), clock, said)
    feed.tell(ME)
    feed.tell(Line(LinkState.LIVE))

    def full(descriptor: int, data: bytes) -> None:
        os.write(descriptor, data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "write_all", full)
    await clock.advance(1)
    feed.tell(event("participant_create", '{"uuid": "b0b"}'))
    await clock.advance(RETRY_SECONDS)
    feed.tell(event("participant_create", '{"uuid": "ca7"}'))
    monkeypatch.undo()
    assert len([json.loads(line) for line in path.read_text().splitlines()]) == 3
    stopped = f"{path} cannot be written (No space left on device)"
    assert said == [f"{stopped}: recording has stopped until it can"]
    await clock.advance(RETRY_SECONDS)
    feed.tell(event("message", '{"payload": "hello"}'))
    assert said[1:] == [f"{path} is written again; 20 s are missing in it"]
    told = [(record.t, type(record.told).__name__) for record in Recorded(path)][2:]
    assert told[0] == (1.0, "Line"), "the gap begins where the first write failed"
    assert {t for t, _ in told[1:]} == {21}
    again = played(path)
    assert again.conference.participants == feed.conference.participants
    assert [message.text for message in again.conference.chat.messages] == ["hello"]


def test_ctl_has_nothing_to_record(tmp_path: Path) -> None:
    words = ["meet.alice", "lock", "--node", "127.0.0.1:1", "--record", str(tmp_path / "meeting")]
    with pytest.raises(UsageFault, match="nothing to record"):
        ctl.main(words, standalone_mode=False)
    assert list(tmp_path.iterdir()) == []


def test_what_json_cannot_hold_is_written_as_what_it_can(tmp_path: Path) -> None:
    path = tmp_path / "meeting"
    one = recording(path, ManualClock(), [])
    one.told(ME)
    one.told(Listed([], [{"uuid": "b0b", "start_time": float("nan"), "uri": "\ud800"}]))
    _, _, listed = path.read_text("ascii").splitlines()
    assert "NaN" not in listed
    _, read = Recorded(path)
    assert isinstance(read.told, Listed)
    assert read.told.people == [Participant(uuid="b0b", uri="\ufffd")]


async def test_an_answer_nested_without_end_is_left_out_and_the_rest_recorded(
    tmp_path: Path,
) -> None:
    path, said, deep, clock = tmp_path / "meeting", list[str](), list[object](), ManualClock()
    for _ in range(5000):
        deep = [deep]
    feed, _ = recorded_feed(OneFile(path), clock, said)
    feed.tell(ME)
    feed.tell(Listed([], deep))
    assert [record.told for record in Recorded(path)] == [ME]
    assert said == [
        f"{path} cannot be written (the node's answer is nested too deeply):"
        " recording has stopped until it can"
    ]
    await clock.advance(RETRY_SECONDS)
    feed.tell(Said("hello"))
    assert [record.told for record in Recorded(path)][-1] == Said("hello")


def test_a_file_without_a_record_is_not_left_behind(tmp_path: Path) -> None:
    one = recording(tmp_path / "meeting", ManualClock(), [])
    one.told(Line(LinkState.JOINING))
    one.close()
    assert list(tmp_path.iterdir()) == []


def test_alarms_actions_and_marks_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "meeting"
    one = recording(path, ManualClock(), [])
    told: list[Told] = [
        ME,
        Marked("vote"),
        Alarmed("raised", "waiting", "critical", "b0b", "b0b", "Bob waits", "n", T, "Ann", value=2),
        Alarmed("cleared", "line-stale"),
        Acted(T, "Mute", "mute", "done", uuid="b0b", name="Bob", took=0.25, seen=0.5),
        Acted(T, "Dial", "dial", "refused", "no", fields={"destination": "x", "pin": "1234"}),
    ]
    for each in told:
        one.told(each)
    assert "1234" not in path.read_text()
    told[-1] = Acted(T, "Dial", "dial", "refused", "no", fields={"destination": "x", "pin": "***"})
    recorded = Recorded(path)
    assert [record.told for record in recorded] == told
    assert recorded.skipped == 0
