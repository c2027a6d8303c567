"""A fault of our own leaves a report, and in it no value of any kind."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from pexdash.cli import main
from pexdash.crash import CRASHED, report

CANARY = "b3duZXI9Canary"


def fault_with_a_secret() -> Exception:
    token = CANARY
    try:
        raise ValueError(f"refused {token}")
    except ValueError as fault:
        return fault


@pytest.mark.fault(85)
def test_the_report_has_the_place_and_no_value(tmp_path: Path) -> None:
    said = report(fault_with_a_secret(), tmp_path / "state")
    (written,) = (tmp_path / "state").iterdir()
    text = written.read_text()
    assert str(written) in said
    assert "ValueError" in said
    assert "fault_with_a_secret" in text
    assert CANARY not in text + said


@pytest.mark.fault(85)
def test_only_its_owner_reads_it_and_none_is_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    report(fault_with_a_secret(), folder)
    report(fault_with_a_secret(), folder)
    assert len(list(folder.iterdir())) == 2
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


@pytest.mark.fault(85)
def test_where_nothing_can_be_written_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "no report could be written" in report(fault_with_a_secret(), tmp_path / "file")


@pytest.mark.fault(86)
def test_the_command_line_ends_with_70_and_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def broken() -> None:
        raise fault_with_a_secret()

    monkeypatch.setattr(main, "cli", broken)
    monkeypatch.setattr("sys.argv", ["pexdash"])
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert main.run() == CRASHED
    told = capsys.readouterr()
    assert "fault of its own (ValueError)" in told.err
    assert CANARY not in told.err + told.out
