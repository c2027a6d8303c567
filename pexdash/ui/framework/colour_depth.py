"""How many colours the framework takes the terminal to have."""

from __future__ import annotations

import os
from collections.abc import Mapping
from io import StringIO

from rich.console import Console
from textual import constants


def colour_depth(environment: Mapping[str, str] = os.environ) -> str | None:
    """What an app will draw with: "truecolor", "256" or "standard" (16); None for no colours.

    The framework finds it out by COLORTERM and TERM.
    """
    console = Console(
        color_system=constants.COLOR_SYSTEM,  # type: ignore[arg-type]
        file=StringIO(),
        force_terminal=True,
        legacy_windows=False,
        _environ=environment,
    )
    return console.color_system
