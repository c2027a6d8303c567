"""A wall of conferences on an embedded node, with a clock that a test moves."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from pexdash.api.address import parse_node
from pexdash.api.tls import trust
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.alarms.policy import policy_of
from pexdash.model.line import LineState
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.secret import Secret
from pexdash.session.alarms.at_work import AlarmsAtWork
from pexdash.session.estate.fleet import Fleet
from pexdash.session.estate.joining import Joining
from pexdash.session.estate.place import Place
from pexdash.session.estate.wanted import Plan, Wanted
from pexdash.session.feed.notices import Notice
from pexdash.session.membership.membership import Membership
from tests.eventually import a_moment, eventually
from tests.manual_clock import ManualClock


@dataclass
class Walled:
    """A fleet that runs on a node."""

    fleet: Fleet
    node: EmbeddedNode
    clock: ManualClock
    alarms: AlarmsAtWork
    notices: list[Notice] = field(default_factory=list)

    def place(self, alias: str) -> Place:
        """The conference of an alias."""
        (found,) = [one for one in self.fleet.slots if one is not None and one.alias == alias]
        return found

    def state(self, alias: str) -> LineState:
        """How our line to a conference stands."""
        return self.place(alias).line.state

    def asked(self, alias: str, name: str = "request_token") -> int:
        """How often the node was asked for something about a conference."""
        return sum(one.path.endswith(f"/{alias}/{name}") for one in self.node.received)

    @property
    def aliases(self) -> list[str]:
        """Who is in which place, "" for a free one."""
        return ["" if one is None else one.alias for one in self.fleet.slots]

    async def become(self, alias: str, state: LineState) -> None:
        """Let time pass until the line to a conference is in a state."""
        await self.pass_time_until(lambda: self.state(alias) is state)

    async def live(self, *aliases: str) -> None:
        """Let time pass until the lines to these conferences are live."""
        for alias in aliases:
            await self.become(alias, LineState.LIVE)

    async def pass_time(self, seconds: float, *, step: float = 1.0) -> None:
        """Let so much time pass, with the moments that sockets need between two steps."""
        end = self.clock.monotonic() + seconds
        while self.clock.monotonic() < end:
            await self.clock.advance(min(step, end - self.clock.monotonic()))
            for _ in range(2):
                await a_moment()

    async def pass_time_until(
        self, holds: Callable[[], object], within: float = 30.0, *, step: float = 0.05
    ) -> float:
        """Let time pass until something holds; the seconds it took."""
        began = self.clock.monotonic()
        while not holds():
            taken = self.clock.monotonic() - began
            assert taken < within, f"not within {within} s"
            await self.clock.advance(step)
            for _ in range(2):
                await a_moment()
        return self.clock.monotonic() - began


def key(alias: str, cluster: str = "") -> ConferenceKey:
    return ConferenceKey(cluster, alias)


def listed(*aliases: str) -> Plan:
    """A plan of conferences that are known by their aliases alone."""
    return Plan("wall", "", tuple(Wanted(alias, is_bare=True) for alias in aliases))


@asynccontextmanager
async def walling(
    plan: Plan,
    *conferences: ConferenceSettings,
    pin: str | None = None,
    read_only: bool = False,
    expires: float = 120.0,
    clock: ManualClock | None = None,
    begins: tuple[Callable[[ConferenceKey, Membership], None], ...] = (),
) -> AsyncIterator[Walled]:
    """A fleet that runs until the block ends, on a node with these conferences."""
    clock = clock or ManualClock()
    async with EmbeddedNode(*conferences, clock=clock, expires=expires) as node:
        joining = Joining(
            "Wall",
            lambda _: lambda: trust(None, insecure=False),
            parse_node(node.url),
            Secret(pin) if pin else None,
            read_only=read_only,
            begins=begins,
        )
        alarms = AlarmsAtWork(clock, operator="jo", policy=policy_of(), moment=str)
        fleet = Fleet(plan, joining, alarms, clock=clock, rng=random.Random(1))
        wall = Walled(fleet, node, clock, alarms)
        fleet.watch(notify=wall.notices.append)
        running = asyncio.create_task(fleet.run())
        try:
            yield wall
        finally:
            running.cancel()
            (ended,) = await asyncio.gather(running, return_exceptions=True)
            await fleet.close()
            assert isinstance(ended, asyncio.CancelledError), repr(ended)
            await eventually(
                lambda: (
                    not any(
                        one.protocol == "api"
                        for settings in conferences
                        for one in node.conference(settings.alias).participants.values()
                    )
                ),
                "no ghost of ours is left",
            )
