"""A whole collector, from the bytes of a node's stream to the acknowledged log, and what it took.

`python -m tests.bench.collected NODE PORT EVENTS`: the processor time of 100,000 events.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from typing import Any

from pexdash.bus.subjects import SHARDS
from pexdash.cli.process import YOUNG_OBJECTS
from pexdash.session.estate.wanted import Plan, Wanted
from pexdash.session.feed.told import Heard, Told
from tests.bench import stream
from tests.bench.holder import At
from tests.bench.ingesting import processor_seconds
from tests.eventually import eventually
from tests.session.collecting import collecting, key_of

_PATIENCE_SECONDS = 120.0


async def collected(node: str, port: int) -> tuple[float, int]:
    """The seconds until the log has that the stream ended, and how many events there were."""
    async with collecting(At(f"nats://127.0.0.1:{port}"), At(node)) as one:
        await eventually(lambda: len(one.collector.leases.held) == SHARDS)
        put, ended, heard = one.bus.put, asyncio.Event(), 0

        def count(told: Told) -> None:
            nonlocal heard
            if isinstance(told, Heard):
                heard += len(told.events)

        async def watched(subject: str, payload: bytes, **how: Any) -> int:
            revision = await put(subject, payload, **how)
            if subject.endswith(".ev") and b'"line":"stale"' in payload:
                ended.set()
            return revision

        one.bus.put = watched  # type: ignore[method-assign]
        began = processor_seconds()
        one.collector.adopt(Plan("fleet", "", (Wanted(stream.ALIAS, is_bare=True),)))
        place = one.fleet.place(key_of(stream.ALIAS))
        assert place is not None
        place.feed.on_told(count)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await ended.wait()
        took = processor_seconds() - began
        await one.die()
        return took, heard


if __name__ == "__main__":
    node, port, events = sys.argv[1:]
    gc.set_threshold(YOUNG_OBJECTS)
    took, heard = asyncio.run(collected(node, int(port)))
    assert heard >= int(events), f"{heard} of {events} events heard"
    sys.stdout.write(json.dumps(took / heard * 100_000) + "\n")
