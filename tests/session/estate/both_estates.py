"""A wall of the same conferences by either estate: joined here, or held by a collector."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pexdash.api.address import parse_node
from pexdash.api.tls import trust
from pexdash.bus.bus import open_bus
from pexdash.bus.settings import BusSettings
from pexdash.clock import SystemClock
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.alarms.policy import policy_of
from pexdash.model.line import LineState
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.secret import Secret
from pexdash.session.alarms.at_work import AlarmsAtWork
from pexdash.session.estate.estate import Estate, EstateWatch, Slot
from pexdash.session.estate.fleet import Fleet
from pexdash.session.estate.joining import Joining
from pexdash.session.estate.remote.remote import Remote
from pexdash.session.estate.wanted import Plan, Wanted
from pexdash.session.feed.notices import Notice
from tests.bus.nats_server import nats_server
from tests.eventually import eventually
from tests.session.collecting import collecting, key_of

KINDS = ("fleet", "remote")


@dataclass
class Estated:
    """An estate that runs, the node behind it, and what its watch has been told."""

    estate: Estate
    node: EmbeddedNode
    adopt: Callable[[Plan], object]
    watch: EstateWatch
    notices: list[Notice]

    def slot(self, alias: str) -> Slot:
        """The conference of an alias."""
        (found,) = [one for one in self.estate.slots if one is not None and one.alias == alias]
        return found

    @property
    def aliases(self) -> list[str]:
        """Who is in which place, "" for a free one."""
        return ["" if one is None else one.alias for one in self.estate.slots]

    async def become(self, alias: str, state: LineState) -> None:
        """Wait until a conference stands so."""
        await eventually(
            lambda: alias in self.aliases and self.estate.summary(key_of(alias)).line is state,
            f"{alias} is {state.value}",
        )


def listed(*aliases: str) -> Plan:
    return Plan("wall", "", tuple(Wanted(alias, is_bare=True) for alias in aliases))


@asynccontextmanager
async def either(
    kind: str,
    folder: Path,
    *conferences: ConferenceSettings,
    pin: str | None = None,
    read_only: bool = False,
    at_first: Sequence[str] = (),
) -> AsyncIterator[Estated]:
    """A wall of these conferences, `at_first` of some, on an embedded node until the block ends."""
    aliases = at_first or [one.alias for one in conferences]
    async with AsyncExitStack() as around:
        node = await around.enter_async_context(EmbeddedNode(*conferences))
        estate: Estate
        if kind == "fleet":
            estate = fleet = _fleet(node, listed(*aliases), pin, read_only=read_only)
            adopt: Callable[[Plan], object] = fleet.adopt
        else:
            server = await around.enter_async_context(nats_server(folder))
            one = await around.enter_async_context(collecting(server, node, *aliases, pin=pin))
            bus = await around.enter_async_context(open_bus(BusSettings(server.url), "reader"))
            estate = Remote(
                bus,
                "jo",
                title="wall",
                clock=SystemClock(),
                rng=random.Random(1),
                moment=str,
                read_only=read_only,
            )
            adopt = one.collector.adopt
        notices: list[Notice] = []
        watch = estate.watch(notify=notices.append)
        running = asyncio.create_task(estate.run())
        try:
            yield Estated(estate, node, adopt, watch, notices)
        finally:
            running.cancel()
            (ended,) = await asyncio.gather(running, return_exceptions=True)
            await estate.close()
            assert isinstance(ended, asyncio.CancelledError), repr(ended)


def _fleet(node: EmbeddedNode, plan: Plan, pin: str | None, *, read_only: bool) -> Fleet:
    clock = SystemClock()
    joining = Joining(
        "Wall",
        lambda _: lambda: trust(None, insecure=False),
        parse_node(node.url),
        Secret(pin) if pin else None,
        read_only=read_only,
    )
    alarms = AlarmsAtWork(clock, operator="jo", policy=policy_of(), moment=str)
    return Fleet(plan, joining, alarms, clock=clock, rng=random.Random(1))


def edges_of(watch: EstateWatch, seen: list[Edge]) -> list[Edge]:
    """Everything that happened to alarms since `seen` was empty."""
    seen += watch.take_changes().edges
    return seen


__all__ = ["KINDS", "ConferenceKey", "Estated", "edges_of", "either", "listed"]
