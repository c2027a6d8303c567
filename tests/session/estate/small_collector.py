"""Publishes what a test says as a collector does, for readers of the bus."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from pexdash.api.events import event_of
from pexdash.bus.bus import Bus, open_bus
from pexdash.bus.holder_requests import WATCH
from pexdash.bus.messages import (
    AlarmsTold,
    Answered,
    Asked,
    Epoch,
    Happened,
    Live,
    Named,
    Opening,
    Owned,
    PersonTold,
    Pulse,
    Stamp,
    SummaryTold,
    packed,
    squeezed,
    unpacked,
)
from pexdash.bus.settings import BusSettings
from pexdash.bus.streams import make_streams
from pexdash.bus.subjects import (
    STATE,
    action_of,
    actions,
    alarms,
    code_of,
    conference,
    live,
    own,
    participant,
    pulse,
    shard_of,
    summary,
)
from pexdash.clock import Clock
from pexdash.model.alarms.alarm import Alarm
from pexdash.model.alarms.kept import Shelf
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.model.line import LineState
from pexdash.model.summary import Summary
from pexdash.session.estate.estate import EstateWatch
from pexdash.session.estate.forms import told_alarm, told_shelf, told_summary
from pexdash.session.estate.remote.remote import Remote
from pexdash.session.estate.remote.slot import unknown
from pexdash.session.feed.notices import Notice
from pexdash.session.feed.record_lines import records
from pexdash.session.feed.told import Heard, Told
from tests.bus.nats_server import NatsServer, nats_server
from tests.eventually import a_moment, eventually
from tests.manual_clock import ManualClock

AHEAD = 1_000_000.0
"""How far the collector's Unix time is ahead of the clock of the tests."""


US, ANN = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"


def row(uuid: str, name: str, **fields: Any) -> dict[str, Any]:
    return {"uuid": uuid, "display_name": name, "role": "chair", "service_type": "conference"} | (
        fields
    )


def sent(name: str, data: object) -> Heard:
    parts = (name.encode(), b"", json.dumps(data).encode())
    return Heard((event_of(*parts),), (parts,))


def summary_of(alias: str, **values: Any) -> Summary:
    """A conference with a live line, and what else a test says of it."""
    return replace(unknown(alias), **{"line": LineState.LIVE, **values})


class SmallCollector:
    """Holds conferences as far as a test has it say so; `asked` is what it was asked for.

    `watched` counts the requests to publish what happens, and `opening` is what those are told.
    `answer` answers what no watch is. Its Unix time is `ahead` of the clock.
    """

    def __init__(self, bus: Bus, clock: Clock, name: str = "col-1") -> None:
        self.bus = bus
        self.clock = clock
        self.name = name
        self.ahead = AHEAD
        self.asked: list[tuple[str, ConferenceKey, str, Asked]] = []
        self.answer: Callable[[str, Asked], Awaitable[Answered]] = _done
        self.watched = 0
        self.opening: dict[ConferenceKey, Sequence[Told]] = {}
        self._epochs: dict[int, Epoch] = {}
        self._n: dict[int, int] = {}
        self._live: dict[ConferenceKey, int] = {}
        self._stops = AsyncExitStack()

    async def hold(self, *keys: ConferenceKey, label: str = "", place: int = -1) -> None:
        """Take the shards of these conferences, and name them."""
        made_at = await self.bus.made_at(STATE)
        for shard in sorted({shard_of(key) for key in keys}):
            revision = await self.bus.put(own(shard), packed(Owned(self.name, self.now)))
            self._epochs[shard] = Epoch(made_at, revision)
            self._n[shard] = 0
            self._stops.push_async_callback(await self.bus.answer(actions(shard), self._answered))
        for key in keys:
            named = Named(key.cluster, key.alias, label, place)
            await self.bus.put(conference(key), packed(named))

    async def let_go(self) -> None:
        """Answer nothing any more; the server knows that when this returns."""
        await self._stops.aclose()
        if self.bus.is_up:
            await self.bus.made_at(STATE)

    @property
    def now(self) -> float:
        """The collector's Unix time."""
        return self.clock.monotonic() + self.ahead

    def twin(self, name: str) -> SmallCollector:
        """One that goes on with what this one holds, and says so by another name."""
        twin = SmallCollector(self.bus, self.clock, name)
        twin._epochs, twin._n = dict(self._epochs), dict(self._n)
        return twin

    async def tell(self, key: ConferenceKey, told: Summary, *, stored: bool = True) -> None:
        """Tell how a conference stands, by a pulse and in the list."""
        shard, fields = shard_of(key), told_summary(told, self.ahead)
        stamp = await self.store(key, told) if stored else self._stamp(shard)
        await self.bus.say(
            pulse(shard), squeezed(Pulse(stamp, [(code_of(key), told.line, fields)]))
        )

    async def store(self, key: ConferenceKey, told: Summary) -> Stamp:
        """Put how a conference stands into the list, as of the next pulse."""
        stamp = self._stamp(shard_of(key))
        fields = told_summary(told, self.ahead)
        await self.bus.put(summary(key), packed(SummaryTold(stamp, fields)))
        return stamp

    async def pulse(self, *keys: ConferenceKey) -> None:
        """Tell that nothing changed in the shards of these conferences."""
        for shard in sorted({shard_of(key) for key in keys}):
            await self.bus.say(pulse(shard), squeezed(Pulse(self._stamp(shard))))

    async def alarm(
        self,
        key: ConferenceKey,
        *told: Alarm,
        shelves: Iterable[tuple[AlarmKey, Shelf]] = (),
    ) -> None:
        """Tell all alarms of a conference, and what is shelved there."""
        stamp = Stamp(self._epochs[shard_of(key)], self._n[shard_of(key)], self.now)
        forms = [told_alarm(one, self.ahead) for one in told]
        shelved = [told_shelf(*one, self.ahead) for one in shelves]
        await self.bus.put(alarms(key), packed(AlarmsTold(stamp, forms, shelved)))

    async def person(self, key: ConferenceKey, row: dict[str, Any]) -> None:
        """Store one participant."""
        stamp = Stamp(self._epochs[shard_of(key)], self._n[shard_of(key)], self.now)
        await self.bus.put(participant(key, row["uuid"]), packed(PersonTold(stamp, row)))

    async def live(
        self,
        key: ConferenceKey,
        *told: Told,
        missed: int = 0,
        records: Iterable[dict[str, Any]] = (),
    ) -> None:
        """Publish what happens in a conference, as records too, or that nothing does."""
        self._live[key] = self._live.get(key, 0) + 1 + missed
        stamp = Stamp(self._epochs[shard_of(key)], self._live[key], self.now)
        happened = self._records(key, told)
        happened += [
            Happened(code_of(key), self.now, msgspec.json.encode(record)) for record in records
        ]
        await self.bus.say(live(key), packed(Live(stamp, happened, self.now)))

    def _records(self, key: ConferenceKey, told: Iterable[Told]) -> list[Happened]:
        return [
            Happened(code_of(key), self.now, msgspec.json.encode(record))
            for one in told
            for record in records(one, 0.0)
        ]

    def _stamp(self, shard: int) -> Stamp:
        self._n[shard] += 1
        return Stamp(self._epochs[shard], self._n[shard], self.now)

    async def _answered(self, subject: str, payload: bytes) -> bytes:
        user, key, _, name = action_of(subject)
        asked = unpacked(Asked, payload)
        if name == WATCH:
            self.watched += 1
            epoch = self._epochs[shard_of(key)]
            stamp = Stamp(epoch, self._live.setdefault(key, 0), self.now)
            told = self._records(key, self.opening.get(key, ()))
            opening = Opening(stamp, told, self.name, self.now)
            return packed(Answered(packed(opening)))
        self.asked.append((user, key, name, asked))
        return packed(await self.answer(name, asked))


