"""All shards of a fleet, held by real leases for whatever writes to the bus."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pexdash.bus.bus import Bus
from pexdash.bus.leases import Lease, Leases
from pexdash.bus.subjects import SHARDS
from pexdash.clock import SystemClock
from pexdash.session.estate.collecting.shards import Shards
from tests.eventually import eventually


class _Holder:
    """Holds shards and does nothing with them (`leases.Holder`)."""

    def gained(self, shard: int, lease: Lease, before: str) -> None: ...

    def lost(self, shard: int) -> None:
        raise AssertionError(f"the shard {shard} was lost")

    async def give(self, shard: int) -> None: ...


@asynccontextmanager
async def all_shards(bus: Bus) -> AsyncIterator[Shards]:
    """Take every shard, and keep it until the block ends."""
    clock = SystemClock()
    leases = Leases(bus, "one", _Holder(), clock=clock)
    shards = Shards(clock)
    shards.leases = leases
    running = asyncio.ensure_future(leases.run())
    try:
        await eventually(lambda: len(leases.held) == SHARDS)
        yield shards
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
