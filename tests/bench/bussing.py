"""One contender of the bus: publishes or reads, and tells what it took.

Ours publishes as a collector does, through the writer of its log and by leases of its own.

`python -m tests.bench.bussing DEED CONTENDER PORT EVENTS [EVENTS-A-SECOND]`
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from statistics import quantiles

from pexdash.bus.bus import Bus, open_bus
from pexdash.bus.messages import Epoch, Happened, Logged, Stamp, packed, unpacked
from pexdash.bus.settings import BusSettings
from pexdash.bus.subjects import log
from pexdash.session.estate.collecting.log_writer import WINDOW_SECONDS, LogWriter
from tests.bench.ingesting import processor_seconds
from tests.bench.limits.bus import HEAD, PUBLISHES, READS
from tests.session.shards_held import all_shards

EVENT_BYTES = 1_250
"""What an event of a participant takes."""
TOGETHER = 10
"""Events that come at a time, and that the limit sends in one message."""
_IN_FLIGHT = 64
_BODY = bytes(range(32, 127)) * 14
_BUSY_SHARDS = 10  # at 5,000 events a second each has ten within 20 ms
_CONFERENCES = 1_000
_TURN = 32  # handfuls after which the rest of the loop has its turn
_MOST_WAITING_BYTES = 16 * 1024 * 1024  # so that nothing is dropped, however slow the server is


def happened(n: int) -> Happened:
    """An event with its time in it, of one of the conferences."""
    code = f"NZXXE5DIABRTOQDFPBQW24DMMUXGG33{n % _CONFERENCES:03d}"
    return Happened(code, time.time(), _BODY[: EVENT_BYTES - 40])


@asynccontextmanager
async def bus_at(port: int) -> AsyncIterator[Bus]:
    async with open_bus(BusSettings(f"nats://127.0.0.1:{port}"), "bench") as bus:
        yield bus


async def publish_ours(port: int, events: int, rate: float) -> dict[str, float]:
    """Each message acknowledged and fenced."""

    def lost(code: str, _: float) -> None:
        raise AssertionError(f"something of {code} was lost")

    async with bus_at(port) as bus, all_shards(bus) as shards:
        writer, rng = LogWriter(bus, shards, lost), random.Random(1)
        began, cpu = time.monotonic(), processor_seconds()
        async for n in paced(events // TOGETHER, rate):
            for at in range(n * TOGETHER, (n + 1) * TOGETHER):
                writer.add(rng.randrange(_BUSY_SHARDS), happened(at))
            if writer.waiting_bytes > _MOST_WAITING_BYTES:
                await writer.flush(rng.randrange(_BUSY_SHARDS))
        for shard in range(_BUSY_SHARDS):
            await writer.flush(shard)
        return {"cpu": processor_seconds() - cpu, "seconds": time.monotonic() - began}


async def publish_limit(port: int, events: int, rate: float) -> dict[str, float]:
    """The same bytes to a plain socket, each message acknowledged by a byte."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(PUBLISHES)
    count = events // TOGETHER
    began, cpu = time.monotonic(), processor_seconds()
    async for n in paced(count, rate):
        records = [happened(at) for at in range(n * TOGETHER, (n + 1) * TOGETHER)]
        body = packed(Logged(Stamp(Epoch(1, 1), n, time.time()), records))
        writer.write(len(body).to_bytes(HEAD) + body)
        if n % _IN_FLIGHT == 0:
            await writer.drain()
    await reader.readexactly(count)
    return {"cpu": processor_seconds() - cpu, "seconds": time.monotonic() - began}


async def paced(count: int, rate: float) -> AsyncIterator[int]:
    """Numbers of handfuls of events, so many events a second; all at once for 0."""
    began = time.monotonic()
    for n in range(count):
        wait = began + n * TOGETHER / rate - time.monotonic() if rate else 0.0
        if wait > 0 or n % _TURN == 0:
            await asyncio.sleep(max(0.0, wait))
        yield n


async def read_ours(port: int, events: int, rate: float) -> dict[str, float]:
    """What is stored, and with a rate what comes now."""
    late: list[float] = []
    count = 0
    async with bus_at(port) as bus:
        since = time.time() if rate else 0.0
        cpu = 0.0
        async with aclosing(bus.read_log(log(), since=since)) as entries:
            async for kept in entries:
                if kept is None:
                    _ready()
                    continue
                cpu = cpu or processor_seconds()
                records = unpacked(Logged, kept.payload).records
                late.append(time.time() - records[0].at - WINDOW_SECONDS)
                count += len(records)
                if count == events:
                    break
        return {"cpu": processor_seconds() - cpu, **_spread(late)}


async def read_limit(port: int, events: int, rate: float) -> dict[str, float]:
    """The same bytes from a plain socket."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(READS)
    await writer.drain()
    late: list[float] = []
    cpu = processor_seconds()
    _ready()
    while len(late) < events // TOGETHER:
        body = await reader.readexactly(int.from_bytes(await reader.readexactly(HEAD)))
        late.append(time.time() - unpacked(Logged, body).records[0].at)
    return {"cpu": processor_seconds() - cpu, **_spread(late)}


def _ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def _spread(late: list[float]) -> dict[str, float]:
    cuts = quantiles(late, n=100)
    return {"p50": cuts[49] * 1000, "p99": cuts[98] * 1000}


DEEDS = {
    ("publish", "ours"): publish_ours,
    ("publish", "limit"): publish_limit,
    ("read", "ours"): read_ours,
    ("read", "limit"): read_limit,
}

if __name__ == "__main__":
    deed, contender, port, events, *rate = sys.argv[1:]
    work = DEEDS[deed, contender](int(port), int(events), float(*rate or ["0"]))
    sys.stdout.write(json.dumps(asyncio.run(work)) + "\n")