async def _done(_: str, __: Asked) -> Answered:
    return Answered(True, status=200)


@asynccontextmanager
async def bus_at(folder: Path) -> AsyncIterator[tuple[NatsServer, Bus, Bus]]:
    """A server, and a bus for the collector and one for the reader."""
    async with (
        nats_server(folder) as server,
        open_bus(BusSettings(server.url), "collector") as holds,
        open_bus(BusSettings(server.url), "reader") as reads,
    ):
        await make_streams(holds)
        yield server, holds, reads


@dataclass
class Read:
    """A wall that reads from the bus, and the collector that it reads of."""

    remote: Remote
    collector: SmallCollector
    clock: ManualClock
    server: NatsServer
    bus: Bus
    notices: list[Notice]
    watch: EstateWatch

    @property
    def aliases(self) -> list[str]:
        """Who is in which place, "" for a free one."""
        return ["" if one is None else one.alias for one in self.remote.slots]

    async def until(self, holds: Callable[[], object], what: str = "") -> None:
        """Have what is on its way arrive, until something holds; no time passes."""
        await eventually(holds, what)

    def another(self, *, read_only: bool = False, vouched: bool = True) -> Remote:
        """One more wall that reads by the same bus."""
        return Remote(
            self.bus,
            "jo",
            title="wall",
            clock=self.clock,
            rng=random.Random(1),
            moment=lambda at: f"+{at - 1_700_000_000:.0f}",
            read_only=read_only,
            vouched=vouched,
        )

    @asynccontextmanager
    async def running(self, remote: Remote) -> AsyncIterator[None]:
        """Run a wall until the block ends."""
        running = asyncio.create_task(remote.run())
        try:
            yield
        finally:
            running.cancel()
            (ended,) = await asyncio.gather(running, return_exceptions=True)
            await remote.close()
            assert isinstance(ended, asyncio.CancelledError), repr(ended)

    async def pass_time(self, seconds: float, *, pulses: Sequence[ConferenceKey] = ()) -> None:
        """Let so much time pass, with a pulse each second where the collector lives."""
        for _ in range(round(seconds)):
            if pulses:
                await self.collector.pulse(*pulses)
            await self.clock.advance(1.0)
            for _ in range(3):
                await a_moment()


@asynccontextmanager
async def reading_wall(
    folder: Path, *keys: ConferenceKey, read_only: bool = False, vouched: bool = True
) -> AsyncIterator[Read]:
    """A wall that reads, until the block ends, what a small collector says of these conferences."""
    clock = ManualClock()
    async with bus_at(folder) as (server, holds, reads):
        collector = SmallCollector(holds, clock)
        await collector.hold(*keys)
        read = Read(None, collector, clock, server, reads, [], None)  # type: ignore[arg-type]
        read.remote = remote = read.another(read_only=read_only, vouched=vouched)
        read.watch = remote.watch(notify=read.notices.append)
        try:
            async with read.running(remote):
                await read.until(lambda: len(remote.slots) == len(keys), "the names are read")
                yield read
        finally:
            await collector.let_go()
