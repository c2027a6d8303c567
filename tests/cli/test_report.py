"""`pexdash report` prints for people, writes for programs, and refuses what is no recording."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pexdash.cli import report as module
from pexdash.cli.report import WHAT, report
from pexdash.errors import PexdashError, UsageFault
from pexdash.plain.report.tables import TABLES
from tests.plain.report.small_meeting import MEETING, written


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return written(tmp_path / "meeting", MEETING)


def run(*words: str | Path) -> object:
    return report.main([str(word) for word in words], standalone_mode=False)


def test_all_is_printed_within_80_columns_and_the_meeting_first(
    path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(path) == 0
    text = capfd.readouterr().out
    titles = ["meet.alice", "People", "Sessions", "Talk", "Alarms", "What we asked for", "Chat"]
    titles += ["Over time", "Alarms in figures"]
    found = [line for line in text.splitlines() if line and not line.startswith(" ")]
    assert [one.startswith(title) for one, title in zip(found, titles, strict=True)] == [True] * 9
    for line in text.splitlines():
        wide = sum(2 if "\u2e80" <= one <= "\u9fff" else 1 for one in line)
        assert wide <= 80, line
    assert "2, 2 at once at most" in text
    assert "10, 0 did" not in text


def test_each_table_has_a_file_of_its_own_that_replaces_none(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    assert run(path, "--output", folder) == 0
    assert sorted(one.name for one in folder.iterdir()) == [
        "actions.ndjson",
        "airtime.csv",
        "alarms.csv",
        "attendance-sessions.csv",
        "attendance.csv",
        "chat.csv",
        "conference.csv",
    ]
    assert {one.stat().st_mode & 0o777 for one in folder.iterdir()} == {0o600}
    assert (folder / "chat.csv").read_bytes().startswith(b"schema,conference,time,")
    before = {one: one.read_bytes() for one in folder.iterdir()}
    with pytest.raises(UsageFault, match="exists: a report replaces no file"):
        run(path, "--output", folder)
    assert {one: one.read_bytes() for one in folder.iterdir()} == before
    assert run(path, "--output", tmp_path / "one", "--what", "chat", "--format", "json") == 0
    assert json.loads((tmp_path / "one" / "chat.json").read_text())[0]["direction"] == "in"


def test_one_table_goes_to_standard_output(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    packed = path.with_name("meeting.ndjson.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    for one in (path, packed):
        assert run(one, "--what", "attendance", "--format", "csv", "--pseudonyms") == 0
        out = capfd.readouterr().out
        assert out.startswith("schema,conference,person_key,")
        assert "Person 2" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "csv"], "choose it by --what"),
        (["--output", "x", "--format", "text"], "text is printed"),
        (["--excel"], "are for csv"),
        (["--raw", "--what", "chat", "--format", "json"], "are for csv"),
    ],
)
def test_what_does_not_fit_together_is_refused(path: Path, words: list[str], said: str) -> None:
    with pytest.raises(UsageFault, match=said):
        run(path, *words)


def test_a_file_that_is_none_is_status_2_and_nothing_is_printed(path: Path) -> None:
    note = path.with_name("note")
    note.write_text("hello\n")
    done = subprocess.run(
        [sys.executable, "-m", "pexdash", "report", path, note], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "is no recording: line 1" in done.stderr


def test_a_full_disk_is_an_error_and_a_closed_pipe_is_none(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open("/dev/full", "wb") as full:
        monkeypatch.setattr("pexdash.cli.output.stdout_descriptor", full.fileno)
        with pytest.raises(PexdashError, match="No space left"):
            run(path)
    reading, writing = os.pipe()
    os.close(reading)
    monkeypatch.setattr("pexdash.cli.output.stdout_descriptor", lambda: writing)
    assert run(path) == 0
    os.close(writing)


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_a_plot_is_drawn_beside_what_else_is_asked_for(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], suffix: str
) -> None:
    path, plot = written(tmp_path / "meeting", MEETING), tmp_path / f"plot.{suffix}"
    assert run(path, "--what", "conference", "--plot", plot) == 0
    assert "2, 2 at once at most" in capfd.readouterr().out
    assert plot.stat().st_mode & 0o777 == 0o600
    begins = {"svg": b"<?xml", "png": b"\x89PNG"}
    assert plot.read_bytes().startswith(begins[suffix])
    with pytest.raises(UsageFault, match="exists: a plot replaces no file"):
        run(path, "--plot", plot)


def test_no_recording_is_read_for_a_plot_that_cannot_be(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageFault, match=r"ends in \.svg or \.png"):
        run(path, "--plot", tmp_path / "plot.gif")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UsageFault, match=r"install pexdash\[plot\]"):
        run(path, "--plot", tmp_path / "plot.svg")
    assert not (tmp_path / "plot.svg").exists()


def test_the_choices_are_the_tables() -> None:
    assert set(WHAT) == {table.what for table in TABLES}
    assert module.FORMATS[0] == "text"
