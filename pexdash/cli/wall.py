"""`pexdash wall`: many conferences on one screen."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pexdash.cli import process
from pexdash.cli.alarm_options import alarm_options, outlets_from, rules_of
from pexdash.cli.metrics_options import MetricsOptions, metrics_options, taken_from
from pexdash.cli.options import (
    JoinOptions,
    Quantity,
    check_standard_input,
    has_screen,
    need_terminal,
    options_of_joining,
    recent_aliases_of,
    theme_option,
)
from pexdash.cli.screen import rules_in
from pexdash.cli.through_bus import OF_OWN_PART, bus_option, bus_taken_from, refuse_with_bus
from pexdash.cli.told_wall import telling_of_wall, write_lines
from pexdash.errors import UsageFault
from pexdash.settings import Settings, load_settings, state_folder, with_theme

if TYPE_CHECKING:
    import ssl

    from pexdash.secret import Secret
    from pexdash.session.alarms.at_work import AlarmsAtWork
    from pexdash.session.alarms.outlets import OutletSettings
    from pexdash.session.estate.fleet import Fleet
    from pexdash.session.estate.joining import Joining
    from pexdash.session.estate.lists import Lists
    from pexdash.session.estate.wanted import Cluster, Plan
    from pexdash.session.rules.rule import Rule

_OF_JOINING = (
    "--node",
    "--name",
    "--pin-file",
    "--ca-file",
    "--cert-file",
    "--key-file",
    "--insecure",
    "--read-only",
    "--keep",
    "--audit",
    "--rules",
    "--arm",
    "--log-file",
)

record_folder_option = click.option(
    "--record",
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Write every event of each conference to files of its own in FOLDER: names and chat too.",
)
"""--record of whatever joins many conferences."""


@click.command()
@click.argument("aliases", metavar="[ALIAS]...", nargs=-1, shell_complete=recent_aliases_of)
@click.option(
    "--config",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The wall's conferences, clusters and alarms, in TOML.",
)
@click.option(
    "--from",
    "aliases_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="More conferences: one alias a line.",
)
@options_of_joining(*_OF_JOINING)
@record_folder_option
@click.option("--rate", type=Quantity(0.2, 60), metavar="N", help="Frames a second at most.")
@theme_option
@alarm_options
@bus_option
@metrics_options
def wall(
    aliases: tuple[str, ...],
    config: Path | None,
    aliases_file: Path | None,
    rate: float | None,
    theme: str | None,
    bell_command: str | None,
    alarm_command: str | None,
    alertmanager: str | None,
    **given: Any,
) -> int:
    """Show many conferences on one screen, with alarms for what needs somebody.

    They are the ones named, those of --config and those of --from; both files are read again when
    they change. --keep is for the folder of --record, and the rules of --rules are followed in
    every conference. --pin-file goes for all but those of --config. Without a terminal, writes a
    line for whatever happens. Only a wall tells other programs of alarms. With --bus nothing is
    joined: they are those of the collectors there.
    """
    from pexdash.api.address import check_alias
    from pexdash.cli.given_secrets import pin_from
    from pexdash.session.estate.lists import Lists

    metrics, bus = taken_from(given), bus_taken_from(given)
    options = JoinOptions(**given)
    settings = with_theme(load_settings(), theme)
    if bus is not None:
        from pexdash.cli.bus_wall import wall_on_bus

        if aliases:
            raise UsageFault("with --bus the conferences are those of the collectors: name none")
        refuse_with_bus(*OF_OWN_PART, "aliases_file", "audit", "alarm_command", "alertmanager")
        outlets = outlets_from(
            settings, bell_command=bell_command, alarm_command="", alertmanager=""
        )
        if config is not None:
            from pexdash.session.estate.wall_file import read_wall_file

            bus = bus._replace(said=read_wall_file(config, rules_of(settings)).bus)
        if has_screen():
            need_terminal("pexdash wall")
        return asyncio.run(wall_on_bus(bus, outlets, options, settings, rate, metrics))
    check_standard_input(options)
    if options.keep is not None and options.record is None:
        raise UsageFault("--keep is for the folder of --record, which is not given")
    acting = rules_in(options)
    rules = rules_of(settings)
    outlets = outlets_from(
        settings,
        bell_command=bell_command,
        alarm_command=alarm_command,
        alertmanager=alertmanager,
    )
    pin = pin_from(options.pin_file)
    named = tuple(dict.fromkeys(check_alias(alias) for alias in aliases))
    lists = Lists(named, config, aliases_file, rules)
    plan = lists.read()
    joining = joining_for(options, settings, pin)
    process.want_many_files()
    if has_screen():
        need_terminal("pexdash wall")
    return asyncio.run(
        _wall(plan, lists, joining, outlets, options, settings, rate, metrics, acting)
    )


def joining_for(options: JoinOptions, settings: Settings, pin: Secret | None) -> Joining:
    """What all conferences are joined with; raises UsageFault for a wrong value."""
    from pexdash.api.address import parse_node
    from pexdash.cli.invitation import own_name, trust_for
    from pexdash.session.estate.joining import Joining
    from pexdash.text import NAME_LIMIT, clean

    trust_for(options, settings)  # what is wrong with the certificates is told before we join

    def trust(cluster: Cluster) -> Callable[[], ssl.SSLContext]:
        own = options._replace(ca_file=cluster.ca_file or options.ca_file)
        if cluster.cert_file is not None:
            own = own._replace(cert_file=cluster.cert_file, key_file=cluster.key_file)
        return trust_for(own, settings)

    node = options.node or settings.node
    # The environment goes before a wall's file, and that before the settings.
    name = options.name or os.environ.get("PEXDASH_NAME", "")
    return Joining(
        clean(name, NAME_LIMIT),
        trust,
        parse_node(node) if node else None,
        pin,
        insecure=options.insecure,
        read_only=options.read_only,
        usual_name=clean(settings.name, NAME_LIMIT) or own_name(),
    )


def fleet_for(plan: Plan, joining: Joining, *, keeps: bool = True) -> tuple[Fleet, AlarmsAtWork]:
    """The fleet for a plan, with its alarms; what is acknowledged is kept unless it must not be."""
    from pexdash.cli.invitation import own_name
    from pexdash.clock import SystemClock
    from pexdash.model.alarms.policy import policy_of
    from pexdash.session.alarms.at_work import AlarmsAtWork
    from pexdash.session.alarms.kept_file import KeptFile
    from pexdash.session.estate.fleet import Fleet

    clock = SystemClock()
    file = None
    if keeps:
        file = KeptFile(state_folder() / "alarms.json", lambda: clock.wall() - clock.monotonic())
    alarms = AlarmsAtWork(
        clock,
        operator=own_name(),
        policy=policy_of(layers=plan.layers, profiles=plan.profiles),
        moment=lambda at: time.strftime("%H:%M:%S", time.localtime(at)),
        file=file,
        say=lambda words: fleet.say(words),
    )
    fleet = Fleet(plan, joining, alarms, clock=clock, rng=random.Random())
    return fleet, alarms


async def _wall(
    plan: Plan,
    lists: Lists,
    joining: Joining,
    outlets: OutletSettings,
    options: JoinOptions,
    settings: Settings,
    rate: float | None,
    metrics: MetricsOptions,
    acting: Sequence[Rule],
) -> int:
    from msgspec.structs import replace

    from pexdash.cli.invitation import audit_for, trust_for
    from pexdash.cli.leaving import until_signal
    from pexdash.cli.wall_followers import begins_of, disks_for, recordings_for
    from pexdash.session.alarms.outlets import Outlets
    from pexdash.session.alarms.together import run_together
    from pexdash.session.estate.wall_rules import WallRules

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


@contextlib.contextmanager
def read_again_at_signal(
    lists: Lists, adopt: Callable[[Plan], None], say: Callable[[str], None]
) -> Iterator[None]:
    """Read the files again at SIGUSR1, where there is such a signal."""
    number = getattr(signal, "SIGUSR1", None)
    loop = asyncio.get_running_loop()
    if number is not None:
        loop.add_signal_handler(number, lists.read_again, adopt, say)
    try:
        yield
    finally:
        if number is not None:
            loop.remove_signal_handler(number)
