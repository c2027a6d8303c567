"""No test sleeps for a while that somebody guessed: it waits for what it awaits."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.parsed import parsed

TESTS = Path(__file__).parent
WAITS = {"sleep", "pause", "call_later"}
PACED = {"bench"}
"""The pace at which a load is made is part of what is measured there."""


def literal_waits(source: str) -> Iterator[int]:
    """The lines that wait for a number of seconds; a turn of the loop is no time."""
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Call) and node.args:
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in WAITS and not any(
                isinstance(one, ast.Name | ast.Attribute) for one in ast.walk(node.args[0])
            ):
                yield from [node.lineno] * (ast.unparse(node.args[0]) != "0")


def test_nothing_waits_for_a_number_of_seconds() -> None:
    found = [
        f"{path}:{line}"
        for path in TESTS.rglob("*.py")
        if path.parent.name not in PACED
        for line in literal_waits(path.read_text("utf-8"))
    ]
    assert found == []


def test_a_number_of_seconds_is_found() -> None:
    source = """
await asyncio.sleep(0)
await asyncio.sleep(0.1)
time.sleep(-1 / 30)
await pilot.pause()
await pilot.pause(0.05)
loop.call_later(1, say)
await asyncio.sleep(PACE_SECONDS)
await asyncio.sleep(2 * PACE_SECONDS)
"""
    assert sorted(literal_waits(source)) == [3, 4, 6, 7]
