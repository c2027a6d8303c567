"""Writes how conferences stand: of each subject only its newest state, fenced by our lease."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pexdash.bus.bus import Bus
from pexdash.bus.leases import Lease
from pexdash.bus.subjects import own
from pexdash.clock import Clock
from pexdash.errors import BusFault
from pexdash.log import logger
from pexdash.session.estate.collecting.shards import Shards

WRITES_AT_ONCE = 64
LARGEST_BYTES = 900_000
"""The largest value that is written; a server takes a million bytes with the subject."""
RETRY_SECONDS = 0.5
"""How long to wait after the bus took nothing."""

Make = Callable[[Lease], bytes | None]
"""Makes the value as it is when it is written; None where there is none any more."""


class StateWriter:
    """Writes what it is given while `run` runs; what the bus does not take waits for it.

    At most one value of each subject waits, so that the bus may be away for as long as it likes.
    """

    def __init__(self, bus: Bus, shards: Shards, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._shards = shards
        self._waiting: dict[str, tuple[int, Make]] = {}
        self._under_way: dict[str, int] = {}
        self._is_away = False
        self._given = asyncio.Event()
        self._written = asyncio.Event()

    def put(self, shard: int, subject: str, make: Make) -> None:
        """Write a value soon, in place of an older one that still waits."""
        self._waiting[subject] = (shard, make)
        self._given.set()

    def drop(self, shard: int) -> None:
        """Write nothing more of a shard."""
        for subject in [one for one, (other, _) in self._waiting.items() if other == shard]:
            del self._waiting[subject]
        self._tell()

    async def flush(self, prefix: str) -> None:
        """Wait until what was given by now of the subjects with that prefix is written."""
        wanted = {one for one in (*self._waiting, *self._under_way) if one.startswith(prefix)}
        while wanted := {one for one in wanted if one in self._waiting or one in self._under_way}:
            await self._written.wait()

    async def run(self) -> None:
        """Write until cancelled."""
        room = asyncio.Semaphore(WRITES_AT_ONCE)
        writing: set[asyncio.Task[None]] = set()

        def done(task: asyncio.Task[None]) -> None:
            writing.discard(task)
            room.release()

        try:
            while True:
                await room.acquire()
                subject, shard, make = await self._next()
                task = asyncio.ensure_future(self._write(subject, shard, make))
                writing.add(task)
                task.add_done_callback(done)
        finally:
            for task in writing:
                task.cancel()

    async def _next(self) -> tuple[str, int, Make]:
        """The next value to write, waited for."""
        while True:
            if self._is_away:
                self._is_away = False
                await self._clock.sleep(RETRY_SECONDS)
            subject = next((one for one in self._waiting if one not in self._under_way), None)
            if subject is not None:
                shard, make = self._waiting.pop(subject)
                self._under_way[subject] = shard
                return subject, shard, make
            self._given.clear()
            await self._given.wait()

    async def _write(self, subject: str, shard: int, make: Make) -> None:
        """Write one value, or have it wait where the bus takes nothing."""

        async def write(lease: Lease) -> None:
            fenced_by = (own(shard), lease.epoch.revision)
            value = make(lease)
            if value is None:
                await self._bus.remove(subject, fenced_by=fenced_by)
            elif len(value) > LARGEST_BYTES:
                logger.warning("%s is too large for the bus: %d bytes", subject, len(value))
            else:
                await self._bus.put(subject, value, fenced_by=fenced_by)

        try:
            await self._shards.fenced(shard, write)
        except BusFault as fault:
            logger.info("%s", fault)
            self._waiting.setdefault(subject, (shard, make))
            self._is_away = True
        finally:
            del self._under_way[subject]
            self._given.set()
            self._tell()

    def _tell(self) -> None:
        written, self._written = self._written, asyncio.Event()
        written.set()
