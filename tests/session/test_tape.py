"""The files of a recording, read as one."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from pexdash.errors import UsageFault
from pexdash.session.feed.tape import tape_of
from pexdash.session.feed.told import Marked


def write(path: Path, alias: str, minute: int, words: list[str]) -> Path:
    """A recording that begins at 10:`minute` UTC, with a mark each second."""
    started = f"2026-11-30T10:{minute:02}:00.000Z"
    head = {"pexdash-recording": 2, "alias": alias, "node": "n", "started": started}
    marks = [{"t": float(at), "mark": word} for at, word in enumerate(words)]
    text = "".join(json.dumps(one) + "\n" for one in [head, *marks])
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def words_from(path: list[Path], skip: int) -> list[tuple[float, str]]:
    """All marks, read again from behind the first `skip` of them."""
    tape = tape_of(path)
    marks = [mark for _, mark in tape.read()]
    found = [
        (record.t, record.told.word)
        for record, _ in (tape.read(marks[skip - 1]) if skip else tape.read())
        if isinstance(record.told, Marked)
    ]
    tape.close()
    return found


@pytest.mark.parametrize("skip", range(5))
def test_files_of_one_conference_are_one_recording(tmp_path: Path, skip: int) -> None:
    later = write(tmp_path / "a.ndjson", "Meet.A", 5, ["c", "d"])
    first = write(tmp_path / "b.ndjson.gz", "meet.a", 0, ["a", "b"])
    everything = [(0.0, "a"), (1.0, "b"), (300.0, "c"), (301.0, "d")]
    assert words_from([later, first], skip) == everything[skip:]


def test_what_was_unpacked_is_gone_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "unpacked"))
    (tmp_path / "unpacked").mkdir()
    words_from([write(tmp_path / "a.ndjson.gz", "meet.a", 0, ["a"])], 0)
    assert not list((tmp_path / "unpacked").iterdir())


def test_a_packed_file_that_was_cut_off_plays_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ndjson.gz", "meet.a", 0, [f"word {at}" for at in range(2000)])
    path.write_bytes(path.read_bytes()[:-200])
    assert 0 < len(words_from([path], 0)) < 2000


@pytest.mark.parametrize("skip", range(7))
def test_recordings_of_several_conferences_are_played_together(tmp_path: Path, skip: int) -> None:
    tape = tape_of(
        [
            write(tmp_path / "b.ndjson", "meet.b", 1, ["b0", "b1", "b2"]),
            write(tmp_path / "a.ndjson", "meet.a", 0, [f"a{at}" for at in range(2)]),
            write(tmp_path / "c.ndjson", "meet.a", 1, ["c0"]),
        ]
    )
    assert [one.alias for one in tape.tapes] == ["meet.a", "meet.b"]
    everything = [
        *((0.0, 0, "a0"), (1.0, 0, "a1"), (60.0, 0, "c0")),
        *((60.0, 1, "b0"), (61.0, 1, "b1"), (62.0, 1, "b2")),
    ]
    marks = [mark for _, mark in tape.read()]
    found = [
        (record.t, record.conference, record.told.word)
        for record, _ in (tape.read(marks[skip - 1]) if skip else tape.read())
        if isinstance(record.told, Marked)
    ]
    assert found == everything[skip:]


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("hello\n")
    with pytest.raises(UsageFault, match="notes is no recording: line 1"):
        tape_of([tmp_path / "notes"])
