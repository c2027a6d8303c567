"""Shows the wall of what collectors hold, for `pexdash wall --bus`."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from pexdash.cli.metrics_options import MetricsOptions
from pexdash.cli.options import JoinOptions, has_screen
from pexdash.cli.through_bus import BusOptions, open_bus_of, who_on
from pexdash.settings import Settings

if TYPE_CHECKING:
    from pexdash.session.alarms.outlets import OutletSettings
    from pexdash.session.estate.remote.remote import Remote


async def wall_on_bus(
    bus_options: BusOptions,
    outlets: OutletSettings,
    options: JoinOptions,
    settings: Settings,
    rate: float | None,
    metrics: MetricsOptions,
) -> int:
    """Show the conferences that collectors hold; returns the exit status.

    Of `outlets` only the bell is the wall's own: collectors tell the others. Raises BusFault where
    there is no bus.
    """
    from pexdash.cli.leaving import until_signal
    from pexdash.cli.log_file import open_log
    from pexdash.cli.told_wall import telling_of_wall, write_lines
    from pexdash.cli.wall_screen import show_wall
    from pexdash.clock import SystemClock
    from pexdash.session.estate.remote.remote import Remote
    from pexdash.session.moderation.told_actions import operator_here

    loop = asyncio.get_running_loop()

    def say(words: str) -> None:
        loop.call_soon_threadsafe(lambda: remote.say(words))

    if options.log_file is not None:
        open_log(options.log_file, say=say)
    async with open_bus_of(bus_options) as bus:
        who = who_on(bus)
        remote = Remote(
            bus,
            who.user,
            title=bus.settings.shown.partition("://")[2],
            clock=SystemClock(),
            rng=random.Random(),
            moment=lambda at: time.strftime("%H:%M:%S", time.localtime(at)),
            read_only=options.read_only,
            vouched=who.vouched,
            operator=operator_here(),
        )
        async with telling_of_wall(metrics, remote, remote.say), _ringing(remote, outlets, say):
            if has_screen():
                return await show_wall(remote, settings, rate=rate)
            return await until_signal(write_lines(remote, None))


@contextlib.asynccontextmanager
async def _ringing(
    remote: Remote, outlets: OutletSettings, say: Callable[[str], None]
) -> AsyncIterator[None]:
    """Start the command of the bell whenever the bell rings."""
    if not outlets.bell_command:
        yield
        return
    from pexdash.session.alarms.commands import BellCommand, Command

    bell = BellCommand(
        Command("bell_command", outlets.bell_command, remote.clock, say), remote.clock
    )
    watch = remote.watch(lambda: bell.hear(watch.take_changes().edges))
    ringing = asyncio.ensure_future(bell.run())
    try:
        yield
    finally:
        watch.close()
        ringing.cancel()
        await asyncio.gather(ringing, return_exceptions=True)
