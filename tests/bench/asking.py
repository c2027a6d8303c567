"""An action through the bus: what it takes beside the node's own time, and where nobody answers.

The limit is as many bytes to a plain socket, and back.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from pexdash.bus.bus import Bus, open_bus
from pexdash.bus.messages import Asked, packed
from pexdash.bus.settings import BusSettings
from pexdash.bus.subjects import CONFERENCE, action
from pexdash.errors import NobodyHolds
from tests.bench.figures import Measured, share
from tests.bench.holder import ALIAS
from tests.bench.processes import home, program, python
from tests.bus.nats_server import nats_server
from tests.session.collecting import asked, key_of, until

_TURNS = ("lock", "unlock")
"""Actions that undo each other."""
_FIRST = 20  # what is asked before any is counted


async def measure(*, quick: bool) -> dict[str, Measured]:
    """Actions one after the other, then as many of nobody."""
    count = 200 if quick else 1_000
    least = await _echoed(packed(_one(0)), count)
    async with (
        home() as folder,
        nats_server(Path(folder), syncs=True) as server,
        open_bus(BusSettings(server.url), "asks") as bus,
    ):
        async with program(
            *python("holder", str(server.port)), stdout=asyncio.subprocess.PIPE
        ) as holder:
            assert holder.stdout is not None
            assert await holder.stdout.readline() == b"ready\n"
            over = await _done(bus, count)
        # It is killed with the block, and the server hears of that at once.
        await until(lambda: _is_nobody(bus))
        nobody = await _of_nobody(bus, count)
    return {
        "asking.done": Measured(share(over, 0.99), share(least, 0.99)),
        "asking.middle": Measured(share(over, 0.5), share(least, 0.5)),
        "asking.nobody": Measured(share(nobody, 0.99), share(least, 0.99)),
    }


def _one(n: int) -> Asked:
    return Asked(f"{n:032x}", operator="jo@desk", source="key")


async def _done(bus: Bus, count: int) -> list[float]:
    """The milliseconds of each beside those that its holder needed at the node."""
    took = []
    for n in range(count + _FIRST):
        began = time.monotonic()
        answer = await asked(bus, ALIAS, _TURNS[n % 2], _one(n))
        took.append((time.monotonic() - began - answer.took) * 1000)
        assert not answer.fault, answer.words
    return took[_FIRST:]


async def _is_nobody(bus: Bus) -> bool:
    try:
        await bus.ask(action("jo", key_of(ALIAS), CONFERENCE, _TURNS[0]), packed(_one(0)), 1.0)
    except NobodyHolds:
        return True
    return False


async def _of_nobody(bus: Bus, count: int) -> list[float]:
    took = []
    for _ in range(count):
        began = time.monotonic()
        assert await _is_nobody(bus)
        took.append((time.monotonic() - began) * 1000)
    return took


async def _echoed(body: bytes, count: int) -> list[float]:
    took = []
    async with program(*python("limits.asking"), stdout=asyncio.subprocess.PIPE) as process:
        assert process.stdout is not None
        port = int(await process.stdout.readline())
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(count):
            began = time.monotonic()
            writer.write(body)
            await reader.readexactly(len(body))
            took.append((time.monotonic() - began) * 1000)
        writer.close()
    return took
