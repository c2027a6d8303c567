"""What may go wrong around us, what we promise where it does, and which tests hold us to it.

The faults are those of tests/data/faults.md; a test says by its mark which it holds.
`python -m tests.faults` prints both, and fails where no test holds a fault.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.parsed import parsed

TESTS = Path(__file__).parent
_NEVER_RUN = ("skip", "xfail")


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, and what is promised where it does."""

    name: str
    promise: str


def faults_in(text: str) -> dict[int, Fault]:
    """The faults of a table, by their numbers; ValueError where it does not count from 1."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    faults = {int(number): Fault(name, promise) for number, name, promise in rows[1:]}
    if [int(row[0]) for row in rows[1:]] != list(range(1, len(faults) + 1)):
        raise ValueError("the faults are not numbered from 1")
    return faults


FAULTS = faults_in((TESTS / "data" / "faults.md").read_text("utf-8"))


def held_by(item: pytest.Item) -> set[int]:
    """The numbers of the faults that a test holds; UsageError where its mark is wrong."""
    numbers = [number for mark in item.iter_markers("fault") for number in mark.args or (None,)]
    if unknown := set(numbers) - FAULTS.keys():
        raise pytest.UsageError(f"{item.nodeid} holds {unknown}, which are no faults")
    if len(numbers) > len(set(numbers)):
        raise pytest.UsageError(f"{item.nodeid} holds a fault twice")
    if numbers and any(mark.name in _NEVER_RUN for mark in item.iter_markers()):
        raise pytest.UsageError(f"{item.nodeid} holds faults, but never runs")
    return set(numbers)


def misplaced_marks(source: str) -> Iterator[str]:
    """The names of what is marked and is no test."""
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            marked = any(".fault" in ast.unparse(one) for one in node.decorator_list)
            if marked and not node.name.startswith(("test_", "Test")):
                yield node.name


class Holding:
    """Notes, as a plugin of pytest, which tests hold which fault."""

    def __init__(self) -> None:
        self.tests: dict[int, set[str]] = {number: set() for number in FAULTS}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Look at every test that was collected."""
        self.note(session.items)

    def note(self, items: Iterable[pytest.Item]) -> None:
        """Note what these tests hold; those of a parameter count as one."""
        for item in items:
            for number in held_by(item):
                self.tests[number].add(item.nodeid.partition("[")[0])


def table(tests: Mapping[int, set[str]]) -> str:
    """The faults, their promises and their tests as people read them, and how many there are."""
    lines = []
    for number, fault in FAULTS.items():
        lines += [f"{number:>3}  {fault.name}", f"     {fault.promise}"]
        lines += [f"       {test}" for test in sorted(tests[number])]
    held = sum(bool(some) for some in tests.values())
    count = len(set().union(*tests.values()))
    return "\n".join([*lines, "", f"{len(FAULTS)} faults: {held} held by tests", f"{count} tests"])


def main() -> int | str:
    """Print the table; returns what the process ends with."""
    holding = Holding()
    quietly = ["-o", "addopts=", "-p", "no:terminal", "-p", "no:cacheprovider", "--collect-only"]
    if pytest.main([*quietly, "--strict-markers", str(TESTS)], plugins=[holding]):
        return "the tests cannot be collected"
    sys.stdout.write(f"{table(holding.tests)}\n")
    bare = [number for number, tests in holding.tests.items() if not tests]
    return f"no test holds {bare}" if bare else 0


if __name__ == "__main__":
    sys.exit(main())
