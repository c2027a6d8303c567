"""The conferences joined last, as the file keeps them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.session.membership.recent_conferences import (
    MOST_CONFERENCES,
    RecentConference,
    RecentConferences,
    _conference_in,
)
from pexdash.text import clean

ALICE = RecentConference("meet.alice@example.com", "https://node.example.com", "host")
BOB = RecentConference("meet.bob", "", "guest")


@pytest.fixture
def recent(tmp_path: Path) -> RecentConferences:
    return RecentConferences(tmp_path / "state" / "recent-conferences")


def test_the_newest_is_first_and_only_its_owner_can_read_it(
    recent: RecentConferences, tmp_path: Path
) -> None:
    assert recent.read() == []
    recent.add(ALICE)
    recent.add(BOB)
    assert recent.read() == [BOB, ALICE]
    (file,) = (tmp_path / "state").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_conference_is_kept_once_by_node_with_the_last_role(recent: RecentConferences) -> None:
    recent.add(ALICE)
    recent.add(BOB)
    again = RecentConference("Meet.Alice@example.com", ALICE.node, "guest")
    elsewhere = RecentConference(ALICE.alias, "https://other.example.com", "host")
    recent.add(again)
    assert recent.read() == [again, BOB]
    recent.add(elsewhere)
    assert recent.read() == [elsewhere, again, BOB]


def test_twenty_are_kept(recent: RecentConferences) -> None:
    for number in range(MOST_CONFERENCES + 3):
        recent.add(RecentConference(f"meet{number}"))
    kept = recent.read()
    assert len(kept) == MOST_CONFERENCES
    assert kept[0].alias == f"meet{MOST_CONFERENCES + 2}"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "junk",
        "[]",
        "null",
        '{"alias": 7, "node": "", "role": ""}',
        '{"alias": "", "node": "", "role": ""}',
        '{"alias": "meet", "node": "https://u:p@node.example.com", "role": ""}',
        '{"alias": "me\\u001b[2Jet", "node": "", "role": ""}',
        "[" * 10_000,
    ],
)
def test_a_line_that_is_none_of_ours_is_passed_over(line: str, tmp_path: Path) -> None:
    file = tmp_path / "recent-conferences"
    RecentConferences(file).add(ALICE)
    file.write_text(line + "\n" + file.read_text())
    assert RecentConferences(file).read() == [ALICE]


@given(st.text(max_size=300))
def test_whatever_stands_in_the_file_is_safe_to_show(line: str) -> None:
    found = _conference_in(line)
    assert found is None or clean(found.role) == found.role


def test_a_file_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    recent = RecentConferences(tmp_path / "state" / "recent-conferences")
    recent.add(ALICE)
    assert recent.read() == []
