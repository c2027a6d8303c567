"""Every trap of wire.md, section 7, has a test named after it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.parsed import parsed

TRAPS = range(1, 46)


def numbers() -> set[int]:
    """The numbers in the names of the tests beside this file."""
    names = [
        node.name
        for path in Path(__file__).parent.glob("test_*.py")
        for node in ast.walk(parsed(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    found = (re.match(r"test_trap_(\d\d)_[a-z0-9]", name) for name in names)
    return {int(match[1]) for match in found if match}


def test_every_trap_has_a_test() -> None:
    assert numbers() == set(TRAPS)
