"""Every trap of wire.md, section 7, has a test named after it or a reason why it needs none."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from pexdash.api.requests import REQUESTS

TRAPS = range(1, 46)
NOT_APPLICABLE: dict[int, str] = {
    34: "pexdash sends the guide's 31 requests and those of hands; none turns a camera off or on.",
    35: "pexdash asks for no layouts and no theme: the view in force comes with the layout event.",
}


def numbers() -> set[int]:
    """The numbers in the names of the tests beside this file."""
    names = [
        node.name
        for path in Path(__file__).parent.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    found = (re.match(r"test_trap_(\d\d)_[a-z0-9]", name) for name in names)
    return {int(match[1]) for match in found if match}


def test_every_trap_has_a_test_or_a_reason() -> None:
    assert numbers() | NOT_APPLICABLE.keys() == set(TRAPS)
    assert not numbers() & NOT_APPLICABLE.keys()


def test_the_reasons_still_hold() -> None:
    names = {request.name for request in REQUESTS}
    assert not {name for name in names if re.search("video|layout|theme", name)}
