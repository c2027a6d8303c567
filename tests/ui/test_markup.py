"""Nothing on the screen goes through a markup parser, and remote text does nothing but stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parsed import parsed

UI = Path(__file__).parent.parent.parent / "pexdash" / "ui"
FILES = sorted(UI.rglob("*.py"))
# Widgets of the framework that can be told to parse nothing, and how; any other is refused.
SHOWS_FIRST_ARGUMENT = {"Static", "Button", "Option"}
WANTS_NO_MARKUP = {"OptionList"}
PARSES_NOTHING = {"Input"}
TITLES = {"border_title", "border_subtitle", "sub_title", "tooltip"}
# What reaches out of the screen, and the only places that may: what the host chose to copy, and
# how the host is called.
REACHES_OUT = {
    *("copy_to_clipboard", "bell", "open_url", "link", "from_markup", "write", "print"),
    *("send_to_terminal", "set_terminal_title", "set_title"),
}
MAY_REACH_OUT = {
    ("screen_deeds.py", "_copy", "copy_to_clipboard"),
    ("request_dialogs.py", "_copy", "copy_to_clipboard"),
    ("sign_in.py", "action_copy", "copy_to_clipboard"),
    ("terminal.py", "write", "write"),
    ("terminal_answers.py", "ask_terminal", "write"),
    ("changed_cells.py", "_send", "write"),
    ("terminal_cells.py", "difference", "write"),
    ("terminal_cells.py", "write", "write"),
    ("painter.py", "show", "write"),
    ("painter.py", "hide", "write"),
    ("columns.py", "row_spans", "write"),
    ("host_call.py", "call", "bell"),
    ("host_call.py", "call", "send_to_terminal"),
    ("host_call.py", "show", "set_terminal_title"),
    ("wall_call.py", "hear", "bell"),
    ("wall_call.py", "hear", "send_to_terminal"),
    ("wall_call.py", "show", "set_terminal_title"),
    ("app_base.py", "set_terminal_title", "set_title"),
    ("app_base.py", "send_to_terminal", "write"),
    ("driver.py", "_take", "set_title"),
    ("driver.py", "_draw_again", "set_title"),
    ("driver.py", "set_title", "write"),
    ("driver.py", "write", "write"),
    ("driver.py", "give_back", "write"),
    ("driver.py", "stop_application_mode", "write"),
    ("driver.py", "_undo_modes", "write"),
    ("reading_driver.py", "start_application_mode", "write"),
    ("reading_driver.py", "stop_application_mode", "write"),
    ("way_out.py", "_closed", "print"),
}
# What is shown there is no `Content(...)` in place, but is typed as one.
TYPED_AS_CONTENT = {("reading.py", "_draw"), ("details.py", "_draw"), ("rooms.py", "draw")}
# The node's own JSON is kept raw for the details, which clean it when they show it.
MAY_SEE_SOURCES = {("screen_deeds.py", "latest")}


def called(node: ast.Call) -> str:
    """The name of what is called, without what it belongs to."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def is_content(node: ast.expr) -> bool:
    """Whether an expression is a Content on the face of it."""
    if not isinstance(node, ast.Call):
        return False
    owner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    return isinstance(owner, ast.Name) and owner.id == "Content"


