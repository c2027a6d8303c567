"""A recording holds every event as it came, replaces nothing, and stops where the disk is full."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.api.events import decode_event
from pexdash.cli.ctl import ctl
from pexdash.errors import UsageFault
from pexdash.session.feed import recording as module
from pexdash.session.feed.recording import Recording
from tests.manual_clock import ManualClock


def recording(path: Path, clock: ManualClock, said: list[str]) -> Recording:
    return Recording(
        path, "meet.alice", node=lambda: "node.example.com", clock=clock, say=said.append
    )


async def test_the_first_line_tells_of_the_conference_and_each_other_is_an_event(
    tmp_path: Path,
) -> None:
    path, clock = tmp_path / "new" / "meeting", ManualClock(wall=1_770_000_000.0)
    one = recording(path, clock, [])
    await clock.advance(1.5)
    one.heard("message", '{"payload": "a\\u001b"}', "7")
    await clock.advance(0.25)
    one.heard("participant_sync_end", "", "")
    header, *events = map(json.loads, path.read_text("ascii").splitlines())
    assert header == {
        "pexdash-recording": 1,
        "alias": "meet.alice",
        "node": "node.example.com",
        "started": "2026-02-02T02:40:00Z",
    }
    assert events == [
        {"t": 1.5, "event": "message", "data": '{"payload": "a\\u001b"}', "id": "7"},
        {"t": 1.75, "event": "participant_sync_end", "data": "", "id": ""},
    ]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@given(st.text(), st.text(), st.text())
def test_any_event_is_one_line_of_plain_signs_and_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: str, event_id: str
) -> None:
    path = tmp_path_factory.mktemp("recording") / "meeting"
    recording(path, ManualClock(), []).heard(name, data, event_id)
    text = path.read_text("ascii")
    assert set(text) <= {chr(code) for code in range(0x20, 0x7F)} | {"\n"}
    _, event = map(json.loads, text.splitlines())
    assert (event["event"], event["data"], event["id"]) == (name, data, event_id)
    assert decode_event(event["event"], event["data"], event["id"]) == decode_event(
        name, data, event_id
    )


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
def test_a_full_disk_ends_it_after_the_last_whole_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, said = tmp_path / "meeting", list[str]()
    one = recording(path, ManualClock(), said)
    one.heard("stage", "[]", "")

    def full(descriptor: int, data: bytes) -> None:
        os.write(descriptor, data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "write_all", full)
    one.heard("stage", "[]", "")
    one.heard("stage", "[]", "")
    assert len([json.loads(line) for line in path.read_text().splitlines()]) == 2
    assert said == [f"{path} cannot be written (No space left on device): recording has stopped"]


def test_ctl_has_nothing_to_record(tmp_path: Path) -> None:
    words = ["meet.alice", "lock", "--node", "127.0.0.1:1", "--record", str(tmp_path / "meeting")]
    with pytest.raises(UsageFault, match="nothing to record"):
        ctl.main(words, standalone_mode=False)
    assert list(tmp_path.iterdir()) == []
