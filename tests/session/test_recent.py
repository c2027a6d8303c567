"""Earlier destinations are kept, few, and for their owner alone."""

from __future__ import annotations

from pathlib import Path

from pexdash.ui.commands.recent import MOST_DESTINATIONS, RecentDestinations


def test_the_newest_comes_first_and_once(tmp_path: Path) -> None:
    recent = RecentDestinations(tmp_path / "state" / "recent")
    for destination in ("a@x", "b@x", "a@x"):
        recent.add(destination)
    assert recent.destinations == ["a@x", "b@x"]
    assert RecentDestinations(tmp_path / "state" / "recent").destinations == ["a@x", "b@x"]


def test_only_the_owner_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "state" / "recent"
    RecentDestinations(path).add("a@x")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_there_are_twenty_at_most(tmp_path: Path) -> None:
    recent = RecentDestinations(tmp_path / "recent")
    for number in range(50):
        recent.add(f"{number}@x")
    assert len(RecentDestinations(tmp_path / "recent").destinations) == MOST_DESTINATIONS
    assert recent.destinations[0] == "49@x"


def test_a_file_that_is_no_good_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    (tmp_path / "hostile").write_text("a\x1b]52;c;x\x07@x\n\n  \nb@x\n")
    assert RecentDestinations(tmp_path / "bytes").destinations == []
    assert RecentDestinations(tmp_path).destinations == []
    hostile = RecentDestinations(tmp_path / "hostile").destinations
    assert "\x1b" not in hostile[0]
    assert hostile[1] == "b@x"
    unwritable = RecentDestinations(tmp_path)
    unwritable.add("a@x")
    assert unwritable.destinations == ["a@x"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("kept")
    (tmp_path / "recent").symlink_to(target)
    RecentDestinations(tmp_path / "recent").add("a@x")
    assert target.read_text() == "kept"
