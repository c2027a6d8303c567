"""A whole collector, from the bytes of a node's stream to the acknowledged log, and what it took.

`python -m tests.bench.collected NODE PORT EVENTS`: the processor time of 100,000 events.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from typing import Any

from pexdash.bus.claims import LeaseTimes
from pexdash.bus.subjects import SHARDS
from pexdash.cli.process import YOUNG_OBJECTS
from pexdash.session.estate.wanted import Plan, Wanted
from tests.bench import stream
from tests.bench.holder import At
from tests.bench.ingesting import processor_seconds
from tests.eventually import eventually
from tests.session.collecting import collecting

_PATIENCE_SECONDS = 120.0


async def collected(node: str, port: int) -> float:
    """The seconds of processor time until the log has that the stream has ended."""
    async with collecting(At(f"nats://127.0.0.1:{port}"), At(node), times=LeaseTimes()) as one:
        await eventually(lambda: len(one.collector.leases.held) == SHARDS)
        put, ended = one.bus.put, asyncio.Event()

        async def watched(subject: str, payload: bytes, **how: Any) -> int:
            revision = await put(subject, payload, **how)
            if subject.endswith(".ev") and b'"line":"stale"' in payload:
                ended.set()
            return revision

        one.bus.put = watched  # type: ignore[method-assign]
        began = processor_seconds()
        one.collector.adopt(Plan("fleet", "", (Wanted(stream.ALIAS, is_bare=True),)))
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await ended.wait()
        took = processor_seconds() - began
        await one.die()
        return took


if __name__ == "__main__":
    node, port, events = sys.argv[1:]
    gc.set_threshold(YOUNG_OBJECTS)
    took = asyncio.run(collected(node, int(port)))
    sys.stdout.write(json.dumps(took / int(events) * 100_000) + "\n")
