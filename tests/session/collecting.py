"""Collectors in this process, on a real NATS server and an embedded node over real sockets."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from pexdash.api.address import parse_node
from pexdash.api.tls import trust
from pexdash.bus.bus import Bus, open_bus
from pexdash.bus.claims import LeaseTimes
from pexdash.bus.messages import Answered, Asked, TokenKept, packed, unpacked
from pexdash.bus.sealing import Seal
from pexdash.bus.settings import BusSettings
from pexdash.bus.subjects import CONFERENCE, STATE, action, token
from pexdash.clock import SystemClock
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.alarms.policy import RuleSettings, policy_of
from pexdash.model.line import LineState
from pexdash.secret import Secret
from pexdash.session.alarms.at_work import AlarmsAtWork
from pexdash.session.estate.collecting.collector import Begin, Collector
from pexdash.session.estate.fleet import Fleet
from pexdash.session.estate.joining import Joining
from pexdash.session.estate.wanted import Plan, Wanted
from pexdash.session.membership.custody import Custody
from tests.eventually import PATIENCE_SECONDS, a_moment

QUICK = LeaseTimes(renewal=0.3, suspect=0.6, life=1.0, balance=0.02)
"""Leases by which a test need not wait for long."""


SEAL = Seal(b"k" * 32)


class Located(Protocol):
    """A server of the bus, or a node."""

    @property
    def url(self) -> str: ...


@dataclass
class Collecting:
    """A collector that runs, its own connection to the bus, and what it said."""

    collector: Collector
    bus: Bus
    running: asyncio.Task[None]
    said: list[str] = field(default_factory=list)

    @property
    def fleet(self) -> Fleet:
        return self.collector.fleet

    def state(self, alias: str) -> LineState | None:
        """How our line to a conference stands, None where it is not ours."""
        place = self.fleet.place(key_of(alias))
        return None if place is None else place.line.state

    def is_live(self, alias: str) -> bool:
        """Whether our line to a conference is live."""
        return self.state(alias) is LineState.LIVE

    def shown(self, alias: str) -> list[str]:
        """Who is in a conference, as we see it."""
        place = self.fleet.place(key_of(alias))
        people = {} if place is None else place.feed.conference.participants
        return [one.name for one in people.values()]

    async def die(self) -> None:
        """End as a process does that is killed: nothing is handed over, nothing released."""
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)


def key_of(alias: str) -> ConferenceKey:
    return ConferenceKey("", alias.lower())


@asynccontextmanager
async def collecting(
    server: Located,
    node: Located,
    *aliases: str,
    name: str = "one",
    pin: str | None = None,
    read_only: bool = False,
    times: LeaseTimes = QUICK,
    alarms: Mapping[str, RuleSettings] = {},
) -> AsyncIterator[Collecting]:
    """A collector of these conferences until the block ends, which then hands them over."""
    clock, said = SystemClock(), list[str]()

    def make_fleet(
        custody: Callable[[ConferenceKey], Custody], begin: Begin
    ) -> tuple[Fleet, AlarmsAtWork]:
        joining = Joining(
            "Collector",
            lambda _: lambda: trust(None, insecure=False),
            parse_node(node.url),
            Secret(pin) if pin else None,
            read_only=read_only,
            begins=(begin,),
            custody=custody,
        )
        work = AlarmsAtWork(clock, operator=name, policy=policy_of(), moment=str)
        return Fleet(Plan(), joining, work, clock=clock, rng=random.Random(1)), work

    async with open_bus(BusSettings(server.url), name) as bus:
        collector = Collector(
            bus, name, make_fleet, clock=clock, seal=SEAL, say=said.append, times=times
        )
        collector.adopt(
            Plan(
                "fleet", "", tuple(Wanted(alias, is_bare=True, alarms=alarms) for alias in aliases)
            )
        )
        running = asyncio.create_task(collector.run())
        one = Collecting(collector, bus, running, said)
        try:
            yield one
            if not running.done():
                await collector.leave()
        finally:
            await one.die()
            await collector.fleet.close()


async def asked(
    bus: Bus, alias: str, request: str, asked: Asked, *, user: str = "jo", scope: str = CONFERENCE
) -> Answered:
    """What the holder of a conference answers."""
    subject = action(user, key_of(alias), scope, request)
    return unpacked(Answered, await bus.ask(subject, packed(asked), 10.0))


async def token_on(bus: Bus, alias: str) -> TokenKept:
    """What is stored of our token for a conference; an empty one for nothing."""
    subject = token(key_of(alias))
    kept = await bus.get(STATE, subject)
    if kept is None:
        return TokenKept()
    return unpacked(TokenKept, SEAL.open(subject, kept.payload))


async def until(holds: Callable[[], Awaitable[object]]) -> None:
    """As `eventually`, of what has to be asked for."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await holds():
            await a_moment()
