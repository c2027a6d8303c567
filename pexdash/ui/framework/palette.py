"""The framework's command palette, without the two faults that would end the program."""

from __future__ import annotations

from traceback import extract_tb
from typing import Any

from textual.command import CommandList, CommandPalette
from textual.content import Content
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import WorkerFailed

from pexdash.ui.framework.notice_place import FramedNotices
from pexdash.ui.framework.surface import Part, stands

_KEYS = "type to search   up, down choose   enter does it   esc back"


class LaidOutPalette(CommandPalette, FramedNotices[None]):
    """The palette, in the frame of our dialogs.

    Its list ignores keys until it is laid out, because paging would fail before.
    """

    DEFAULT_CSS = """
    LaidOutPalette { align: center middle; background: $ground 50%; }
    LaidOutPalette > Vertical {
        width: 76; max-width: 100%; height: 80%; margin: 0; padding: 0 1; visibility: visible;
        background: $ground; border: round $line;
        border-title-color: $text; border-title-style: bold;
        border-subtitle-color: $text; border-subtitle-style: bold;
        &:dark { background: $ground; }
    }
    LaidOutPalette SearchIcon { display: none; }
    LaidOutPalette #--input { height: 1; border: none; background: $top-ground; }
    LaidOutPalette CommandInput, LaidOutPalette CommandInput:focus {
        height: 1; border: none; padding: 0 1;
    }
    LaidOutPalette #--results { overlay: none; height: 1fr; }
    LaidOutPalette CommandList, LaidOutPalette CommandList:focus {
        border: none; height: auto; max-height: 100%;
    }
    LaidOutPalette LoadingIndicator { display: none; }
    LaidOutPalette .hint { height: auto; margin-top: 1; color: $dim; }
    """

    FRAME = "#--container"

    def on_unmount(self) -> None:
        self.hand_notice_on(self.app)

    def on_mount(self) -> None:
        frame = self.query_one("#--container")
        frame.border_title = Content("Commands")
        frame.mount(Static(Content(_KEYS), classes="hint"))

    if stands(Part.PALETTE):

        def _action_command_list(self, action: str) -> None:
            if self.query_one(CommandList)._lines:
                super()._action_command_list(action)


def was_closed_while_searching(error: Exception, open_screens: list[Screen[Any]]) -> bool:
    """Whether `error` is only the palette's fault at being closed while it searched."""
    return (
        isinstance(error, WorkerFailed)
        and isinstance(error.error, NoMatches)
        and not any(isinstance(screen, CommandPalette) for screen in open_screens)
        and "_gather_commands" in {frame.name for frame in extract_tb(error.error.__traceback__)}
    )
