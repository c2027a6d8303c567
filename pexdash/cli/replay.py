"""`pexdash replay`: a recording on the screen of a conference."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pexdash.cli import process
from pexdash.cli.bus_recordings import check_since, recordings_of, since_option
from pexdash.cli.options import Quantity, need_terminal, theme_option
from pexdash.cli.through_bus import bus_options, bus_taken_from
from pexdash.errors import UsageFault
from pexdash.settings import Settings, load_settings, state_folder, with_theme

if TYPE_CHECKING:
    from pexdash.session.feed.tape import MergedTape
    from pexdash.ui.leaving_app import LeavingApp
    from pexdash.ui.way_out import Ending


@click.command()
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@bus_options
@since_option
@click.option(
    "--speed",
    type=Quantity(0.5, 64),
    default=1.0,
    show_default=True,
    metavar="X",
    help="How many times as fast as life it plays.",
)
@click.option(
    "--at",
    metavar="TIME",
    help="Begin there: HH:MM[:SS] as the screen shows it, or +1h2m3s from the start.",
)
@click.option("--rate", type=Quantity(0.2, 60), metavar="N", help="Frames a second at most.")
@theme_option
def replay(
    files: tuple[Path, ...],
    since: str | None,
    speed: float,
    at: str | None,
    rate: float | None,
    theme: str | None,
    **given: Any,
) -> int:
    """Play the recording FILE of --record, with its time line.

    Several files of one conference are one recording. Those of several conferences play together,
    on a wall. Nothing can be sent in them. They stay on their last moment until you leave. With
    --bus, FILE is the alias of a conference, and what collectors have logged of it is played, from
    --since on.
    """
    settings = with_theme(load_settings(), theme)
    from pexdash.model.moment import position_of
    from pexdash.session.feed.tape import tape_of

    bus = bus_taken_from(given)
    if bus is None:
        check_since(since)
    elif len(files) != 1:
        raise UsageFault("with --bus one conference is played: name one alias")
    with recordings_of(files, bus, since) as paths, closing(tape_of(paths)) as tape:
        begin = position_of(at, tape.started) if at else 0.0
        need_terminal("pexdash replay")
        ending = asyncio.run(_show(tape, settings, speed=speed, begin=begin, rate=rate))
    if ending.farewell:
        click.echo(f"pexdash: {ending.farewell}", err=True)
    return ending.status


async def _show(
    tape: MergedTape, settings: Settings, *, speed: float, begin: float, rate: float | None
) -> Ending:
    with process.quick_screen():
        return await _shown(tape, settings, speed=speed, begin=begin, rate=rate)


async def _shown(
    tape: MergedTape, settings: Settings, *, speed: float, begin: float, rate: float | None
) -> Ending:
    process.want_no_animations()
    from pexdash.cli.screen import frame_seconds, keys_of
    from pexdash.clock import SystemClock
    from pexdash.session.feed.playback import playback_of
    from pexdash.session.moderation.action import Place
    from pexdash.ui.commands.bindings import keys_over
    from pexdash.ui.drawing.glyphs import glyphs_for
    from pexdash.ui.features import TerminalFeatures
    from pexdash.ui.pictures.protocols import drawing_for
    from pexdash.ui.way_out import run_app

    clock = SystemClock()
    playback = playback_of(tape, clock, speed=speed)
    keys = keys_of(settings)
    process.want_colours(process.COLOURS)
    features = TerminalFeatures(
        glyphs_for(sys.stdout.encoding, settings.glyphs),
        process.COLOURS,
        drawing_for(os.environ),
    )
    app: LeavingApp
    if len(tape.tapes) > 1:
        from pexdash.session.estate.replayed import ReplayedEstate
        from pexdash.ui.replay_wall_app import ReplayWallApp

        app = ReplayWallApp(
            ReplayedEstate(playback, clock),
            keys=keys,
            features=features,
            theme=settings.theme,
            frame_seconds=frame_seconds(rate),
            begin=begin,
        )
    else:
        from pexdash.ui.replay_app import ReplayApp

        app = ReplayApp(
            playback,
            keys=keys_over(keys[Place.CONFERENCE], keys[Place.REPLAY]),
            features=features,
            theme=settings.theme,
            frame_seconds=frame_seconds(rate),
            begin=begin,
        )
    return await run_app(app, _nothing_to_release, lambda: True, reports=state_folder())


async def _nothing_to_release() -> None:
    """A recording has no token."""
