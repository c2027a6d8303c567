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
    """The palette; its list ignores keys until it is laid out, because paging would fail before."""

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
