"""`pexdash collect`: takes part in conferences for a whole fleet, and tells the bus of them."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from pexdash import __version__
from pexdash.cli.alarm_options import alarm_options
from pexdash.cli.bus_options import UNSEALED, bus_from, seal_from
from pexdash.cli.metrics_options import MetricsOptions, metrics_options, taken_from, telling_metrics
from pexdash.cli.options import JoinOptions, Quantity, recent_aliases_of
from pexdash.cli.own_conferences import (
    OwnConferences,
    fleet_for,
    options_of_many,
    own_conferences,
    read_again_at_signal,
)
from pexdash.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from pexdash.bus.bus import Bus
    from pexdash.bus.sealing import Seal
    from pexdash.cli.bus_options import BusTaken
    from pexdash.model.alarms.keys import ConferenceKey
    from pexdash.plain.metrics.sources import Source
    from pexdash.session.alarms.at_work import AlarmsAtWork
    from pexdash.session.estate.collecting.collector import Begin, Collector
    from pexdash.session.estate.fleet import Fleet
    from pexdash.session.estate.joining import Joining
    from pexdash.session.estate.wanted import Plan
    from pexdash.session.membership.custody import Custody
    from pexdash.session.moderation.audit import Audit

LEASE_SECONDS = 6.0
"""After how long another collector takes over, unless told otherwise."""
_CLEAN_ENDS = (signal.SIGINT, signal.SIGTERM)


@click.command()
@click.argument("aliases", metavar="[ALIAS]...", nargs=-1, shell_complete=recent_aliases_of)
@options_of_many("The fleet's conferences, clusters, alarms and bus, in TOML, as of `wall`.")
@click.option("--bus", metavar="URL", help="The bus, nats://HOST; else the file says it.")
@click.option(
    "--lease",
    metavar="SECONDS",
    type=Quantity(1.0, 600.0),
    default=LEASE_SECONDS,
    show_default=True,
    help="After how much silence others take over; the same for all collectors.",
)
@alarm_options
@metrics_options
def collect(
    aliases: tuple[str, ...],
    config: Path | None,
    bus: str | None,
    aliases_file: Path | None,
    lease: float,
    bell_command: str | None,
    alarm_command: str | None,
    alertmanager: str | None,
    **given: Any,
) -> int:
    """Join conferences once for any number of walls, dashboards and reports on a bus.

    Several collectors with the same conferences share them, and each takes over from one that is
    gone, without joining twice. Writes a line for whatever happens, and hands its conferences over
    when it is told to end.
    """
    metrics = taken_from(given)
    own = own_conferences(
        aliases,
        config,
        aliases_file,
        JoinOptions(**given),
        load_settings(),
        bell_command=bell_command,
        alarm_command=alarm_command,
        alertmanager=alertmanager,
    )
    to_bus = bus_from(bus, own.plan.bus, own.settings)
    return asyncio.run(_collect(own, to_bus, seal_from(to_bus), lease, metrics))


async def _collect(
    own: OwnConferences, to_bus: BusTaken, seal: Seal, lease: float, metrics: MetricsOptions
) -> int:
    from pexdash.bus.bus import open_bus
    from pexdash.bus.claims import collector_name
    from pexdash.cli.invitation import audit_for, trust_for
    from pexdash.cli.wall_followers import begins_of, disks_for, recordings_for
    from pexdash.session.alarms.outlets import Outlets
    from pexdash.session.alarms.together import run_together
    from pexdash.session.estate.wall_rules import WallRules

    plan, lists, joining, outlets, acting, options, settings = own
    loop = asyncio.get_running_loop()
    rng = random.Random()
    name = collector_name(socket.gethostname(), rng)

    def say(words: str) -> None:
        loop.call_soon_threadsafe(lambda: collector.fleet.say(words))

    audit = audit_for(options.audit or settings.audit, say=say)
    recordings = recordings_for(options)
    rules = WallRules(acting, arm=options.arm, say=say) if acting else None
    begins = begins_of(audit, recordings, rules)
    async with open_bus(to_bus.settings, name, rng=rng) as bus:
        collector = _collector(plan, replace(joining, begins=begins), bus, name, seal, lease, audit)
        fleet = collector.fleet
        disks = disks_for(options, settings, recordings, collector.alarms, fleet.clock)
        telling = Outlets(
            collector.alarms,
            outlets,
            fleet.clock,
            tls=trust_for(options, settings),
            say=fleet.say,
            told=collector.telling,
        )
        if options.log_file is not None:
            from pexdash.cli.log_file import open_log

            open_log(options.log_file, say=say)
        collector.adopt(plan)
        # What is only said, such as a pulse, is refused without an answer.
        bus.on_refusal(fleet.say)
        async with contextlib.AsyncExitStack() as around:
            around.enter_context(read_again_at_signal(lists, collector.adopt, fleet.say))
            around.enter_context(_lines(fleet))
            await around.enter_async_context(
                telling_metrics(metrics, lambda: _metrics_of(fleet), fleet.clock, say=fleet.say)
            )
            click.echo(f"collector {name} on {to_bus.settings.shown}")
            if to_bus.token_key_file is None:
                click.echo(UNSEALED)
            beside = run_together(
                lists.follow(collector.adopt, fleet.say, fleet.clock), telling.run(), disks.run()
            )
            try:
                return await _until_told(collector, asyncio.ensure_future(beside))
            finally:
                await collector.close()
                if audit is not None:
                    await asyncio.to_thread(audit.close)


def _metrics_of(fleet: Fleet) -> Source:
    from pexdash.plain.metrics.sources import Wall

    return Wall(fleet)


def _collector(
    plan: Plan,
    joining: Joining,
    bus: Bus,
    name: str,
    seal: Seal,
    lease: float,
    audit: Audit | None,
) -> Collector:
    from pexdash.bus.claims import LeaseTimes
    from pexdash.clock import SystemClock
    from pexdash.session.estate.collecting.collector import Collector

    def make_fleet(
        custody: Callable[[ConferenceKey], Custody], begin: Begin
    ) -> tuple[Fleet, AlarmsAtWork]:
        told = replace(joining, custody=custody, begins=(*joining.begins, begin))
        # What is acknowledged is kept on the bus.
        return fleet_for(replace(plan, wanted=()), told, keeps=False)

    times = LeaseTimes(renewal=lease / 3, suspect=lease * 2 / 3, life=lease)
    return Collector(
        bus,
        name,
        make_fleet,
        clock=SystemClock(),
        seal=seal,
        say=click.echo,
        audit=audit,
        times=times,
        version=__version__,
    )


@contextlib.contextmanager
def _lines(fleet: Fleet) -> Iterator[None]:
    """Write a line for whatever happens in the conferences."""
    from pexdash.plain.estate_lines import EstateLines

    lines = EstateLines(fleet, click.echo)
    try:
        yield
    finally:
        lines.close()


async def _until_told(collector: Collector, beside: asyncio.Future[None]) -> int:
    """Hold conferences until a signal, then hand them over; returns the status to end with."""
    loop = asyncio.get_running_loop()
    received: list[int] = []
    told = asyncio.Event()

    def hear(number: int) -> None:
        received.append(number)
        told.set()

    signals = [one for one in (*_CLEAN_ENDS, signal.SIGHUP, signal.SIGQUIT) if _is_heard(one)]
    for one in signals:
        loop.add_signal_handler(one, hear, one)
    tasks: list[asyncio.Future[Any]] = [
        asyncio.ensure_future(collector.run()),
        asyncio.ensure_future(told.wait()),
        beside,
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        # Whoever is told twice does not wait until everything is handed over.
        told.clear()
        tasks += [asyncio.ensure_future(collector.leave()), asyncio.ensure_future(told.wait())]
        await asyncio.wait(tasks[-2:], return_when=asyncio.FIRST_COMPLETED)
        return 0 if received[0] in _CLEAN_ENDS else 128 + received[0]
    finally:
        for one in signals:
            loop.remove_signal_handler(one)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _is_heard(number: int) -> bool:
    """Whether a signal is for us: one that our parent has ignored stays so."""
    return signal.getsignal(number) is not signal.SIG_IGN
