"""Another Textual: the installed one, with some of its source replaced as it is loaded."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

Replaced = Sequence[tuple[str, str]]
"""Patterns, and what stands in Textual's source in place of what they match."""
MORE_TO_TAKE: Replaced = [
    (
        r"def _display\(self, screen: Screen, renderable: RenderableType \| None\)",
        "def _display(self, screen: Screen, renderable: RenderableType | None, whole: bool = True)",
    ),
    (r"app\._display\(self, update\)", "app._display(self, update, whole=False)"),
]
"""Where what draws a frame is given one thing more."""


def installed_in(folder: Path, replaced: Replaced) -> dict[str, str]:
    """The environment in which every Python has such a Textual; `folder` is needed for it."""
    code = f"from {__name__} import install\ninstall({list(replaced)!r})\n"
    (folder / "sitecustomize.py").write_text(code)
    return {"PYTHONPATH": str(folder)}


def renamed(*names: str) -> Replaced:
    """Textual where these names are other ones."""
    return [(rf"\b{name}\b", f"{name}_anew") for name in names]


def install(replaced: Replaced) -> None:
    """Load Textual in that form from here on."""
    sys.meta_path.insert(0, _Finder(replaced))


class _Finder(MetaPathFinder):
    def __init__(self, replaced: Replaced) -> None:
        self._replaced = replaced

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] != "textual":
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader, self._replaced)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, usual: SourceFileLoader, replaced: Replaced) -> None:
        super().__init__(usual.name, str(usual.path))
        self._replaced = replaced

    def get_code(self, fullname: str) -> CodeType | None:
        before = after = Path(self.path).read_text("utf-8")
        for pattern, instead in self._replaced:
            after = re.sub(pattern, instead, after)
        if after == before:
            return super().get_code(fullname)
        return self.source_to_code(after.encode(), str(self.path))
