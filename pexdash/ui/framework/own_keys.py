"""Keys that one screen has of its own, whatever its class binds."""

from __future__ import annotations

from typing import Any

from textual.binding import BindingsMap
from textual.screen import Screen

from pexdash.ui.framework.surface import Part, stands


def bind_only(screen: Screen[Any], bindings: BindingsMap) -> None:
    """Have `screen` take the keys of `bindings`, and none that its class binds."""
    if stands(Part.KEYS):
        screen._bindings = bindings
        return
    for key, several in bindings.key_to_bindings.items():
        for one in several:
            screen.app.bind(key, f"screen.{one.action}", description=one.description, show=False)


def bind_too(screen: Screen[Any], key: str, action: str) -> None:
    """Have `screen` take `key` as well."""
    if stands(Part.KEYS):
        screen._bindings.bind(key, action, show=False)
