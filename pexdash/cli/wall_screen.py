"""Shows the wall for a command, and returns the command's exit status."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from typing import TYPE_CHECKING

import click

from pexdash.cli import process
from pexdash.cli.screen import frame_seconds, keys_of
from pexdash.settings import Settings, state_folder

if TYPE_CHECKING:
    from pexdash.session.estate.estate import Estate
    from pexdash.session.estate.wall_rules import WallRules


async def show_wall(
    estate: Estate,
    settings: Settings,
    *,
    rate: float | None = None,
    seconds: float | None = None,
    rules: WallRules | None = None,
) -> int:
    """Show the wall of `estate` until it ends, or for `seconds`; returns the exit status.

    The estate runs meanwhile, and every token is released before this returns.
    """
    with process.quick_screen():
        process.want_no_animations()
        from pexdash.ui.browser import browser_for
        from pexdash.ui.calling import Calling
        from pexdash.ui.commands.recent import RecentDestinations
        from pexdash.ui.drawing.glyphs import glyphs_for
        from pexdash.ui.features import TerminalFeatures
        from pexdash.ui.pictures.protocols import drawing_for
        from pexdash.ui.wall_app import WallApp
        from pexdash.ui.way_out import run_app

        process.want_colours(process.COLOURS)
        is_served = process.SERVED_VARIABLE in os.environ
        app = WallApp(
            estate,
            keys=keys_of(settings),
            features=TerminalFeatures(
                glyphs_for(sys.stdout.encoding, settings.glyphs),
                process.COLOURS,
                drawing_for(os.environ),
                None if is_served else browser_for(os.environ),
                Calling(settings.bell != "off", settings.title, settings.notify),
            ),
            theme=settings.theme,
            frame_seconds=frame_seconds(rate),
            recent=RecentDestinations(state_folder() / "recent-destinations"),
            player="" if is_served else settings.player,
            rules=rules,
        )
        if seconds is not None:
            asyncio.get_running_loop().call_later(seconds, app.leave, 0)
        # A wall that has followed anything is no wrong command line to correct and try again.
        ending = await run_app(app, estate.close, lambda: True, reports=state_folder())
    if ending.farewell:
        # Standard error may be a terminal that has been closed.
        with contextlib.suppress(OSError):
            click.echo(f"pexdash: {ending.farewell}", err=True)
    return ending.status
