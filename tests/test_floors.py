"""Imports point down only, and the heavy libraries stay on their own floor."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.parsed import parsed

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "pexdash"
LEAVES = {
    "clock",
    "crash",
    "errors",
    "files",
    "listening",
    "log",
    "secret",
    "settings",
    "text",
    "toml_lines",
}
MAY_IMPORT: dict[str, set[str]] = {
    **dict.fromkeys(LEAVES, LEAVES),
    "model": LEAVES,
    "api": LEAVES | {"model"},
    "bus": LEAVES | {"model"},
    "media": LEAVES | {"model"},
    "session": LEAVES | {"model", "api", "bus", "media"},
    "ui": LEAVES | {"model", "api", "media", "session"},
    "plain": LEAVES | {"model", "api", "session"},
    "node": LEAVES | {"model"},
    "web": LEAVES,
    "cli": LEAVES | {"model", "api", "bus", "media", "session", "ui", "plain", "node", "web"},
    "__main__": {"cli"},
    "__init__": set(),
}
NODE_MAY_USE = {"pexdash.api.requests", "pexdash.api.request_fields", "pexdash.api.events"}
HOMES = {
    "textual": {"ui"},
    "rich": {"ui"},
    "httpx": {"api"},
    "httpx_sse": {"api"},
    "httptools": {"api"},
    "aiortc": {"media"},
    "nats": {"bus"},
    "cryptography": {"bus"},
    "starlette": {"node"},
    "uvicorn": {"node"},
    "aiohttp": {"web"},
    "textual_serve": {"web"},
    "click": {"cli"},
    "dns": {"api"},
    "PIL": {"ui", "node"},
    "matplotlib": {"plain"},
    "prometheus_client": {"plain"},
    "segno": {"ui"},
}


def floor_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


@cache
def imports_of(path: Path) -> list[str]:
    """Every module a file imports, at its top or within a function."""
    found: list[str] = []
    for node in statements_of(parsed(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the floor"
            assert node.module
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.append(whole if is_module(whole) else node.module)
    return found


def statements_of(block: ast.AST) -> Iterator[ast.AST]:
    """Every statement below a node; no import stands within an expression."""
    for node in ast.iter_child_nodes(block):
        if not isinstance(node, ast.expr):
            yield node
            yield from statements_of(node)


def circles_in(imports: Mapping[str, set[str]]) -> list[list[str]]:
    """The circles of modules that import each other, by what each of them imports."""
    seen: set[str] = set()
    path: list[str] = []
    circles: list[list[str]] = []

    def visit(module: str) -> None:
        if module in path:
            circles.append(path[path.index(module) :])
        if module in seen or module not in imports:
            return
        seen.add(module)
        path.append(module)
        for imported in sorted(imports[module]):
            visit(imported)
        path.pop()

    for module in sorted(imports):
        visit(module)
    return circles


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


@cache
def is_module(name: str) -> bool:
    place = PACKAGE.parent.joinpath(*name.split("."))
    return place.with_suffix(".py").exists() or place.is_dir()


FILES = sorted(PACKAGE.rglob("*.py"))


def may_import(floor: str, module: str) -> bool:
    parts = module.split(".")
    if parts[0] == "pexdash" and len(parts) > 1 and not parts[1].startswith("__"):
        if floor == "node" and module in NODE_MAY_USE:
            return True
        return parts[1] == floor or parts[1] in MAY_IMPORT[floor]
    return floor in HOMES.get(parts[0], {floor})


def test_imports_point_down() -> None:
    assert len(FILES) > 100
    imported = [(path, module) for path in FILES for module in imports_of(path)]
    assert [one for one in imported if not may_import(floor_of(one[0]), one[1])] == []


@pytest.mark.parametrize(
    ("floor", "module"),
    [
        ("model", "pexdash.api.events"),
        ("api", "pexdash.session.feed.feed"),
        ("node", "pexdash.api.http.head"),
        ("session", "textual.app"),
        ("cli", "httpx"),
    ],
)
def test_an_import_that_points_up_would_be_found(floor: str, module: str) -> None:
    assert not may_import(floor, module)


def test_one_room_alone_parses_http() -> None:
    parsing = {path.parent for path in FILES if "httptools" in imports_of(path)}
    assert parsing == {PACKAGE / "api" / "http"}


def test_an_upward_import_would_be_found(tmp_path: Path) -> None:
    upward = tmp_path / "upward.py"
    upward.write_text("def late():\n    from pexdash.ui import app\n")
    assert imports_of(upward) == ["pexdash.ui.app"]
    assert "ui" not in MAY_IMPORT["model"]


@pytest.mark.parametrize("floor", sorted({floor_of(path) for path in FILES}))
def test_no_modules_of_a_floor_import_each_other(floor: str) -> None:
    files = [path for path in FILES if floor_of(path) == floor]
    assert circles_in({module_of(path): set(imports_of(path)) for path in files}) == []


def room_of(module: str) -> str:
    """The folder within a floor that a module stands in, or the module where it stands in none."""
    return ".".join(module.split(".")[:3])


def test_no_rooms_of_the_house_import_each_other() -> None:
    imports: dict[str, set[str]] = {}
    for path in FILES:
        room = room_of(module_of(path))
        others = {room_of(one) for one in imports_of(path) if one.startswith("pexdash.")}
        imports.setdefault(room, set()).update(others - {room})
    assert circles_in(imports) == []


@pytest.mark.parametrize(
    ("imports", "circles"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"a"}}, [["a", "b"]]),
        ({"a": {"a"}}, [["a"]]),
        ({"a": {"b", "c"}, "b": {"c"}, "c": {"b"}}, [["b", "c"]]),
    ],
)
def test_a_circle_would_be_found(imports: dict[str, set[str]], circles: list[list[str]]) -> None:
    assert circles_in(imports) == circles


def test_an_import_for_types_alone_would_be_found(tmp_path: Path) -> None:
    file = tmp_path / "typed.py"
    file.write_text("if TYPE_CHECKING:\n    from pexdash.node.tasks import Tasks\n")
    assert imports_of(file) == ["pexdash.node.tasks"]


@pytest.mark.parametrize(
    "module",
    [
        "model.roster",
        "api.client",
        "session.membership",
        "plain.lines",
    ],
)
def test_no_screen_is_loaded_below_the_screen(module: str) -> None:
    # httpx itself brings rich where it is installed, so rich cannot be looked for here.
    code = (
        f"import sys, pexdash.{module}\n"
        "print({'textual', 'starlette', 'uvicorn'} & sys.modules.keys() or 'none')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "none"


def test_files_stay_readable() -> None:
    paths = (*FILES, *TESTS.rglob("*.py"))
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in paths}
    assert {path: length for path, length in lengths.items() if length > 400} == {}


def test_nothing_is_imported_from_a_file_of_tests() -> None:
    for path in TESTS.rglob("*.py"):
        names = [part for module in imports_of(path) for part in module.split(".")]
        assert not [name for name in names if name.startswith("test_")], path


def test_no_file_is_named_for_nothing() -> None:
    names = {path.stem for path in FILES} | {path.parent.name for path in FILES}
    assert not names & {"utils", "helpers", "manager", "common", "data", "misc"}
