"""`pexdash join`: the dashboard on one conference."""

from __future__ import annotations

import asyncio
from typing import Any

import click

from pexdash.cli.joining import JoinOptions, joining_options, need_terminal
from pexdash.cli.screen import show_conference
from pexdash.settings import load_settings


@click.command()
@click.argument("alias")
@joining_options
@click.option(
    "--rate", type=click.FloatRange(0.2, 60), metavar="N", help="Frames a second at most."
)
def join(alias: str, rate: float | None, **given: Any) -> int:
    """Join the conference ALIAS without media, and moderate it.

    The PIN is asked for where the node wants one, or taken from --pin-file or PEXDASH_PIN.
    """
    options = JoinOptions(**given)
    settings = load_settings()
    runner = show_conference(alias, options, settings, rate=rate)
    try:
        need_terminal("pexdash join")
    except BaseException:
        runner.close()
        raise
    return asyncio.run(runner)
