"""One contender of the bus: publishes or reads, and tells what it took.

`python -m tests.bench.bussing DEED CONTENDER PORT EVENTS [EVENTS-A-SECOND]`
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from statistics import quantiles

from pexdash.bus.bus import Bus, open_bus
from pexdash.bus.messages import Epoch, Happened, Logged, Stamp, packed, unpacked
from pexdash.bus.settings import BusSettings
from pexdash.bus.streams import make_streams
from pexdash.bus.subjects import LOG, fence, log
from tests.bench.ingesting import processor_seconds
from tests.bench.limits.bus import HEAD, PUBLISHES, READS

EVENT_BYTES = 1_250
"""What an event of a participant takes."""
TOGETHER = 10
"""Events in a message: those of some 20 ms."""
_IN_FLIGHT = 64
_BODY = bytes(range(32, 127)) * 14
_SHARD = 1


def message(n: int) -> bytes:
    """A message with its time in it, as a collector packs one."""
    record = _BODY[: EVENT_BYTES - 40]
    records = [Happened("NZXXE5DIABRTOQDFPBQW24DMMUXGG33N", 0.0, record)] * TOGETHER
    return packed(Logged(Stamp(Epoch(1, 1), n, time.monotonic()), records))


@asynccontextmanager
async def bus_at(port: int) -> AsyncIterator[Bus]:
    async with open_bus(BusSettings(f"nats://127.0.0.1:{port}"), "bench") as bus:
        yield bus


async def publish_ours(port: int, events: int, rate: float) -> dict[str, float]:
    """Each message acknowledged and fenced."""
    async with bus_at(port) as bus:
        await make_streams(bus)
        kept = await bus.get(LOG, fence(_SHARD))
        after = kept.revision if kept is not None else 0
        fenced = await bus.put(fence(_SHARD), b"epoch", after=after, lives=0)
        free = asyncio.Semaphore(_IN_FLIGHT)

        async def put(n: int) -> None:
            await bus.put(log(_SHARD), message(n), fenced_by=(fence(_SHARD), fenced))
            free.release()

        began, cpu = time.monotonic(), processor_seconds()
        async with asyncio.TaskGroup() as group:
            async for n in paced(events // TOGETHER, rate):
                await free.acquire()
                group.create_task(put(n))
        return {"cpu": processor_seconds() - cpu, "seconds": time.monotonic() - began}


async def publish_limit(port: int, events: int, rate: float) -> dict[str, float]:
    """The same bytes to a plain socket, each message acknowledged by a byte."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(PUBLISHES)
    count = events // TOGETHER
    began, cpu = time.monotonic(), processor_seconds()
    async for n in paced(count, rate):
        body = message(n)
        writer.write(len(body).to_bytes(HEAD) + body)
        if n % _IN_FLIGHT == 0:
            await writer.drain()
    await reader.readexactly(count)
    return {"cpu": processor_seconds() - cpu, "seconds": time.monotonic() - began}


async def paced(count: int, rate: float) -> AsyncIterator[int]:
    """Numbers of messages, so many events a second; all at once for 0."""
    began = time.monotonic()
    for n in range(count):
        wait = began + n * TOGETHER / rate - time.monotonic() if rate else 0.0
        if wait > 0:
            await asyncio.sleep(wait)
        yield n


async def read_ours(port: int, events: int, rate: float) -> dict[str, float]:
    """What is stored, and with a rate what comes now."""
    late: list[float] = []
    async with bus_at(port) as bus:
        since = time.time() if rate else 0.0
        cpu = 0.0
        async with aclosing(bus.read_log(log(), since=since)) as entries:
            async for kept in entries:
                if kept is None:
                    _ready()
                    continue
                cpu = cpu or processor_seconds()
                told = unpacked(Logged, kept.payload)
                late.append(time.monotonic() - told.stamp.at)
                if len(late) == events // TOGETHER:
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
        late.append(time.monotonic() - unpacked(Logged, body).stamp.at)
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
