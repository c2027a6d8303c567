"""Every fault is held by a test that runs, and no mark says a wrong one."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.faults import FAULTS, TESTS, Holding, faults_in, held_by, misplaced_marks, table


@pytest.fixture
def test(request: pytest.FixtureRequest) -> pytest.Function:
    """A test that is never run."""
    made = pytest.Function.from_parent(request.node.parent, name="it", callobj=lambda: None)
    assert isinstance(made, pytest.Function)
    return made


@pytest.mark.timeout(200)
def test_every_fault_is_held_by_a_test(request: pytest.FixtureRequest) -> None:
    said = _table_of_all(request.session)
    assert "108 faults: 108 held by tests" in said
    assert "test_faults.py" not in said


def _table_of_all(session: pytest.Session) -> str:
    """The table of every test, also of those that this run does not have."""
    if {item.path for item in session.items} >= set(TESTS.rglob("test_*.py")):
        holding = Holding()
        holding.note(session.items)
        return table(holding.tests)
    command = [sys.executable, "-m", "tests.faults"]
    done = subprocess.run(command, cwd=TESTS.parent, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        (pytest.mark.fault, "no faults"),
        (pytest.mark.fault(), "no faults"),
        (pytest.mark.fault(0), "no faults"),
        (pytest.mark.fault(109), "no faults"),
        (pytest.mark.fault(1, 109), "no faults"),
        (pytest.mark.fault("1"), "no faults"),
        (pytest.mark.fault(1, 2, 1), "a fault twice"),
    ],
)
def test_a_mark_that_is_wrong_is_found(
    mark: pytest.MarkDecorator, said: str, test: pytest.Function
) -> None:
    test.add_marker(mark)
    with pytest.raises(pytest.UsageError, match=said):
        held_by(test)


@pytest.mark.parametrize("never", [pytest.mark.skip, pytest.mark.xfail(reason="late")])
def test_a_test_that_never_runs_holds_nothing(
    never: pytest.MarkDecorator, test: pytest.Function
) -> None:
    test.add_marker(pytest.mark.fault(1))
    test.add_marker(never)
    with pytest.raises(pytest.UsageError, match="never runs"):
        held_by(test)


def test_the_table_has_every_fault_and_its_tests(test: pytest.Function) -> None:
    test.add_marker(pytest.mark.fault(7, 9))
    holding = Holding()
    holding.note([test])
    said = table(holding.tests)
    assert all(fault.name in said and fault.promise in said for fault in FAULTS.values())
    assert said.splitlines().count("       tests/test_faults.py::it") == 2
    assert said.splitlines()[-2:] == ["108 faults: 2 held by tests", "1 tests"]


def test_the_cases_of_a_test_count_as_one(request: pytest.FixtureRequest) -> None:
    holding = Holding()
    for name in ("it[a]", "it[b[c]]"):
        case = pytest.Function.from_parent(request.node.parent, name=name, callobj=lambda: None)
        case.add_marker(pytest.mark.fault(7))
        holding.note([case])
    assert holding.tests[7] == {"tests/test_faults.py::it"}


def test_only_tests_are_marked() -> None:
    files = [path.read_text("utf-8") for path in TESTS.rglob("*.py")]
    assert [name for source in files for name in misplaced_marks(source)] == []


def test_a_mark_of_what_is_no_test_is_found() -> None:
    source = "@mark.fault(1)\ndef helper(): pass\n@mark.fault(2)\nasync def test_it(): pass\n"
    assert list(misplaced_marks(source)) == ["helper"]


def test_a_number_left_out_of_the_table_is_found() -> None:
    head = "| | Fault | Promise |\n|---|---|---|\n"
    assert faults_in(f"{head}| 1 | it fails | it is said |\n")[1].promise == "it is said"
    with pytest.raises(ValueError, match="numbered"):
        faults_in(f"{head}| 1 | it fails | it is said |\n| 3 | it stays | it is said |\n")
    with pytest.raises(ValueError, match="numbered"):
        faults_in(f"{head}| 1 | it fails | it is said |\n| 1 | it stays | it is said |\n")
