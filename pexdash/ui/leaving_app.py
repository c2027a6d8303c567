"""What every app that is in conferences has: an end with a status, and a key that always leaves."""

from __future__ import annotations

import signal
from collections.abc import Callable

from textual.binding import Binding
from textual.command import CommandPalette

from pexdash.crash import CRASHED
from pexdash.errors import Remedy
from pexdash.ui.drawing.scroll_bar import draw_bars_with
from pexdash.ui.features import TerminalFeatures
from pexdash.ui.framework.app_base import BaseApp
from pexdash.ui.framework.palette import LaidOutPalette

UNSURE_OF_KEYS = "Read-only: pexdash cannot tell keys from other input of the terminal here"


class LeavingApp(BaseApp[int]):
    """An app whose `run_async` returns the exit status.

    `farewell` is the sentence to print once the terminal is the shell's again; `remedy` says what
    may help the next try. The app calls `on_leaving` with the exit status when its end begins. It
    releases no token: the caller of `run_async` does, however the app ended.
    """

    TITLE = "pexdash"
    ENABLE_COMMAND_PALETTE = True
    # The framework's own commands would quit without a question.
    COMMANDS = set()
    ANY_TIME = frozenset({"ctrl+q", "ctrl+c", "ctrl+l", "ctrl+z"})
    # Without a maximum the framework shows no notice at all when not all of them fit.
    CSS = """
    #joining { width: 100%; height: 100%; content-align: center middle; color: $dim; }
    ToastRack { max-height: 50%; }
    """
    BINDINGS = [
        Binding("ctrl+q", "leave_now", show=False, priority=True),
        Binding("ctrl+c", "leave_now", show=False, priority=True),
    ]

    def __init__(self, features: TerminalFeatures, *, theme: str) -> None:
        super().__init__(colours=features.colours, theme=theme)
        draw_bars_with(features.glyphs.scroll_bar)
        self.farewell = ""
        self.remedy: Remedy | None = None
        self.on_leaving: Callable[[int], None] = lambda _: None

    def leave(self, status: int, farewell: str = "") -> None:
        """End the app with an exit status and a sentence to print."""
        self.farewell = farewell
        self.exit(status)

    def exit(self, result: int | None = None, return_code: int = 0, message: object = None) -> None:
        self.on_leaving(result or 0)
        super().exit(result, return_code)

    def on_crash(self) -> None:
        self.on_leaving(CRASHED)

    def action_leave_now(self) -> None:
        """Leave without a question, with the exit status of an interrupt."""
        self.exit(128 + signal.SIGINT)

    def action_command_palette(self) -> None:
        """Open the palette over the screen."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(LaidOutPalette())
