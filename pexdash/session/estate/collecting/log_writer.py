"""Writes what happened in a shard to the log, in order, packed, and fenced by our lease."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection

from pexdash.bus.bus import Bus
from pexdash.bus.leases import Lease
from pexdash.bus.messages import Happened, Logged, packed
from pexdash.bus.subjects import fence, log
from pexdash.errors import BusFault
from pexdash.log import logger
from pexdash.session.estate.collecting.shards import Shards

WINDOW_SECONDS = 0.02
"""How long records are gathered for one message, from the first of them on.

The server syncs each message to its disk, which takes as long for a small one as for a large one.
"""
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

    That is after records were dropped because too much waited. Of each shard one message is under
    way at a time, and what comes meanwhile goes together with the next. A message whose outcome is
    unknown is sent again as it was, under its old number, so that readers can tell.
    """

    def __init__(self, bus: Bus, shards: Shards, hole: Hole) -> None:
        self._bus = bus
        self._shards = shards
        self._hole = hole
        self._logs: dict[int, _Log] = {}
        self.waiting_bytes = 0

    def add(self, shard: int, record: Happened) -> None:
        """Write a record after all others of its shard; one that is too large is left out."""
        size = len(record.record)
        if size > MESSAGE_BYTES:
            logger.warning("a record of %d bytes is too large for the bus", size)
            return
        known = self._logs.get(shard)
        if known is None:
            known = self._logs[shard] = _Log()
            known.task = asyncio.ensure_future(self._run(shard, known))
        if not known.records:
            known.is_empty.clear()
            known.timer = asyncio.get_running_loop().call_later(WINDOW_SECONDS, known.is_due.set)
        known.records.append(record)
        known.size += size
        self.waiting_bytes += size + _RECORD_BYTES
        if known.hurries or known.size >= MESSAGE_BYTES:
            known.is_due.set()
        while self.waiting_bytes > MOST_WAITING_BYTES and len(known.records) > (known.again or 1):
            self.waiting_bytes -= known.lose_oldest()

    def drop(self, shard: int) -> None:
        """Write nothing more of a shard."""
        if (known := self._logs.pop(shard, None)) is not None:
            self.waiting_bytes -= _memory_of(known.records)
            known.stop()

    async def flush(self, shard: int) -> None:
        """Wait until all that was given of a shard is written."""
        if (known := self._logs.get(shard)) is not None:
            known.hurries = True
            if known.records:
                known.is_due.set()
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
                known.is_empty.set()
            await known.is_due.wait()
            batch = known.take_batch()
            self.waiting_bytes -= _memory_of(batch)
            try:
                await self._write(shard, known, batch)
            except BusFault as fault:
                logger.info("%s", fault)
                known.put_back(batch)
                self.waiting_bytes += _memory_of(batch)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            lost, known.lost = known.lost, {}
            for code, since in lost.items():
                self._hole(code, since)

    async def _write(self, shard: int, known: _Log, batch: list[Happened]) -> None:
        async def write(lease: Lease) -> None:
            if lease.epoch != known.epoch:
                known.epoch, known.n = lease.epoch, 0
            message = Logged(self._shards.stamp(lease, known.n + 1), batch)
            await self._bus.put(log(shard), packed(message), fenced_by=(fence(shard), lease.fence))
            known.n += 1

        await self._shards.fenced(shard, write)


class _Log:
    """What waits of one shard, and what was dropped: since when, by conference.

    `size` is the bytes of `records`, of which the first `again` are a message that is to be sent
    again as it was. `is_due` is set when no more is gathered for the next one; `timer` sets it.
    """

    def __init__(self) -> None:
        self.records: deque[Happened] = deque()
        self.again = 0
        self.size = 0
        self.lost: dict[str, float] = {}
        self.is_due = asyncio.Event()
        self.is_empty = asyncio.Event()
        self.hurries = False
        self.timer: asyncio.TimerHandle | None = None
        self.task: asyncio.Task[None] | None = None
        self.epoch: object = None
        self.n = 0

    def stop(self) -> None:
        """Forget what waits, and write nothing any more."""
        self.records.clear()
        if self.timer is not None:
            self.timer.cancel()
        if self.task is not None:
            self.task.cancel()

    def take_batch(self) -> list[Happened]:
        """Remove and return what goes into the next message."""
        batch: list[Happened] = []
        room = MESSAGE_BYTES
        while self.records and (self.again or room >= len(self.records[0].record)):
            record = self.records.popleft()
            batch.append(record)
            room -= len(record.record)
            if len(batch) == self.again:
                break
        self.again = 0
        self.size -= MESSAGE_BYTES - room
        if self.timer is not None:
            self.timer.cancel()
        if not self.records:
            self.is_due.clear()
        return batch

    def put_back(self, batch: list[Happened]) -> None:
        """Have a message sent again that may or may not be stored."""
        self.records.extendleft(reversed(batch))
        self.size += sum(len(one.record) for one in batch)
        self.again = len(batch)
        self.is_due.set()

    def lose_oldest(self) -> int:
        """Drop the oldest record, or the whole of a message that may be stored; returns its bytes.

        The number of that message is used up: whoever reads it sees that, if it was not stored.
        """
        lost = [self.records.popleft() for _ in range(self.again or 1)]
        if self.again:
            self.n += 1
            self.again = 0
        for one in lost:
            self.lost.setdefault(one.code, one.at)
        self.size -= sum(len(one.record) for one in lost)
        return _memory_of(lost)


def _memory_of(records: Collection[Happened]) -> int:
    return sum(len(one.record) for one in records) + _RECORD_BYTES * len(records)
