"""What goes through the bus: its options, the connection, and which conference an alias means."""

from __future__ import annotations

import getpass
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click
from click.core import ParameterSource

from pexdash.errors import UsageFault
from pexdash.text import clean

if TYPE_CHECKING:
    import random

    from pexdash.bus.bus import Bus
    from pexdash.bus.settings import BusFile, BusSettings
    from pexdash.clock import Clock
    from pexdash.model.alarms.keys import ConferenceKey
    from pexdash.session.estate.remote.remote_membership import RemoteMembership

_F = TypeVar("_F", bound=Callable[..., Any])
_NO_TOKEN = re.compile("[^A-Za-z0-9_-]")
"""What no word of a subject may hold."""

OF_OWN_PART = (
    "node",
    "name",
    "pin_file",
    "token_file",
    "extension",
    "ca_file",
    "cert_file",
    "key_file",
    "insecure",
    "record",
    "keep",
    "rules",
    "arm",
)
"""The options by which one joins, or does what the collector does: none goes with --bus."""


_AT_COLLECTORS = "pexdash collect takes it, and who holds a conference follows the rules there"
_INSTEAD = {
    "record": "the bus has what happens, for pexdash report --bus and replay --bus",
    "keep": "the bus has what happens for as long as its server says",
    "rules": _AT_COLLECTORS,
    "arm": _AT_COLLECTORS,
}
"""What to do instead of what is for who joins, by the name of the option."""


class BusOptions(NamedTuple):
    """The bus, and the cluster of the conference, None where it was not said.

    `said` is what a wall's file says of the bus, None without one.
    """

    url: str
    cluster: str | None = None
    said: BusFile | None = None


def bus_options(command: _F) -> _F:
    """Add --bus and --cluster; `bus_taken_from` takes them."""
    command = click.option(
        "--cluster", metavar="NAME", help="With --bus: the cluster that the conference is in."
    )(command)
    return bus_option(command)


bus_option = click.option(
    "--bus", metavar="URL", help="Through the collectors on this bus, nats://HOST; join nothing."
)
"""Adds --bus alone."""


def bus_taken_from(given: dict[str, Any]) -> BusOptions | None:
    """Take these options out of all that were given; None where it goes through no bus."""
    url, cluster = given.pop("bus"), given.pop("cluster", None)
    if url:
        return BusOptions(url, cluster)
    if cluster is not None and _is_given("cluster"):
        raise UsageFault("--cluster goes with --bus")
    return None


def refuse_with_bus(*names: str) -> None:
    """Raise UsageFault where one of these parameters was given on the command line.

    What the environment says is for the commands that have no bus.
    """
    for parameter in click.get_current_context().command.params:
        if parameter.name in names and _is_given(parameter.name):
            instead = _INSTEAD.get(parameter.name)
            words = f"{parameter.opts[0]} does not go with --bus"
            raise UsageFault(f"{words}: {instead}" if instead else words)


def _is_given(name: str) -> bool:
    source = click.get_current_context().get_parameter_source(name)
    return source is ParameterSource.COMMANDLINE


class Who(NamedTuple):
    """By which name our requests go on the bus, and whether the server vouches for it."""

    user: str
    vouched: bool


def who_on(bus: Bus) -> Who:
    """Who we are on a bus; without a user of its own, whom this system says."""
    user = user_of(bus.settings)
    return Who(user, vouched=bool(bus.settings.user) and bus.has_users)


def user_of(settings: BusSettings) -> str:
    """The name by which our requests go."""
    if settings.user:
        return settings.user
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = ""
    return _NO_TOKEN.sub("_", user) or "somebody"


@asynccontextmanager
async def open_bus_of(options: BusOptions) -> AsyncIterator[Bus]:
    """A connection; raises UsageFault for a wrong URL, and BusFault where there is no bus.

    Raises NoBus where the extra is missing.
    """
    from pexdash.bus.bus import open_bus
    from pexdash.cli.bus_options import bus_from
    from pexdash.settings import load_settings

    settings = bus_from(options.url, options.said, load_settings()).settings
    async with open_bus(settings, f"pexdash of {user_of(settings)}") as bus:
        yield bus


async def conference_on(bus: Bus, alias: str, cluster: str | None) -> ConferenceKey:
    """The conference that the fleet has by an alias.

    Raises UsageFault where it has none of that name, or several and no cluster is given.
    """
    from pexdash.session.estate.remote.names import fleet_names

    named = [one for one in await fleet_names(bus) if one.alias == alias.lower()]
    found = [one for one in named if cluster is None or one.cluster == cluster]
    if len(found) == 1:
        return found[0]
    shown = clean(alias)
    if not named:
        raise UsageFault(f"no collector has a conference {shown} on this bus")
    clusters = ", ".join(sorted(clean(one.cluster) or "(none)" for one in named))
    if not found:
        raise UsageFault(f"{shown} is not in the cluster {clean(cluster or '')}, but in {clusters}")
    raise UsageFault(f"{shown} is in several clusters: give --cluster and one of {clusters}")


def part_on(
    bus: Bus, key: ConferenceKey, *, read_only: bool, clock: Clock, rng: random.Random
) -> RemoteMembership:
    """Our part in a conference through the bus, not followed yet; it ends with the meeting."""
    from pexdash.session.estate.remote.asking import Asking
    from pexdash.session.estate.remote.remote_membership import RemoteMembership
    from pexdash.session.feed.feed import Feed
    from pexdash.session.moderation.told_actions import operator_here

    who = who_on(bus)
    return RemoteMembership(
        Feed(key.alias, clock),
        bus,
        key,
        Asking(bus, who.user, rng=rng, operator=operator_here()),
        rng=rng,
        read_only=read_only,
        vouched=who.vouched,
        ends=True,
    )
