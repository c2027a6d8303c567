"""A wall without a screen that reads a fleet from the bus, and tells what that takes.

`python -m tests.bench.wall_reading PORT CONFERENCES SECONDS`
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import sys

from pexdash.bus.bus import open_bus
from pexdash.bus.settings import BusSettings
from pexdash.cli.process import YOUNG_OBJECTS
from pexdash.clock import SystemClock
from pexdash.model.line import LineState
from pexdash.session.estate.remote.remote import Remote
from tests.bench.ingesting import processor_seconds
from tests.bench.processes import resident_mb
from tests.eventually import eventually


async def read(port: int, conferences: int, seconds: float) -> dict[str, float]:
    """The processor time in percent of a core, the memory in MB, and what a look at all takes."""
    async with open_bus(BusSettings(f"nats://127.0.0.1:{port}"), "wall") as bus:
        remote = Remote(
            bus, "jo", title="wall", clock=SystemClock(), rng=random.Random(1), moment=str
        )
        watch = remote.watch()
        running = asyncio.create_task(remote.run())
        await eventually(lambda: len(remote.slots) == conferences)
        await eventually(
            lambda: all(one is not None and one.position is not None for one in remote.slots)
        )
        await asyncio.sleep(4.0)  # what a new wall lists is past, and every shard has been heard
        watch.take_changes()
        cpu = processor_seconds()
        for _ in range(round(seconds)):
            await asyncio.sleep(1.0)
            changed = watch.take_changes().conferences
            assert len(changed) > conferences * 0.9, f"{len(changed)} have changed"
        used = processor_seconds() - cpu
        memory = resident_mb(os.getpid())
        slots = [one for one in remote.slots if one is not None]
        assert all(one.shown.line is LineState.LIVE for one in slots)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await remote.close()
        return {"cpu": 100 * used / seconds, "memory": memory}


if __name__ == "__main__":
    port, conferences, seconds = sys.argv[1:]
    gc.set_threshold(YOUNG_OBJECTS)
    told = asyncio.run(read(int(port), int(conferences), float(seconds)))
    sys.stdout.write(json.dumps(told) + "\n")
