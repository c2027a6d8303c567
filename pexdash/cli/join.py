"""`pexdash join`: the dashboard on one conference."""

from __future__ import annotations

import asyncio
from typing import Any

import click

from pexdash.cli.metrics_options import metrics_options, taken_from
from pexdash.cli.options import (
    JoinOptions,
    Quantity,
    alias_argument,
    check_standard_input,
    joining_options,
    need_terminal,
    theme_option,
)
from pexdash.settings import load_settings, with_theme


@click.command()
@alias_argument()
@joining_options
@click.option("--rate", type=Quantity(0.2, 60), metavar="N", help="Frames a second at most.")
@theme_option
@metrics_options
def join(alias: str, rate: float | None, theme: str | None, **given: Any) -> int:
    """Join the conference ALIAS without media, and moderate it.

    The PIN is asked for where the node wants one, or taken from --pin-file or PEXDASH_PIN. Alarms
    stand on the screen; only `pexdash wall` tells other programs of them.
    """
    from pexdash.cli.given_secrets import pin_from
    from pexdash.cli.invitation import invitation_for
    from pexdash.cli.screen import show_conference

    metrics = taken_from(given)
    options = JoinOptions(**given)
    check_standard_input(options)
    settings = with_theme(load_settings(), theme)
    invitation = invitation_for(alias, options, settings, pin_from(options.pin_file))
    need_terminal("pexdash join")
    return asyncio.run(show_conference(invitation, options, settings, rate=rate, metrics=metrics))
