"""`python -m tests.sentences`: every sentence the program can say, read from its source."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pexdash import errors
from tests.parsed import parsed

PACKAGE = Path(__file__).parent.parent / "pexdash"
ERRORS = {name for name, one in vars(errors).items() if isinstance(one, type)}
"""The names of our errors; what they are made with ends up before the user."""
SAYING = {
    *ERRORS,
    *{"Notice", "GaveUp", "LookUpFailed", "AlarmsNotKept", "PictureFault"},
    *{"say", "_say", "say_on_stderr", "notify", "_tell", "bad_request", "give_up"},
    *{"ok", "note", "wrong", "unknown"},
}
"""The names of what says its arguments, or keeps them to be said."""
_SYSTEM_FAULTS = {
    *{"OSError", "SSLError", "gaierror", "TimeoutError", "ConnectionError", "FileNotFoundError"},
    *{"FileExistsError", "NotADirectoryError", "PermissionError", "HTTPError"},
}
"""Errors whose text is for programmers: it begins with a number in brackets."""


class Sentence(NamedTuple):
    """A text in the source, with ‹…› for what is put in, and who says it, "" for nobody known."""

    place: str
    text: str
    said_by: str = ""


def sentences(source: str, name: str) -> Iterator[Sentence]:
    """Every text of three words and more in a file of source, but for what is no prose."""
    nodes = list(ast.walk(parsed(source)))
    said = _said(nodes)
    parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    silent = {id(node) for node in _silent(nodes)}
    for node in nodes:
        text = _text(node)
        if text is None or id(node) in parts | silent or not is_prose(text):
            continue
        yield Sentence(f"{name}:{getattr(node, 'lineno', 0)}", text, said.get(id(node), ""))


@cache
def every_sentence() -> tuple[Sentence, ...]:
    """Those of the whole package."""
    return tuple(
        one
        for path in sorted(PACKAGE.rglob("*.py"))
        for one in sentences(path.read_text("utf-8"), str(path.relative_to(PACKAGE)))
    )


def is_prose(text: str) -> bool:
    """Whether a text is words for people: no style sheet, pattern, script or protocol."""
    words = re.findall(r"[A-Za-z']{2,}", text.replace("‹…›", ""))
    is_code = re.search(r"[{};]\s*\n|\\[sdwb]|\x1b|\|.*\||^\s*<|^HTTP/|%\(", text)
    return len(words) >= 3 and " " in text.strip() and not is_code


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "‹…›" for part in node.values
        )
    return None


def _silent(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Docstrings, and what is for programmers alone."""
    for node in nodes:
        if isinstance(node, ast.Expr):
            yield node.value
        elif isinstance(node, ast.Assert) or (
            isinstance(node, ast.Call) and _name(node.func) in ("AssertionError", "ValueError")
        ):
            yield from ast.walk(node)


def _said(nodes: Iterable[ast.AST]) -> dict[int, str]:
    """By the id of each text that is said as a whole: who says it."""
    found: dict[int, str] = {}
    for node in nodes:
        if isinstance(node, ast.Call) and _name(node.func) in SAYING:
            for argument in node.args:
                found.update({id(one): _name(node.func) for one in _either(argument)})
    return found


def _either(node: ast.expr) -> Iterator[ast.expr]:
    """An argument, or both where it is one or the other."""
    if isinstance(node, ast.IfExp):
        yield from _either(node.body)
        yield from _either(node.orelse)
    else:
        yield node


def system_words(source: str) -> Iterator[int]:
    """The lines that put the text of a system's fault into a text of ours."""
    for handler in ast.walk(parsed(source)):
        if not isinstance(handler, ast.ExceptHandler) or handler.type is None:
            continue
        caught = {_name(one) for one in ast.walk(handler.type)}
        if not caught & _SYSTEM_FAULTS or handler.name is None:
            continue
        for node in ast.walk(handler):
            if isinstance(node, ast.FormattedValue):
                yield from (node.lineno for _ in _bare(node.value, handler.name))


def _bare(node: ast.AST, name: str) -> Iterator[ast.AST]:
    """Where `name` itself is used, and not what belongs to it."""
    if isinstance(node, ast.Attribute):
        return
    if isinstance(node, ast.Name) and node.id == name:
        yield node
    for inner in ast.iter_child_nodes(node):
        yield from _bare(inner, name)


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def main() -> None:
    """Print them all, each with its place and, where it is known, with who says it."""
    for one in every_sentence():
        sys.stdout.write(f"{one.place}\t{one.said_by}\t{one.text!r}\n")


if __name__ == "__main__":
    main()
