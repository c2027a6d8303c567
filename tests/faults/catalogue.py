"""The fault table: what may go wrong around us, and which tests hold us to what we promise."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from tests.faults import network, people, protocol, terminals
from tests.faults.row import Row

NUMBERS = range(1, 109)
ROWS: tuple[Row, ...] = (*network.ROWS, *protocol.ROWS, *terminals.ROWS, *people.ROWS)
ROOT = Path(__file__).parents[2]


def faults_of(rows: Iterable[Row]) -> list[str]:
    """What is wrong with a table, a sentence each; nothing for one that holds."""
    rows = list(rows)
    numbers = [one.number for one in rows]
    faults = [f"row {number} is missing" for number in NUMBERS if number not in numbers]
    faults += [f"row {number} stands twice" for number in NUMBERS if numbers.count(number) > 1]
    faults += [f"there is no row {number}" for number in numbers if number not in NUMBERS]
    for one in rows:
        faults += [f"row {one.number} {fault}" for fault in _faults_of_row(one)]
    return faults


def _faults_of_row(one: Row) -> Iterator[str]:
    if not one.name.strip() or not one.promise.strip():
        yield "does not say what it is about"
    if one.reason and not one.reason.strip():
        yield "has an empty reason"
    if one.tests and one.reason:
        yield "has tests and a reason why there are none"
    if not one.tests and not one.reason:
        yield "has neither a test nor a reason"
    if len(set(one.tests)) < len(one.tests):
        yield "names a test twice"
    for test in one.tests:
        if not is_collected(test):
            yield f"names {test}, which is no test that runs"


def is_collected(test: str) -> bool:
    """Whether pytest finds a test of that id: a file, then a function or a class in it."""
    file, _, name = test.partition("::")
    path = ROOT / file
    is_test_file = path.name.startswith("test_") and path.suffix == ".py" and path.is_file()
    return is_test_file and file.startswith("tests/") and name in _tests_in(path)


@cache
def _tests_in(path: Path) -> frozenset[str]:
    """The names pytest collects in a file: functions, and state machines made test cases."""
    names = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("test_") and not any(map(_always_skips, node.decorator_list)):
                names.add(node.name)
        elif isinstance(node, ast.Assign) and ast.unparse(node.value).endswith(".TestCase"):
            names |= {one.id for one in node.targets if isinstance(one, ast.Name)}
    return frozenset(names)


def _always_skips(decorator: ast.expr) -> bool:
    return ast.unparse(decorator).startswith(("pytest.mark.skip(", "pytest.mark.xfail")) or (
        ast.unparse(decorator) == "pytest.mark.skip"
    )


def table(rows: Iterable[Row]) -> str:
    """The table as people read it, and how many rows have what."""
    rows = list(rows)
    lines = []
    for one in rows:
        lines.append(f"{one.number:>3}  {one.name}")
        lines.append(f"     {one.promise}")
        lines += [f"       {test}" for test in one.tests]
        if one.reason:
            lines.append(f"       no test: {one.reason}")
    tested = sum(bool(one.tests) for one in rows)
    reasons = sum(bool(one.reason) for one in rows)
    tests = len({test for one in rows for test in one.tests})
    lines += ["", f"{len(rows)} faults: {tested} held by tests, {reasons} with a reason why not"]
    lines.append(f"{tests} tests")
    return "\n".join(lines)
