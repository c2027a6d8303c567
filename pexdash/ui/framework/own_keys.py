"""Keys that belong to one screen, and not to its class."""

from __future__ import annotations

from typing import Any

from textual.binding import BindingsMap
from textual.screen import Screen

from pexdash.ui.framework.surface import Part, stands


def bind_only(screen: Screen[Any], bindings: BindingsMap) -> None:
    """Bind the keys of `bindings` on `screen`, and remove those of its class."""
    if stands(Part.KEYS):
        screen._bindings = bindings
        return
    for key, several in bindings.key_to_bindings.items():
        for one in several:
            screen.app.bind(key, f"screen.{one.action}", description=one.description, show=False)


def bind_too(screen: Screen[Any], key: str, action: str) -> None:
    """Bind `key` on `screen` beside its other keys."""
    if stands(Part.KEYS):
        screen._bindings.bind(key, action, show=False)
