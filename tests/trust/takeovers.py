"""Takes a collector away from a fleet in four ways, and counts what the node and the log show."""

from __future__ import annotations

import asyncio
import resource
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from pexdash.api.address import parse_node
from pexdash.api.client import NodeClient
from pexdash.api.tls import trust
from pexdash.bus.bus import Bus, open_bus
from pexdash.bus.messages import Epoch, Logged, TokenKept, unpacked
from pexdash.bus.sealing import Seal
from pexdash.bus.settings import BusSettings
from pexdash.bus.subjects import STATE, log, token
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.session.estate.collecting.token_book import token_of
from tests.bus.nats_server import nats_server
from tests.fleeting import CollectorProcess, collector_process, looked_at

LEASE_SECONDS = 3.0
"""After how much silence the other collector takes over."""
PATIENCE_SECONDS = 90.0
"""How long all conferences may take to be live again on a busy machine."""
ZOMBIE_SECONDS = 4.0
"""How long a collector that wakes up is watched for what it might still write."""


class Gone(Enum):
    """What happens to the collector that holds everything; the values are the words for it."""

    KILLED = "killed"
    STOPPED = "stopped, and woken up later"
    CUT_OFF = "cut off from the bus, and back later"
    TOKENS_OVER = "killed, and its tokens taken no more"


class TakeOver(NamedTuple):
    """What was seen: seconds from then until the first and the last conference was live again.

    `hole` is the longest that a reader of the log is told of. `twice` and `none` are for how long
    the node showed two of ours, or none, in one conference. `stale` counts messages of the log that
    are older than one before them, and `most` how many of ours were in one conference at a time.
    `joins` are the tokens asked for beside the first ones, and `cpu` the CPU seconds of the
    collector that went on, with its start.
    """

    gone: Gone
    conferences: int
    first: float
    last: float
    hole: float
    twice: float
    none: float
    stale: int
    joins: int
    cpu: float
    most: int

    @property
    def holds(self) -> bool:
        """Whether it is as promised."""
        most_twice = 2.0 if self.gone is Gone.TOKENS_OVER else 0.0
        joins = self.conferences if self.gone is Gone.TOKENS_OVER else 0
        return self.twice <= most_twice and self.stale == 0 and self.joins == joins

    def __str__(self) -> str:
        return (
            f"{self.conferences} conferences, {self.gone.value}: live again after"
            f" {self.first:.1f} to {self.last:.1f} s (lease {LEASE_SECONDS:.0f} s), longest hole"
            f" {self.hole:.1f} s; two of ours for {self.twice:.1f} s, none for {self.none:.1f} s;"
            f" {self.stale} late messages in the log; {self.joins} joined anew;"
            f" {self.cpu:.1f} CPU-s"
        )


async def take_over(
    gone: Gone, conferences: int, folder: Path, *, zombie_seconds: float = ZOMBIE_SECONDS
) -> TakeOver:
    """Let one collector hold so many conferences, strike it, and watch the other go on."""
    aliases = [f"room{at}" for at in range(conferences)]
    async with AsyncExitStack() as around:
        server = await around.enter_async_context(nats_server(folder))
        node = await around.enter_async_context(
            EmbeddedNode(*(ConferenceSettings(alias) for alias in aliases))
        )
        bus = await around.enter_async_context(open_bus(BusSettings(server.url), "reader"))
        valve = await around.enter_async_context(_valve(server.port))
        listed = folder / "aliases"
        listed.write_text("\n".join(aliases))
        words = ("--from", str(listed))
        one = await around.enter_async_context(
            collector_process(valve.url, node.url, *words, folder=folder, lease=LEASE_SECONDS)
        )
        await _until_live(one, conferences)
        two = await around.enter_async_context(
            collector_process(server.url, node.url, *words, folder=folder, lease=LEASE_SECONDS)
        )
        await two.says("collector")
        before = _asked_for_tokens(node)
        roster = await around.enter_async_context(looked_at(node, aliases))
        began = time.monotonic()
        await _strike(gone, one, valve, bus, node, aliases)
        live_at = await _live_again(bus, aliases)
        if gone is Gone.STOPPED:
            one.signal(signal.SIGCONT)
        valve.open()
        if gone in (Gone.STOPPED, Gone.CUT_OFF):
            await asyncio.sleep(zombie_seconds)
        holes, stale = await _read(bus)
        cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
        two.signal(signal.SIGKILL)
        await two.ended()
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        return TakeOver(
            gone,
            conferences,
            min(live_at) - began,
            max(live_at) - began,
            max(holes, default=0.0),
            roster.twice,
            roster.none,
            stale,
            _asked_for_tokens(node) - before,
            spent.ru_utime + spent.ru_stime - cpu.ru_utime - cpu.ru_stime,
            roster.most,
        )


