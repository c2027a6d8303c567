"""Colours stand in the themes alone: all else asks for a role."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from textual._color_constants import ANSI_COLORS, COLOR_NAME_TO_RGB

from pexdash.ui.drawing.text_look import LOOKS
from pexdash.ui.themes.framework_theme import QR_DARK, QR_LIGHT
from pexdash.ui.themes.roles import Role
from tests.parsed import parsed

UI = Path(__file__).parents[3] / "pexdash/ui"
FILES = [path for path in UI.rglob("*") if path.suffix in {".py", ".tcss"}]
SOURCES = [path for path in FILES if UI / "themes" not in path.parents]
KNOWN = {*Role, QR_LIGHT, QR_DARK}
NAMED = COLOR_NAME_TO_RGB.keys() - {"transparent"}
_VALUE = re.compile(
    r"(?<![\w-])(?:color|background|tint|border[\w-]*|outline[\w-]*|scrollbar-[\w-]*)\s*:([^;}]*)"
)


def style_sheets(path: Path) -> Iterator[str]:
    """The style sheets of a file."""
    text = path.read_text("utf-8")
    if path.suffix == ".tcss":
        yield text
        return
    for node in ast.walk(parsed(text)):
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {target.id for target in targets if isinstance(target, ast.Name)}
            if names & {"CSS", "DEFAULT_CSS"} and isinstance(node.value, ast.Constant):
                yield str(node.value.value)


def literals_in(style_sheet: str) -> set[str]:
    """The colours that a style sheet names by themselves, and the variables that are no roles."""
    found = set(re.findall(r"\$([\w-]+)", style_sheet)) - KNOWN
    for value in _VALUE.findall(style_sheet):
        words = re.findall(r"(?<![$\w-])[#a-z_][\w]*", value)
        found |= {word for word in words if word.startswith("#") or word in NAMED}
        found |= {word for word in words if word.removeprefix("ansi_") in ANSI_COLORS}
    return found


def test_a_style_sheet_names_roles_alone() -> None:
    sheets = [(path, style_sheet) for path in SOURCES for style_sheet in style_sheets(path)]
    assert len(sheets) > 10
    assert [(path, found) for path, one in sheets if (found := literals_in(one))] == []


def test_a_literal_would_be_found() -> None:
    found = literals_in("A { color: red; border: round #123456; background: $panel 50%; }")
    assert found == {"red", "#123456", "panel"}
    assert (
        literals_in("A { color: $dim; border-left: vkey $line; background: transparent; }") == set()
    )


def code() -> Iterator[tuple[Path, ast.AST]]:
    """Everything in the source files, each with its file."""
    for path in SOURCES:
        if path.suffix == ".py":
            yield from ((path, node) for node in ast.walk(parsed(path.read_text("utf-8"))))


def test_code_holds_no_colour() -> None:
    for path, node in code():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not re.fullmatch(r"#[0-9a-fA-F]{6}|ansi_\w+|(on )?rgb\(.*", node.value), path


def test_a_span_names_looks_alone() -> None:
    for path, node in code():
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id == "Span" and len(node.args) > 1:
            for one in ast.walk(node.args[1]):
                is_look = isinstance(one, ast.Constant) and isinstance(one.value, str)
                if is_look and not _is_compared(node.args[1], one):
                    assert set(str(one.value).split()) <= LOOKS.keys(), (path, one.value)  # type: ignore[attr-defined]


def _is_compared(whole: ast.AST, one: ast.AST) -> bool:
    """Whether a constant only stands in a comparison."""
    return any(
        isinstance(node, ast.Compare) and one in [*ast.walk(node)] for node in ast.walk(whole)
    )
