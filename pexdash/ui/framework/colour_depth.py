"""How many colours the framework takes the terminal to have."""

from __future__ import annotations

from rich.console import Console


def colour_depth() -> str | None:
    """What an app will draw with: "truecolor", "256" or "standard" (16); None for no colours."""
    return Console(force_terminal=True).color_system