def _asked_for_tokens(node: EmbeddedNode) -> int:
    return sum(one.path.endswith("/request_token") for one in node.received)


async def _until_live(one: CollectorProcess, count: int) -> None:
    await one.reaches(lambda: sum("  live" in line for line in one.lines) >= count)


async def _strike(
    gone: Gone,
    one: CollectorProcess,
    valve: Valve,
    bus: Bus,
    node: EmbeddedNode,
    aliases: list[str],
) -> None:
    match gone:
        case Gone.KILLED:
            one.signal(signal.SIGKILL)
        case Gone.STOPPED:
            one.signal(signal.SIGSTOP)
        case Gone.CUT_OFF:
            valve.shut()
        case Gone.TOKENS_OVER:
            one.signal(signal.SIGSTOP)
            for alias in aliases:
                await _use_up(bus, node, alias)
            one.signal(signal.SIGKILL)


async def _use_up(bus: Bus, node: EmbeddedNode, alias: str) -> None:
    """Have the token that is stored be replaced by one that nobody has."""
    subject = token(ConferenceKey("", alias))
    kept = await bus.get(STATE, subject)
    assert kept is not None
    stored = unpacked(TokenKept, Seal(None).open(subject, kept.payload))
    client = NodeClient(parse_node(node.url), alias, tls=lambda: trust(None, insecure=False))
    await client.refresh_token(token_of(stored))
    await client.aclose()


async def _live_again(bus: Bus, aliases: list[str]) -> list[float]:
    """When the log told of each conference that another has it."""
    found: dict[str, float] = {}
    async with asyncio.timeout(PATIENCE_SECONDS), aclosing(bus.read_log(log())) as kept:
        async for one in kept:
            if one is None:
                continue
            for told in unpacked(Logged, one.payload).records:
                if b'"takeover"' in told.record:
                    found.setdefault(told.code, time.monotonic())
            if len(found) == len(aliases):
                break
    return list(found.values())


async def _read(bus: Bus) -> tuple[list[float], int]:
    """The holes in the log, and how many messages are older than one before them."""
    latest: dict[str, tuple[Epoch, int]] = {}
    holes: list[float] = []
    stale = 0
    async with aclosing(bus.read_log(log())) as kept:
        async for one in kept:
            if one is None:
                break
            told = unpacked(Logged, one.payload)
            position = (told.stamp.epoch, told.stamp.n)
            stale += position <= latest.get(one.subject, (Epoch(0, 0), 0))
            latest[one.subject] = max(position, latest.get(one.subject, position))
            for record in told.records:
                fields: dict[str, Any] = msgspec.json.decode(record.record)
                if "takeover" in fields:
                    holes.append(fields["takeover"]["hole_seconds"])
    return holes, stale


class Valve:
    """Passes on what comes and goes; while it is shut nothing does, and no connection ends."""

    def __init__(self) -> None:
        self.port = 0
        self._is_open = asyncio.Event()
        self._is_open.set()

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def shut(self) -> None:
        self._is_open.clear()

    def open(self) -> None:
        self._is_open.set()

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass bytes on until one of both sides ends."""
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._is_open.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def _valve(port: int) -> AsyncIterator[Valve]:
    """A valve before a server of this machine."""
    valve = Valve()
    passing: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, out = await asyncio.open_connection("127.0.0.1", port)
        for one in (valve.pass_on(reader, out), valve.pass_on(there, writer)):
            task = asyncio.ensure_future(one)
            passing.add(task)
            task.add_done_callback(passing.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    valve.port = server.sockets[0].getsockname()[1]
    try:
        yield valve
    finally:
        server.close()
        tasks = [*passing]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
