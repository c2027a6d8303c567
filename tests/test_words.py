"""What a constant in seconds is for stands beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.parsed import parsed

PACKAGE = Path(__file__).parent.parent / "pexdash"


def untold_seconds(source: str) -> Iterator[str]:
    """The names of constants in seconds of which neither a docstring nor a comment tells."""
    lines = source.splitlines()
    body = parsed(source).body
    for statement, after in zip(body, [*body[1:], None], strict=True):
        if not isinstance(statement, ast.Assign | ast.AnnAssign):
            continue
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        names = [one.id for one in targets if isinstance(one, ast.Name)]
        is_told = (
            (isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant))
            or "#" in lines[statement.lineno - 1]
            or lines[statement.lineno - 2].startswith("#")
        )
        if not is_told:
            yield from (name for name in names if name.endswith("_SECONDS"))


def test_every_constant_in_seconds_says_what_for() -> None:
    files = sorted(PACKAGE.rglob("*.py"))
    found = [
        (path.name, name) for path in files for name in untold_seconds(path.read_text("utf-8"))
    ]
    assert found == []


def test_one_that_does_not_would_be_found() -> None:
    source = '''
A_SECONDS = 1
"""For this."""
B_SECONDS = 2
C_SECONDS = 3  # for that
# For something.
D_SECONDS = 4

E_SECONDS: float = 5
'''
    assert list(untold_seconds(source)) == ["B_SECONDS", "E_SECONDS"]
