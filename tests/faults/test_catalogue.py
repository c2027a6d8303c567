"""Every fault of the table is held by tests that run, or says why it cannot be."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from tests.faults.catalogue import NUMBERS, ROOT, ROWS, faults_of, is_collected
from tests.faults.row import Row


def test_every_fault_is_held_by_a_test_or_a_reason() -> None:
    assert faults_of(ROWS) == []


def test_the_rows_stand_in_their_order() -> None:
    assert [one.number for one in ROWS] == list(NUMBERS)


GOOD = next(one for one in ROWS if one.tests)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (replace(GOOD, tests=()), "neither a test nor a reason"),
        (replace(GOOD, reason="it cannot be"), "has tests and a reason"),
        (replace(GOOD, tests=(), reason="  "), "has an empty reason"),
        (replace(GOOD, promise=" "), "does not say what it is about"),
        (replace(GOOD, tests=GOOD.tests * 2), "names a test twice"),
        (replace(GOOD, tests=(f"{GOOD.tests[0]}_not",)), "which is no test that runs"),
        (replace(GOOD, number=109), "there is no row 109"),
    ],
)
def test_a_row_that_does_not_hold_is_found(bad: Row, said: str) -> None:
    rows = [bad if one is GOOD else one for one in ROWS]
    assert any(said in fault for fault in faults_of(rows))


def test_a_missing_and_a_double_row_are_found() -> None:
    assert faults_of(one for one in ROWS if one is not GOOD) == [f"row {GOOD.number} is missing"]
    assert faults_of([*ROWS, GOOD]) == [f"row {GOOD.number} stands twice"]


@pytest.mark.parametrize(
    ("test", "collected"),
    [
        ("tests/model/test_conference.py::TestFollowingANode", True),
        ("tests/faults/test_catalogue.py::test_the_rows_stand_in_their_order", True),
        ("tests/model/test_conference.py::FollowingANode", False),
        ("tests/model/test_conference.py::replay", False),
        ("tests/model/test_conference.py", False),
        ("tests/model/people.py::person", False),
        ("tests/model/test_nowhere.py::test_x", False),
        ("pexdash/errors.py::test_x", False),
        ("", False),
    ],
)
def test_what_is_collected(test: str, collected: bool) -> None:
    assert is_collected(test) is collected


def test_pytest_finds_them_too() -> None:
    """The names are read from the files; here pytest itself is asked for one of each kind."""
    kinds = (
        "tests/model/test_garbled_node.py::TestAGarbledNode",
        "tests/faults/test_catalogue.py::test_what_is_collected",
        "tests/session/test_two_hosts.py::test_two_dashboards_show_the_same_and_do_not_fight",
    )
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run([*command, *kinds], cwd=ROOT, capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(is_collected(kind) for kind in kinds)


def test_it_can_be_printed() -> None:
    command = [sys.executable, "-m", "tests.faults"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, done.stderr
    assert "108 faults" in done.stdout
    assert all(one.name in done.stdout for one in ROWS)
