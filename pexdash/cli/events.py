"""`pexdash events`: prints the events of a conference as lines or as JSON, without a screen."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import click

from pexdash.cli.metrics_options import (
    NO_METRICS,
    MetricsOptions,
    metrics_options,
    taken_from,
    telling_of_conference,
)
from pexdash.cli.options import (
    JoinOptions,
    Quantity,
    alias_argument,
    check_standard_input,
    say_on_stderr,
    watching_options,
)
from pexdash.cli.through_bus import (
    OF_OWN_PART,
    BusOptions,
    bus_options,
    bus_taken_from,
    refuse_with_bus,
)
from pexdash.settings import Settings, load_settings

if TYPE_CHECKING:
    from pexdash.session.feed.feed import Feed
    from pexdash.session.membership.invitation import Invitation
    from pexdash.session.membership.part import OurPart

PATIENCE_SECONDS = 600.0
"""How long to join again after the node disconnected us; nobody watches who could do more."""


@click.command()
@alias_argument()
@watching_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each event and line.")
@click.option(
    "--for",
    "seconds",
    type=Quantity(min=0.1),
    metavar="SECONDS",
    help="Leave by itself after so long.",
)
@bus_options
@metrics_options
def events(alias: str, as_json: bool, seconds: float | None, **given: Any) -> int:
    """Join the conference ALIAS and print each of its events, reconnecting for ever.

    With --json, an event is {"time": Unix time, "event": name, "id": id, "data": data} with the
    data as the node sent it, but for its secrets. How the connection fares is told on standard
    error. Ends when the conference does; with status 5 when somebody removes us, and with 6 when
    the node disconnects us and does not let us join again.

    The PIN is asked for where the node wants one, or taken from --pin-file or PEXDASH_PIN. With
    --bus nothing is joined: the collector that holds the conference tells of it.
    """
    from pexdash.cli.given_secrets import pin_from
    from pexdash.cli.invitation import invitation_for
    from pexdash.cli.leaving import until_signal
    from pexdash.cli.output import stdout_descriptor

    metrics, bus = taken_from(given), bus_taken_from(given)
    options = JoinOptions(**given)
    settings = load_settings()
    descriptor = stdout_descriptor()
    if bus is not None:
        refuse_with_bus(*OF_OWN_PART)
        printing = _print_from_bus(
            bus,
            alias,
            options,
            descriptor=descriptor,
            as_json=as_json,
            seconds=seconds,
            metrics=metrics,
        )
        return asyncio.run(until_signal(printing))
    check_standard_input(options)
    invitation = invitation_for(alias, options, settings, pin_from(options.pin_file))
    return asyncio.run(
        until_signal(
            print_events(
                invitation,
                options,
                settings,
                descriptor=descriptor,
                as_json=as_json,
                seconds=seconds,
                metrics=metrics,
            )
        )
    )


async def print_events(
    invitation: Invitation,
    options: JoinOptions,
    settings: Settings,
    *,
    descriptor: int,
    as_json: bool,
    seconds: float | None = None,
    metrics: MetricsOptions = NO_METRICS,
) -> int:
    """Write every event to `descriptor`; returns the exit status.

    Ends with the conference, after `seconds`, or when nobody reads `descriptor` any more. Raises
    PexdashError, as `Membership.run` does.
    """
    from pexdash.cli.invitation import membership_for
    from pexdash.cli.pin_prompt import asking_on_terminal
    from pexdash.cli.provider_prompt import choosing_on_terminal

    membership = membership_for(
        invitation,
        options,
        settings,
        asking_on_terminal(invitation),
        desk=choosing_on_terminal(invitation.alias),
        say=say_on_stderr,
        patience=PATIENCE_SECONDS,
    )
    return await _print_of(
        membership, descriptor=descriptor, as_json=as_json, seconds=seconds, metrics=metrics
    )


async def _print_from_bus(
    bus_options: BusOptions,
    alias: str,
    options: JoinOptions,
    *,
    descriptor: int,
    as_json: bool,
    seconds: float | None,
    metrics: MetricsOptions,
) -> int:
    """As `print_events`, of a conference that a collector holds."""
    import random

    from pexdash.cli.log_file import open_log
    from pexdash.cli.through_bus import conference_on, open_bus_of, part_on
    from pexdash.clock import SystemClock

    if options.log_file is not None:
        open_log(options.log_file, say=say_on_stderr)
    async with open_bus_of(bus_options) as bus:
        key = await conference_on(bus, alias, bus_options.cluster)
        part = part_on(bus, key, read_only=True, clock=SystemClock(), rng=random.Random())
        return await _print_of(
            part, descriptor=descriptor, as_json=as_json, seconds=seconds, metrics=metrics
        )


async def _print_of(
    membership: OurPart,
    *,
    descriptor: int,
    as_json: bool,
    seconds: float | None,
    metrics: MetricsOptions,
) -> int:
    """Write every event of our part in a conference; the rest is as of `print_events`."""
    from pexdash.cli.output import LineWriter
    from pexdash.plain.event_lines import EventLines
    from pexdash.plain.ndjson import EventObjects

    writer = LineWriter(descriptor, say=say_on_stderr, encoding=sys.stdout.encoding)
    lines = EventObjects if as_json else EventLines
    lines(membership.feed, writer.line)
    _tell_link(membership.feed)
    async with telling_of_conference(metrics, membership):
        running = asyncio.ensure_future(membership.run())
        try:
            ends: list[asyncio.Future[Any]] = [running, writer.ended]
            await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if running.done() and (reason := running.result()):
                say_on_stderr(f"The conference is over: {reason}")
        finally:
            await membership.close()
            await asyncio.gather(running, return_exceptions=True)
            await writer.close()
    if writer.fault is not None:
        raise writer.fault
    return 0


def _tell_link(feed: Feed) -> None:
    """Print the state of the line to standard error whenever it changes."""
    from pexdash.session.feed.link import LinkState

    said = ""

    def changed() -> None:
        nonlocal said
        watch.take_changes()
        words = feed.link.words
        if words != said and feed.link.state is not LinkState.ENDED:
            said = words
            say_on_stderr(words)

    watch = feed.watch(changed, notify=lambda _: None)
