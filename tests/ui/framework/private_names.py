"""Finds where a source file uses what Textual, or our room for its inside, keeps to itself."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import textual

import pexdash.ui
from tests.parsed import parsed

UI = Path(pexdash.ui.__file__).parent
ROOM = UI / "framework"
ROOM_NAME = "pexdash.ui.framework"
_TEXTUAL = Path(textual.__file__).parent
_BY_NAME = {"getattr", "setattr", "hasattr", "delattr"}


def used_outside(path: Path, *, name: str = "") -> set[str]:
    """The private names of Textual and of our room that the module at `path` uses."""
    return _used(path, name or module_name(path), (_TEXTUAL, ROOM))


def used_inside(path: Path) -> set[str]:
    """The private names of Textual that the module at `path` uses, one of our room."""
    return _used(path, module_name(path), (_TEXTUAL,))


def module_name(path: Path) -> str:
    """The dotted name of a module of ours."""
    parts = path.relative_to(UI.parents[1]).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _used(path: Path, name: str, owners: tuple[Path, ...]) -> set[str]:
    tree = parsed(path.read_text("utf-8"))
    owned = frozenset[str]().union(*(_names_below(owner) for owner in owners))
    found = set(_imported(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            found |= _of_bases(node, name, owners)
    foreign = _names_of_other_modules(tree)
    for value, attribute in _attributes(tree):
        is_ours = isinstance(value, ast.Name) and value.id in {"self", "cls", *foreign}
        if attribute in owned and not is_ours:
            found.add(attribute)
    return found


def _imported(tree: ast.AST) -> Iterator[str]:
    """Imports of modules or names that Textual keeps to itself; its drivers are no interface."""
    for node in ast.walk(tree):
        whole: list[str] = []
        if isinstance(node, ast.Import):
            whole = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
        for one in whole:
            parts = one.split(".")
            is_private = any(part.startswith("_") for part in parts) or "drivers" in parts
            if is_private and (parts[0] == "textual" or one.startswith(f"{ROOM_NAME}.")):
                yield one


def _of_bases(node: ast.ClassDef, module: str, owners: tuple[Path, ...]) -> set[str]:
    """What a class reads, sets or overrides of what its bases keep to themselves."""
    one = _class_named(node.name, module)
    if one is None:
        return set()
    theirs: set[str] = set()
    for base in one.__mro__[1:]:
        source = sys.modules[base.__module__].__dict__.get("__file__") or ""
        if any(owner in Path(source).parents for owner in owners):
            theirs |= {name for name in vars(base) if _is_private(name)}
            theirs |= _set_by(base.__name__, Path(source))
    mine = {
        attribute
        for value, attribute in _attributes(node)
        if not (isinstance(value, ast.Name) and value.id not in {"self", "cls"})
    }
    mine |= set(_bound_in(node.body))
    return {name for name in mine & theirs if _is_private(name)}


def _bound_in(body: list[ast.stmt]) -> Iterator[str]:
    """The names that the statements of a class body bind, under whatever condition."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield statement.name
        elif isinstance(statement, ast.If):
            yield from _bound_in(statement.body + statement.orelse)
        elif isinstance(statement, ast.Assign):
            yield from (one.id for one in statement.targets if isinstance(one, ast.Name))
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id


def _class_named(name: str, module: str) -> type[Any] | None:
    """The class of that name at the top of a module; those within functions are left out."""
    one = getattr(importlib.import_module(module), name, None)
    return one if inspect.isclass(one) else None


def _attributes(tree: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Every private attribute that is used below `tree`, with what it is an attribute of."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is_private(node.attr):
            yield node.value, node.attr
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in _BY_NAME
            and isinstance(name := node.args[1], ast.Constant)
            and _is_private(str(name.value))
        ):
            yield node.args[0], str(name.value)


def _names_of_other_modules(tree: ast.AST) -> set[str]:
    """What modules that have nothing to do with Textual are called in this file."""
    return {
        (alias.asname or alias.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if not alias.name.startswith(("textual", ROOM_NAME))
    }


@cache
def _names_below(folder: Path) -> frozenset[str]:
    """Every private name that a class below `folder` has."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        tree = parsed(path.read_text("utf-8"))
        names |= _of_itself(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                names.update(_bound_in(node.body))
    return frozenset(filter(_is_private, names))


@cache
def _classes_of(path: Path) -> dict[str, ast.ClassDef]:
    tree = parsed(path.read_text("utf-8"))
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


@cache
def _set_by(name: str, path: Path) -> frozenset[str]:
    """The private names that a class has by its own source: of itself, and of its instances."""
    node = _classes_of(path).get(name)
    if node is None:
        return frozenset()
    return frozenset(filter(_is_private, _of_itself(node) | set(_bound_in(node.body))))


def _of_itself(tree: ast.AST) -> set[str]:
    """Every private attribute of `self` or `cls` below `tree`."""
    return {
        attribute
        for value, attribute in _attributes(tree)
        if isinstance(value, ast.Name) and value.id in {"self", "cls"}
    }


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")
