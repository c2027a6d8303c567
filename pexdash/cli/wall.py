"""`pexdash wall`: many conferences on one screen."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from pexdash.cli.alarm_options import alarm_options, outlets_from, rules_of
from pexdash.cli.gathering import gathering_loop
from pexdash.cli.metrics_options import MetricsOptions, metrics_options, taken_from
from pexdash.cli.options import (
    JoinOptions,
    Quantity,
    has_screen,
    need_terminal,
    recent_aliases_of,
    theme_option,
)
from pexdash.cli.own_conferences import (
    OwnConferences,
    fleet_for,
    options_of_many,
    own_conferences,
    read_again_at_signal,
)
from pexdash.cli.through_bus import OF_OWN_PART, bus_option, bus_taken_from, refuse_with_bus
from pexdash.cli.told_wall import telling_of_wall, write_lines
from pexdash.errors import UsageFault
from pexdash.settings import load_settings, with_theme


@click.command()
@click.argument("aliases", metavar="[ALIAS]...", nargs=-1, shell_complete=recent_aliases_of)
@options_of_many("The wall's conferences, clusters and alarms, in TOML.")
@click.option("--rate", type=Quantity(0.2, 60), metavar="N", help="Frames a second at most.")
@theme_option
@click.option(
    "--local-ack",
    is_flag=True,
    help="With --read-only: acknowledge and shelve at this screen, for it alone.",
)
@alarm_options
@bus_option
@metrics_options
def wall(
    aliases: tuple[str, ...],
    config: Path | None,
    aliases_file: Path | None,
    rate: float | None,
    theme: str | None,
    local_ack: bool,
    bell_command: str | None,
    alarm_command: str | None,
    alertmanager: str | None,
    **given: Any,
) -> int:
    """Show many conferences on one screen, with alarms for what needs somebody.

    They are the ones named, those of --config and those of --from; both files are read again when
    they change. --keep is for the folder of --record, and the rules of --rules are followed in
    every conference. --pin-file goes for all but those of --config. Without a terminal, writes a
    line for whatever happens. A wall tells other programs of alarms. With --bus nothing is joined:
    the conferences are those of the collectors there, which tell other programs themselves.
    """
    metrics, bus = taken_from(given), bus_taken_from(given)
    options = JoinOptions(**given)
    settings = with_theme(load_settings(), theme)
    if bus is not None:
        from pexdash.cli.bus_wall import wall_on_bus

        if aliases:
            raise UsageFault("with --bus the conferences are those of the collectors: name none")
        refuse_with_bus(
            *OF_OWN_PART, "aliases_file", "audit", "local_ack", "alarm_command", "alertmanager"
        )
        outlets = outlets_from(
            settings, bell_command=bell_command, alarm_command="", alertmanager=""
        )
        if config is not None:
            from pexdash.session.estate.wall_file import read_wall_file

            bus = bus._replace(said=read_wall_file(config, rules_of(settings)).bus)
        if has_screen():
            need_terminal("pexdash wall")
        return asyncio.run(wall_on_bus(bus, outlets, options, settings, rate, metrics))
    if local_ack and not options.read_only:
        raise UsageFault("--local-ack is for a wall that is --read-only: any other acknowledges")
    own = own_conferences(
        aliases,
        config,
        aliases_file,
        options,
        settings,
        bell_command=bell_command,
        alarm_command=alarm_command,
        alertmanager=alertmanager,
    )
    if has_screen():
        need_terminal("pexdash wall")
    own = own._replace(joining=replace(own.joining, local_ack=local_ack))
    with asyncio.Runner(loop_factory=gathering_loop()) as runner:
        return runner.run(_wall(own, rate, metrics))


async def _wall(own: OwnConferences, rate: float | None, metrics: MetricsOptions) -> int:
    from pexdash.cli.invitation import audit_for, trust_for
    from pexdash.cli.leaving import until_signal
    from pexdash.cli.wall_followers import begins_of, disks_for, recordings_for
    from pexdash.session.alarms.outlets import Outlets
    from pexdash.session.alarms.together import run_together
    from pexdash.session.estate.wall_rules import WallRules

    plan, lists, joining, outlets, acting, options, settings = own
    loop = asyncio.get_running_loop()

    def say(words: str) -> None:
        loop.call_soon_threadsafe(lambda: fleet.say(words))

    audit = audit_for(options.audit or settings.audit, say=say)
    recordings = recordings_for(options)
    rules = WallRules(acting, arm=options.arm, say=lambda words: fleet.say(words))
    begins = begins_of(audit, recordings, rules if acting else None)
    fleet, alarms = fleet_for(plan, replace(joining, begins=begins))
    disks = disks_for(options, settings, recordings, alarms, fleet.clock)
    telling = Outlets(alarms, outlets, fleet.clock, tls=trust_for(options, settings), say=fleet.say)
    if options.log_file is not None:
        from pexdash.cli.log_file import open_log

        open_log(options.log_file, say=say)
    async with contextlib.AsyncExitStack() as around:
        around.enter_context(read_again_at_signal(lists, fleet.adopt, fleet.say))
        await around.enter_async_context(telling_of_wall(metrics, fleet, fleet.say))
        beside = asyncio.ensure_future(
            run_together(
                lists.follow(fleet.adopt, fleet.say, fleet.clock), telling.run(), disks.run()
            )
        )
        try:
            if has_screen():
                from pexdash.cli.wall_screen import show_wall

                return await show_wall(fleet, settings, rate=rate, rules=rules if acting else None)
            return await until_signal(write_lines(fleet, None))
        finally:
            beside.cancel()
            (ended,) = await asyncio.gather(beside, return_exceptions=True)
            if audit is not None:
                await asyncio.to_thread(audit.close)
            if isinstance(ended, Exception):
                raise ended
