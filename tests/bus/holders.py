"""Collectors without conferences: leases as they are, and what they tell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from pexdash.bus.bus import Bus, open_bus
from pexdash.bus.claims import LeaseTimes, wanted_owner
from pexdash.bus.leases import Lease, Leases
from pexdash.bus.messages import Owned, unpacked
from pexdash.bus.settings import BusSettings
from pexdash.bus.streams import StreamLimits, make_streams
from pexdash.bus.subjects import SHARDS, STATE, own
from pexdash.clock import SystemClock
from tests.bus.nats_server import NatsServer

TIMES = LeaseTimes(renewal=0.3, suspect=1.5, life=3.0, balance=0.002)


ALL = set(range(SHARDS))
OF_ONE = {shard for shard in ALL if wanted_owner(shard, ["one", "two"]) == "one"}


class Paused(SystemClock):
    """The machine's clock, which can be set forward, as for who was stopped for a while."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


class Held:
    """A collector without conferences: what its leases told it."""

    def __init__(self, bus: Bus, name: str) -> None:
        self.bus = bus
        self.name = name
        self.clock = Paused()
        self.told: list[tuple[str, int, str]] = []
        self.leases = Leases(bus, name, self, clock=self.clock, times=TIMES, version="1")
        self.running = asyncio.ensure_future(self.leases.run())

    def gained(self, shard: int, lease: Lease, before: str) -> None:
        assert self.leases.held[shard] == lease
        self.told.append(("gained", shard, before))

    def lost(self, shard: int) -> None:
        assert shard not in self.leases.held
        self.told.append(("lost", shard, ""))

    async def give(self, shard: int) -> None:
        kept = await self.bus.get(STATE, own(shard))
        assert kept is not None
        assert unpacked(Owned, kept.payload).collector == self.name, "claimed before it was given"
        self.told.append(("give", shard, ""))

    @property
    def shards(self) -> set[int]:
        return set(self.leases.held)


@asynccontextmanager
async def holders(server: NatsServer | BusSettings, *names: str) -> AsyncIterator[list[Held]]:
    """Collectors that start together."""
    settings = BusSettings(server.url) if isinstance(server, NatsServer) else server
    async with AsyncExitStack() as stack:
        buses = [await stack.enter_async_context(open_bus(settings, name)) for name in names]
        await make_streams(buses[0], StreamLimits(heartbeat_seconds=TIMES.life))
        found = [Held(bus, name) for bus, name in zip(buses, names, strict=True)]
        try:
            yield found
        finally:
            for held in found:
                held.running.cancel()
            await asyncio.gather(*(held.running for held in found), return_exceptions=True)
