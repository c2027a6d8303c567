"""`pexdash join`: the dashboard on one conference."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

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
from pexdash.cli.through_bus import (
    OF_OWN_PART,
    BusOptions,
    bus_options,
    bus_taken_from,
    refuse_with_bus,
)
from pexdash.settings import Settings, load_settings, with_theme

if TYPE_CHECKING:
    from pexdash.cli.metrics_options import MetricsOptions


@click.command()
@alias_argument()
@joining_options
@click.option("--rate", type=Quantity(0.2, 60), metavar="N", help="Frames a second at most.")
@theme_option
@bus_options
@metrics_options
def join(alias: str, rate: float | None, theme: str | None, **given: Any) -> int:
    """Join the conference ALIAS without media, and moderate it.

    The PIN is asked for where the node wants one, or taken from --pin-file or PEXDASH_PIN. Alarms
    stand on the screen; `pexdash wall` and `collect` tell other programs of them. With --bus
    nothing is joined: the collector that holds the conference acts for you. Ends when the
    conference does.
    """
    from pexdash.cli.given_secrets import pin_from
    from pexdash.cli.invitation import invitation_for
    from pexdash.cli.screen import show_conference

    metrics, bus = taken_from(given), bus_taken_from(given)
    options = JoinOptions(**given)
    settings = with_theme(load_settings(), theme)
    if bus is not None:
        refuse_with_bus(*OF_OWN_PART)
        need_terminal("pexdash join")
        return asyncio.run(_show_on_bus(bus, alias, options, settings, rate, metrics))
    check_standard_input(options)
    invitation = invitation_for(alias, options, settings, pin_from(options.pin_file))
    need_terminal("pexdash join")
    return asyncio.run(show_conference(invitation, options, settings, rate=rate, metrics=metrics))


async def _show_on_bus(
    bus_options: BusOptions,
    alias: str,
    options: JoinOptions,
    settings: Settings,
    rate: float | None,
    metrics: MetricsOptions,
) -> int:
    """Show a conference that a collector holds; returns the exit status."""
    import random

    from pexdash.cli import process
    from pexdash.cli.log_file import open_log
    from pexdash.cli.screen import ShownPart, told_ending, warning
    from pexdash.cli.through_bus import conference_on, open_bus_of, part_on
    from pexdash.clock import SystemClock

    loop = asyncio.get_running_loop()

    def say(text: str) -> None:
        loop.call_soon_threadsafe(lambda: part.feed.notify(warning(text)))

    if options.log_file is not None:
        open_log(options.log_file, say=say)
    async with open_bus_of(bus_options) as bus:
        key = await conference_on(bus, alias, bus_options.cluster)
        part = part_on(
            bus, key, read_only=options.read_only, clock=SystemClock(), rng=random.Random()
        )
        with process.quick_screen():
            process.want_no_animations()
            shown = ShownPart(part, settings, rate=rate, colours=process.COLOURS)
            ending = await shown.run(options, metrics, say)
    return told_ending(ending)
