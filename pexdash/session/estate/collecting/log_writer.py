"""Writes what happened in a shard to the log, in order, packed, and fenced by our lease."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from pexdash.bus.bus import Bus
from pexdash.bus.leases import Lease
from pexdash.bus.messages import Happened, Logged, packed
from pexdash.bus.subjects import fence, log
from pexdash.errors import BusFault
from pexdash.log import logger
from pexdash.session.estate.collecting.shards import Shards

WINDOW_SECONDS = 0.02
"""How long records are gathered for one message."""
MESSAGE_BYTES = 500_000
"""How many bytes of records one message has at most."""
MOST_WAITING_BYTES = 64 * 1024 * 1024
"""How much waits at most, in all shards, while the bus is away; then the oldest goes."""
RETRY_SECONDS = 0.5
"""How long to wait after the bus took nothing."""
_RECORD_BYTES = 120
"""What a record needs in memory beside its own bytes."""

Hole = Callable[[str, float], None]
"""Is told of a conference, by its code, of which records since a Unix time are missing."""


class LogWriter:
    """Takes records at once and writes them soon; `hole` is called when writing works again.

    That is after records were dropped because too much waited.
    """

    def __init__(self, bus: Bus, shards: Shards, hole: Hole) -> None:
        self._bus = bus
        self._shards = shards
        self._hole = hole
        self._logs: dict[int, _Log] = {}
        self.waiting_bytes = 0

    def add(self, shard: int, record: Happened) -> None:
        """Write a record after all others of its shard; one that is too large is left out."""
        if len(record.record) > MESSAGE_BYTES:
            logger.warning("a record of %d bytes is too large for the bus", len(record.record))
            return
        known = self._logs.get(shard)
        if known is None:
            known = self._logs[shard] = _Log()
            known.task = asyncio.ensure_future(self._run(shard, known))
        known.records.append(record)
        known.is_empty.clear()
        known.given.set()
        self.waiting_bytes += _size(record)
        while self.waiting_bytes > MOST_WAITING_BYTES and len(known.records) > 1:
            lost = known.records.popleft()
            self.waiting_bytes -= _size(lost)
            known.lost.setdefault(lost.code, lost.at)

    def drop(self, shard: int) -> None:
        """Write nothing more of a shard."""
        if (known := self._logs.pop(shard, None)) is not None:
            self.waiting_bytes -= sum(map(_size, known.records))
            known.records.clear()
            if known.task is not None:
                known.task.cancel()

    async def flush(self, shard: int) -> None:
        """Wait until all that was given of a shard is written."""
        if (known := self._logs.get(shard)) is not None:
            known.hurries = True
            await known.is_empty.wait()
            known.hurries = False

    async def close(self) -> None:
        """Write nothing more at all."""
        tasks = [one.task for one in self._logs.values() if one.task is not None]
        for shard in [*self._logs]:
            self.drop(shard)
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, shard: int, known: _Log) -> None:
        while True:
            if not known.records:
                known.given.clear()
                known.is_empty.set()
            await known.given.wait()
            if not known.hurries:
                await asyncio.sleep(WINDOW_SECONDS)
            batch = self._batch(known)
            try:
                await self._write(shard, known, batch)
            except BusFault as fault:
                logger.info("%s", fault)
                known.records.extendleft(reversed(batch))
                self.waiting_bytes += sum(map(_size, batch))
                await asyncio.sleep(RETRY_SECONDS)
                continue
            lost, known.lost = known.lost, {}
            for code, since in lost.items():
                self._hole(code, since)

    def _batch(self, known: _Log) -> list[Happened]:
        batch: list[Happened] = []
        size = 0
        while known.records and size + len(known.records[0].record) <= MESSAGE_BYTES:
            record = known.records.popleft()
            batch.append(record)
            size += len(record.record)
            self.waiting_bytes -= _size(record)
        return batch

    async def _write(self, shard: int, known: _Log, batch: list[Happened]) -> None:
        async def write(lease: Lease) -> None:
            if lease.epoch != known.epoch:
                known.epoch, known.n = lease.epoch, 0
            message = Logged(self._shards.stamp(lease, known.n + 1), batch)
            await self._bus.put(log(shard), packed(message), fenced_by=(fence(shard), lease.fence))
            known.n += 1

        await self._shards.fenced(shard, write)


class _Log:
    """What waits of one shard, and what was dropped: since when, by conference."""

    def __init__(self) -> None:
        self.records: deque[Happened] = deque()
        self.lost: dict[str, float] = {}
        self.given = asyncio.Event()
        self.is_empty = asyncio.Event()
        self.hurries = False
        self.task: asyncio.Task[None] | None = None
        self.epoch: object = None
        self.n = 0


def _size(record: Happened) -> int:
    return len(record.record) + _RECORD_BYTES
