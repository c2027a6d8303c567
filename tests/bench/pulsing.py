"""Says what a fleet of collectors says of 10,000 conferences of which all change each second.

`python -m tests.bench.pulsing KIND PORT CONFERENCES`, where KIND is `nats` or `hub`; it says
"ready" when everything is stored, and ends with whoever started it.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from pexdash.bus.bus import Bus, open_bus
from pexdash.bus.messages import Epoch, Named, Pulse, Stamp, SummaryTold, packed, squeezed
from pexdash.bus.settings import BusSettings
from pexdash.bus.streams import make_streams
from pexdash.bus.subjects import SHARDS, STATE, code_of, conference, pulse, shard_of, summary
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.line import LineState
from pexdash.model.summary import Summary
from pexdash.session.estate.forms import told_summary
from pexdash.session.estate.remote.slot import unknown
from tests.bench.limits.walls import SENDS

PULSES_AT_ONCE = 8
"""Shards whose pulses come together: those of a fleet come all through the second."""
_AT_ONCE = 500
_NAMES = ("Ann Smith", "Bob", "Cyd Charisse", "Dieter Müller", "Eve", "Fay Wray", "")

Say = Callable[[str, bytes], Awaitable[None]]


class Fleet:
    """The conferences of a fleet by shard, each of which changes whenever a pulse is made."""

    def __init__(self, conferences: int, epoch: Epoch) -> None:
        self._rng = random.Random(1)
        self._epoch = epoch
        self._n = 0
        self._began = time.time()
        self.shards: defaultdict[int, list[tuple[str, Summary]]] = defaultdict(list)
        self.keys = [ConferenceKey("north", f"room{at}@example.com") for at in range(conferences)]
        for key in self.keys:
            self.shards[shard_of(key)].append((code_of(key), self._first(key)))

    def _first(self, key: ConferenceKey) -> Summary:
        rng, began = self._rng, self._began - self._rng.uniform(0, 5_000)
        return replace(
            unknown(key.alias),
            line=LineState.LIVE,
            line_since=began,
            node=f"vm-{rng.randint(1, 7)}.example.com",
            hosts=rng.randint(1, 4),
            api=1,
            began=began,
            peak=40,
            peak_at=began,
        )

    def first(self, key: ConferenceKey) -> bytes:
        """How a conference stands at first, as it is stored."""
        return packed(SummaryTold(self._stamp(), told_summary(self._first(key), 0.0)))

    def pulse(self, shard: int, n: int) -> bytes:
        """The pulse of a shard in which all have changed."""
        self._n = n
        return squeezed(Pulse(self._stamp(), [self._next(*one) for one in self.shards[shard]]))

    def _next(self, code: str, before: Summary) -> tuple[str, LineState, list[object]]:
        rng = self._rng
        now = replace(
            before,
            people=rng.randint(2, 30),
            hands=rng.randint(0, 3),
            open_microphones=rng.randint(0, 9),
            speaker=rng.choice(_NAMES),
            presenter=rng.choice(_NAMES),
        )
        return code, now.line, told_summary(now, 0.0)

    def _stamp(self) -> Stamp:
        return Stamp(self._epoch, self._n, time.time())


async def store(bus: Bus, fleet: Fleet) -> None:
    """Put the names of all, and how they stand, where a new wall finds them."""
    for at in range(0, len(fleet.keys), _AT_ONCE):
        some = fleet.keys[at : at + _AT_ONCE]
        named = (bus.put(conference(key), packed(Named(*key))) for key in some)
        stood = (bus.put(summary(key), fleet.first(key)) for key in some)
        await asyncio.gather(*named, *stood)


async def say_all(fleet: Fleet, say: Say) -> None:
    """Say the pulses of every shard each second, spread over it, until cancelled."""
    began, turns = time.monotonic(), SHARDS // PULSES_AT_ONCE
    for beat in range(1, sys.maxsize):
        for turn in range(turns):
            for shard in range(turn, SHARDS, turns):
                await say(pulse(shard), fleet.pulse(shard, beat))
            due = began + beat - 1 + (turn + 1) / turns
            await asyncio.sleep(max(0.0, due - time.monotonic()))


async def on_nats(port: int, conferences: int) -> None:
    async with open_bus(BusSettings(f"nats://127.0.0.1:{port}"), "fleet") as bus:
        await make_streams(bus)
        fleet = Fleet(conferences, Epoch(await bus.made_at(STATE), 1))
        await store(bus, fleet)
        _ready()
        await say_all(fleet, bus.say)


async def on_hub(port: int, conferences: int) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(SENDS)

    async def say(_: str, payload: bytes) -> None:
        writer.write(payload)
        await writer.drain()

    _ready()
    await say_all(Fleet(conferences, Epoch(1, 1)), say)


def _ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


if __name__ == "__main__":
    kind, port, conferences = sys.argv[1:]
    asyncio.run((on_nats if kind == "nats" else on_hub)(int(port), int(conferences)))
