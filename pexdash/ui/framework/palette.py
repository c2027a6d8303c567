"""The framework's command palette, without the two faults that would end the program."""

from __future__ import annotations

from traceback import extract_tb
from typing import Any

from textual.command import CommandList, CommandPalette
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.worker import WorkerFailed

from pexdash.ui.framework.surface import Part, stands


class LaidOutPalette(CommandPalette):
    """The palette, whose list is deaf until it has been laid out: paging through it would fail."""

    if stands(Part.PALETTE):

        def _action_command_list(self, action: str) -> None:
            if self.query_one(CommandList)._lines:
                super()._action_command_list(action)


def was_closed_while_searching(error: Exception, open_screens: list[Screen[Any]]) -> bool:
    """Whether the palette was closed while it searched, which it takes for a fault of its own."""
    return (
        isinstance(error, WorkerFailed)
        and isinstance(error.error, NoMatches)
        and not any(isinstance(screen, CommandPalette) for screen in open_screens)
        and "_gather_commands" in {frame.name for frame in extract_tb(error.error.__traceback__)}
    )
