"""What Textual keeps to itself is known in one room only, and there it stands in the table."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

import pytest

from pexdash.ui.framework.surface import TABLE
from tests.ui.framework.private_names import ROOM, UI, used_inside, used_outside

OUTSIDE = [path for path in sorted(UI.rglob("*.py")) if ROOM not in path.parents]

PLANTED = {
    "textual._compositor.Compositor": "from textual._compositor import Compositor",
    "textual.drivers.linux_driver": "import textual.drivers.linux_driver",
    "textual.widgets._toast": "from textual.widgets import _toast",
    "textual._xterm_parser.XTermParser": """
        def late():
            from textual._xterm_parser import XTermParser
    """,
    "_compositor": """
        def seen(screen):
            return screen._compositor
    """,
    "_driver": """
        def driver(app):
            return getattr(app, "_driver", None)
    """,
    "_display": """
        from textual.app import App
        class One(App):
            def _display(self):
                pass
    """,
    "_prune": """
        import sys
        from textual.app import App
        class One(App):
            if sys.platform:
                async def _prune(self):
                    pass
    """,
    "_return_code": """
        from textual.app import App
        class One(App):
            _return_code = 1
    """,
    "_dirty_widgets": """
        from textual.screen import Screen
        class One(Screen):
            def on_mount(self):
                self._dirty_widgets.clear()
    """,
    "_compositor_refresh": """
        from textual.screen import Screen
        class One(Screen):
            def refresh(self):
                super()._compositor_refresh()
    """,
    "_bindings": """
        from textual.widgets import Input
        class One(Input):
            def __init__(self):
                self._bindings = None
    """,
    # Nor is what our own room keeps to itself.
    "_paint": """
        from pexdash.ui.framework.held_screen import HeldScreen
        class One(HeldScreen):
            def on_mount(self):
                self._paint()
    """,
}
INNOCENT = {
    "of another library": """
        import os
        def end():
            os._exit(1)
    """,
    "one of our own": """
        from textual.app import App
        class One(App):
            def _pexdash(self):
                pass
    """,
    "of a class that has nothing to do with it": """
        class One:
            def _display(self):
                self._driver = 1
    """,
}


def test_no_private_name_of_the_framework_is_used_outside_its_room() -> None:
    # All files in one go: whoever looks at one has to read the whole framework before.
    assert {path: used for path in OUTSIDE if (used := used_outside(path))} == {}


def used_by(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    path = tmp_path / "planted.py"
    path.write_text(dedent(source))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "planted", raising=False)
    return used_outside(path, name="planted")


def test_one_that_is_used_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, source in PLANTED.items():
        assert name in used_by(source, tmp_path, monkeypatch)
    for what, source in INNOCENT.items():
        assert used_by(source, tmp_path, monkeypatch) == set(), what


def test_the_table_has_every_private_name_that_the_room_uses_and_no_other() -> None:
    used = {name for path in ROOM.rglob("*.py") for name in used_inside(path)}
    assert {"_display", "_compositor", "textual._compositor.ChopsUpdate"} <= used
    listed = {name for one in TABLE for name in names_of(one.owner, one.name)}
    assert used - listed == set()
    private = {name for name in listed if name.startswith("_") and not name.startswith("__")}
    imported = {one.rpartition(".")[2] for one in used}
    # Looked for in a stack, by its name.
    assert private - used - imported == {"_gather_commands"}


def names_of(owner: str, name: str) -> set[str]:
    """What a row of the table covers: the name, and the way to it where that is private."""
    module, _, within = owner.partition(":")
    first = within.partition(".")[0]
    return {name, module, f"{module}.{first or name}"}
