"""One contender of the ingest: reads a stream to its end and tells the processor time it took.

`python -m tests.bench.ingesting CONTENDER NODE EVENTS`
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from pexdash.cli.process import YOUNG_OBJECTS
from tests.bench import stream


def processor_seconds() -> float:
    """What this process has used so far, the kernel's part included."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def ours(node: str) -> tuple[float, int]:
    """The product's client and model, as a session brings them together."""
    from pexdash.model.changes import Changes
    from pexdash.model.conference import Conference
    from tests.bench.ours.client import client_on

    client = client_on(node)
    token = await client.request_token("Alice")
    conference = Conference(stream.ALIAS)
    heard = 0
    began = processor_seconds()
    async with client.events(token, on_bytes=lambda: None) as events:
        async for together in events:
            now, changes = time.time(), Changes()
            for event in together:
                conference.apply(event, now, changes)
            heard += len(together)
    took = processor_seconds() - began
    await client.aclose()
    return took, heard


async def session(node: str) -> tuple[float, int]:
    """A whole session of the product, whose changes are taken thirty times a second."""

    from pexdash.session.feed.link import LinkState
    from pexdash.session.feed.told import Heard, Line, Told
    from tests.bench.ours.client import membership_on

    heard = 0

    def count(told: Told) -> None:
        nonlocal heard
        if isinstance(told, Heard):
            heard += len(told.events)
        elif isinstance(told, Line) and told.state is LinkState.LOST:
            ended.set()

    running = membership_on(node)
    ended = asyncio.Event()
    running.feed.on_told(count)
    watch = running.feed.watch()
    began = processor_seconds()
    task = asyncio.ensure_future(running.run())
    while not ended.is_set():
        watch.take_changes()
        await asyncio.sleep(1 / 30)
    took = processor_seconds() - began
    await running.close()
    await task
    return took, heard


async def limit(node: str) -> tuple[float, int]:
    """No library in between, nothing checked."""
    from tests.bench.limits.ingest import Model, follow

    model = Model()
    began = processor_seconds()
    await (await follow(_events_url(node), model)).ended
    return processor_seconds() - began, model.events


async def naive(node: str) -> tuple[float, int]:
    """Stock httpx, stock httpx-sse, its own `json()`, a dict of dicts."""
    import httpx
    from httpx_sse import aconnect_sse

    people = {}
    heard = 0
    async with httpx.AsyncClient(timeout=None) as client:
        began = processor_seconds()
        async with aconnect_sse(client, "GET", _events_url(node)) as source:
            async for event in source.aiter_sse():
                fields = event.json()
                if event.event == "participant_update":
                    people[fields["uuid"]] = fields
                heard += 1
        return processor_seconds() - began, heard


def _events_url(node: str) -> str:
    return f"{node}/api/client/v2/conferences/{quote(stream.ALIAS)}/events"


CONTENDERS: dict[str, Callable[[str], Awaitable[tuple[float, int]]]] = {
    "ours": ours,
    "session": session,
    "limit": limit,
    "naive": naive,
}


async def _measure(name: str, node: str, events: int) -> None:
    if name != "naive":
        gc.set_threshold(YOUNG_OBJECTS)
    took, heard = await CONTENDERS[name](node)
    assert heard >= events, f"{heard} of {events} events heard"
    sys.stdout.write(json.dumps(took / heard * 100_000) + "\n")


if __name__ == "__main__":
    asyncio.run(_measure(sys.argv[1], sys.argv[2], int(sys.argv[3])))
