"""A recording is read back whole, from either format, and what is none is refused with its line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from pexdash.errors import UsageFault
from pexdash.model.events import ParticipantCreated, StageUpdated, UnknownEvent
from pexdash.model.participant import Role
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.recorded import Recorded
from pexdash.session.feed.told import Heard, Line, Me, Spoken

HEADER = {"pexdash-recording": 2, "alias": "meet.alice", "started": "2026-02-02T02:40:00.250Z"}
BOB = {"t": 1, "event": "participant_create", "id": "1", "data": '{"uuid": "b0b"}'}


def written(path: Path, *lines: object, end: str = "\n") -> Path:
    """A file with these lines: objects as JSON, texts as they are."""
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + end)
    return path


def test_the_header_tells_where_and_when(tmp_path: Path) -> None:
    more = {"cluster": "main", "node": "node.example.com\x1b[2J", "version": "0.1.0"}
    recorded = Recorded(written(tmp_path / "a", {**HEADER, **more}))
    assert (recorded.alias, recorded.cluster, recorded.made_by) == ("meet.alice", "main", "0.1.0")
    assert recorded.node == "node.example.com\u241b[2J"
    assert recorded.started == 1_770_000_000.25
    assert list(recorded) == []
    assert (recorded.skipped, recorded.is_cut) == (0, False)


def test_format_1_is_read_and_its_line_was_live(tmp_path: Path) -> None:
    header = {"pexdash-recording": 1, "alias": "a", "started": "2026-02-02T02:40:00Z"}
    recorded = Recorded(written(tmp_path / "a", {**header, "node": "n"}, BOB))
    assert recorded.started == 1_770_000_000
    line, bob = recorded
    assert (line.t, line.told) == (0, Line(LinkState.LIVE))
    assert isinstance(bob.told, Heard)
    (created,) = bob.told.events
    assert isinstance(created, ParticipantCreated)
    assert (bob.t, created.participant.uuid) == (1, "b0b")


def test_what_this_version_does_not_know_is_skipped_and_counted(tmp_path: Path) -> None:
    unknown = [{"t": 1, "alarm": {}, "event": "raised"}, {"t": 1}, {"t": 1, "line": "wobbly"}]
    unknown += [{"t": 1, "hologram": {}}, {"t": 1, "action": {"asked": "yesterday"}}]
    unknown.append({"t": 1, "action": "mute", "status": "done"})
    unknown.append({"t": 1, "talk": ["b0b"]})
    recorded = Recorded(written(tmp_path / "a", HEADER, *unknown, BOB))
    assert [type(record.told) for record in recorded] == [Heard]
    assert recorded.skipped == 7


def test_only_seconds_of_somebody_are_talk(tmp_path: Path) -> None:
    talk = {"b0b": 12.5, "": 3, "ann": "long", "cid": -1, "dan": 1e300, "eve": True}
    (record,) = Recorded(written(tmp_path / "a", HEADER, {"t": 60, "talk": talk}))
    assert record.told == Spoken({"b0b": 12.5})


@pytest.mark.parametrize("cut", ["{", json.dumps(BOB)[:-1], json.dumps(BOB)[:20], '{"t": 1, "x'])
def test_a_last_line_that_was_cut_off_ends_it(tmp_path: Path, cut: str) -> None:
    recorded = Recorded(written(tmp_path / "a", HEADER, BOB, cut, end=""))
    assert len(list(recorded)) == 1
    assert recorded.is_cut


def test_a_last_line_without_its_end_is_whole(tmp_path: Path) -> None:
    recorded = Recorded(written(tmp_path / "a", HEADER, BOB, end=""))
    assert len(list(recorded)) == 1
    assert not recorded.is_cut


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([""], "line 1 is no JSON"),
        (["hello"], "line 1 is no JSON"),
        (["[1]"], "line 1 is no JSON object"),
        ([{"alias": "a"}], "line 1 does not say that it is one"),
        ([{"pexdash-recording": True}], "line 1 does not say that it is one"),
        ([{**HEADER, "started": "yesterday"}], "line 1 has no time at which it started"),
        ([HEADER, BOB, "{", BOB], "line 3 is no JSON"),
        ([HEADER, "7", BOB], "line 2 is no JSON object"),
        ([HEADER, {"event": "stage"}], "line 2 has no time"),
        ([HEADER, {"t": "1", "event": "stage"}], "line 2 has no time"),
        ([HEADER, {"t": -1, "event": "stage"}], "line 2 has no time"),
        ([HEADER, '{"t": NaN, "event": "stage"}'], "line 2 has no time"),
        ([HEADER, '{"t": 1e400, "event": "stage"}'], "line 2 has no time"),
        ([HEADER, f'{{"t": {"9" * 400}, "event": "stage"}}'], "line 2 has no time"),
        ([{**HEADER, "pexdash-recording": 0}], "line 1 does not say that it is one"),
        ([{**HEADER, "pexdash-recording": -3}], "line 1 does not say that it is one"),
        ([HEADER, {"t": 1, "event": 7}], "line 2 has 'event' of another kind"),
        ([HEADER, {"t": 1, "list": {}}], "line 2 has 'list' of another kind"),
        ([HEADER, {"t": 1, "me": {"uuid": "b\u202eb"}}], "line 2 has 'me' of another kind"),
        ([HEADER, {"t": 1, "me": "bob"}], "line 2 has 'me' of another kind"),
    ],
)
def test_what_is_no_recording_is_refused_with_its_line(
    tmp_path: Path, lines: list[object], said: str
) -> None:
    path = written(tmp_path / "a", *lines)
    with pytest.raises(UsageFault) as refused:
        list(Recorded(path))
    assert str(refused.value).startswith(f"{path} is no recording: {said}")


def test_an_empty_file_a_folder_and_nothing_at_all_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("")
    with pytest.raises(UsageFault, match="line 1 does not say"):
        Recorded(tmp_path / "empty")
    for name in ("", "missing"):
        with pytest.raises(UsageFault, match="cannot be read"):
            Recorded(tmp_path / name)


def test_one_of_a_newer_version_says_so(tmp_path: Path) -> None:
    path = written(tmp_path / "a", {**HEADER, "pexdash-recording": 3})
    with pytest.raises(UsageFault, match=r"made by a newer pexdash \(format 3\)"):
        Recorded(path)


def test_garbled_events_and_hostile_texts_are_as_harmless_as_on_the_wire(tmp_path: Path) -> None:
    me = {"t": 0, "me": {"uuid": "A1", "role": "king"}}
    stage = {"t": 0, "event": "stage", "data": "[]", "id": ""}
    broken = {"t": 0, "event": "stage", "data": "{no JSON", "id": ""}
    records = list(Recorded(written(tmp_path / "a", HEADER, me, stage, broken)))
    assert records[0].told == Me("a1", Role.UNKNOWN)
    assert isinstance(records[1].told, Heard)
    assert records[1].told.events == (StageUpdated(()),)
    assert isinstance(records[2].told, Heard)
    (unknown,) = records[2].told.events
    assert isinstance(unknown, UnknownEvent)


def test_a_move_to_another_conference_is_read_back(tmp_path: Path) -> None:
    me = {"t": 2, "me": {"uuid": "a11ce", "role": "guest", "alias": "other\x1b"}}
    (record,) = Recorded(written(tmp_path / "a", HEADER, me))
    assert record.told == Me("a11ce", Role.GUEST, "other\u241b")


def test_a_compressed_one_is_read_to_where_it_was_cut(tmp_path: Path) -> None:
    plain = written(tmp_path / "plain", HEADER, *[BOB] * 1000).read_bytes()
    packed = gzip.compress(plain)
    path = tmp_path / "a.gz"
    path.write_bytes(packed)
    recorded = Recorded(path)
    assert (len(list(recorded)), recorded.is_cut) == (1000, False)
    path.write_bytes(packed[:-12])
    recorded = Recorded(path)
    assert 0 < len(list(recorded)) <= 1000
    assert recorded.is_cut
    path.write_bytes(packed[:8])
    with pytest.raises(UsageFault, match="is no recording"):
        Recorded(path)