def says_no_markup(node: ast.Call) -> bool:
    return any(
        one.arg == "markup" and isinstance(one.value, ast.Constant) and one.value.value is False
        for one in node.keywords
    )


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Every node with the name of the innermost function it stands in."""

    def walk(node: ast.AST, name: str) -> Iterator[tuple[str, ast.AST]]:
        for child in ast.iter_child_nodes(node):
            inner = (
                child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else name
            )
            yield inner, child
            yield from walk(child, inner)

    return walk(tree, "")


def faults(source: str, file: str) -> list[str]:
    """What in a file of the screen could act on remote text."""
    found: list[str] = []
    for function, node in functions(parsed(source)):
        if isinstance(node, ast.ImportFrom):
            found += wrong_imports(node)
        elif isinstance(node, ast.Call):
            found += wrong_calls(node, file, function)
        elif isinstance(node, ast.Assign):
            found += [
                f"{target.attr} from a string"
                for target in node.targets
                if isinstance(target, ast.Attribute)
                and target.attr in TITLES
                and not is_content(node.value)
            ]
        elif (
            isinstance(node, ast.Attribute)
            and node.attr == "sources"
            and (file, function) not in MAY_SEE_SOURCES
        ):
            found.append("the node's raw JSON")
    return found


def wrong_imports(node: ast.ImportFrom) -> Iterator[str]:
    names = {alias.name for alias in node.names}
    if node.module == "textual.widgets":
        allowed = SHOWS_FIRST_ARGUMENT | WANTS_NO_MARKUP | PARSES_NOTHING
        yield from (f"the widget {name}" for name in names - allowed)
    if node.module in ("rich.markup", "rich.markdown", "textual.markup", "webbrowser", "json"):
        yield f"an import of {node.module}"


def wrong_calls(node: ast.Call, file: str, function: str) -> Iterator[str]:
    name = called(node)
    shown = node.args[0] if node.args else None
    is_typed = (file, function) in TYPED_AS_CONTENT
    if name in SHOWS_FIRST_ARGUMENT and not (shown is None or is_typed or is_content(shown)):
        yield f"{name} of a string"
    if name in WANTS_NO_MARKUP and not says_no_markup(node):
        yield f"{name} with markup"
    is_notice = isinstance(shown, ast.Call) and called(shown) == "Notice"
    if name == "notify" and not says_no_markup(node) and not is_notice:
        yield "a toast with markup"
    if (
        name == "update"
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Call)
        and not (shown is not None and is_content(shown))
        and not is_typed
    ):
        yield "an update by a string"
    if name in ("Hit", "DiscoveryHit"):
        display = node.args[1] if name == "Hit" else node.args[0]
        if not is_content(display):
            yield f"{name} of a string"
        if any(one.arg == "help" for one in node.keywords):
            yield f"the help of a {name}, which is markup"
    if name in REACHES_OUT and (file, function, name) not in MAY_REACH_OUT:
        yield f"{name} in {function}"


@pytest.mark.fault(55)
def test_no_widget_parses_what_it_shows() -> None:
    assert len(FILES) > 50
    found = {path: list(faults(path.read_text("utf-8"), path.name)) for path in FILES}
    assert {path: parses for path, parses in found.items() if parses} == {}


@pytest.mark.parametrize(
    "source",
    [
        "Static(name)",
        "Static(f'{one.name} left')",
        "yield Button(self._yes, id='yes')",
        "Option(name)",
        "OptionList(*options)",
        "OptionList(markup=True)",
        "self.app.notify(f'{name} left')",
        "self.notify(text, severity='error')",
        "self.query_one('#text', Static).update(text)",
        "box.border_title = name",
        "self.tooltip = f'{name}'",
        "Hit(1, name, command)",
        "DiscoveryHit(name, command)",
        "Hit(1, Content(name), command, help=one.uri)",
        "from textual.widgets import Markdown",
        "from textual.widgets import Static, DataTable",
        "from rich.markup import escape",
        "def show(self):\n    self.app.copy_to_clipboard(name)",
        "def show(self):\n    self.app.bell()",
        "def show(self):\n    self.app.send_to_terminal(name)",
        "def show(self):\n    self.app.set_terminal_title(name)",
        "driver.set_title(name)",
        "self.app.open_url(url)",
        "Content.from_markup(name)",
        "driver.write(name)",
        "print(name)",
        "conference.sources.get(uuid)",
    ],
)
def test_each_way_of_parsing_is_found(source: str) -> None:
    assert len(faults(source, "some.py")) == 1


@pytest.mark.parametrize(
    "source",
    [
        "Static(Content(name))",
        "Static(id='text')",
        "OptionList(Option(Content(name)), markup=False)",
        "self.app.notify(name, markup=False)",
        "self.query_one('#text', Static).update(Content.assemble(name))",
        "box.border_title = Content(name)",
    ],
)
def test_what_parses_nothing_passes(source: str) -> None:
    assert faults(source, "some.py") == []
