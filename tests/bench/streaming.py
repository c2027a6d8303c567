"""Many event streams in this one process: what opening them costs, what they weigh, what they use.

`python -m tests.bench.streaming CONTENDER NODE STREAMS SECONDS [CERTIFICATE AUTHORITY]`
"""

from __future__ import annotations

import asyncio
import gc
import json
import math
import os
import ssl
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.bench import stream
from tests.bench.ingesting import processor_seconds
from tests.bench.processes import resident_mb

OPENING = 50
"""How many are opened at the same time; the naive one opens all at once."""

Open = Callable[[Callable[[], None]], Coroutine[Any, Any, None]]
"""Opens a stream and reads it for ever; calls what it is given when the list is complete."""

Contender = Callable[[str, Path | None], AbstractAsyncContextManager[Open]]


@asynccontextmanager
async def ours(node: str, authority: Path | None) -> AsyncIterator[Open]:
    """The product's client and model for each stream, all over the same connections."""
    from pexdash.api.address import parse_node
    from pexdash.api.client import NodeClient
    from pexdash.api.http.connections import Connections
    from pexdash.api.tls import trust
    from pexdash.cli.process import YOUNG_OBJECTS
    from pexdash.model.changes import Changes
    from pexdash.model.conference import Conference

    gc.set_threshold(YOUNG_OBJECTS)
    address = parse_node(node)
    connections = Connections(lambda: trust(authority, insecure=False))
    asking = NodeClient(address, stream.ALIAS, connections=connections)
    token = await asking.request_token("Alice")

    async def follow(complete: Callable[[], None]) -> None:
        client = NodeClient(address, stream.ALIAS, connections=connections)
        conference = Conference(stream.ALIAS)
        try:
            async with client.events(token, on_bytes=lambda: None) as events:
                async for together in events:
                    now, changes = time.time(), Changes()
                    for event in together:
                        conference.apply(event, now, changes)
                    if changes.synced:
                        complete()
        finally:
            await client.aclose()

    yield follow
    await asking.aclose()
    await connections.aclose()


@asynccontextmanager
async def limit(node: str, authority: Path | None) -> AsyncIterator[Open]:
    """An asyncio protocol and httptools for each stream."""
    from tests.bench.limits.ingest import Model, Person
    from tests.bench.limits.ingest import follow as open_stream

    context = ssl.create_default_context(cafile=authority) if authority else None

    async def follow(complete: Callable[[], None]) -> None:
        model = Model()

        def changed(person: Person | None) -> None:
            if person is None:
                complete()

        model.changed = changed
        await (await open_stream(_events_url(node), model, context)).ended

    yield follow


@asynccontextmanager
async def naive(node: str, authority: Path | None) -> AsyncIterator[Open]:
    """One stock client for all streams, with the limits it has by itself."""
    import httpx
    from httpx_sse import aconnect_sse

    context = ssl.create_default_context(cafile=authority) if authority else None
    async with httpx.AsyncClient(
        timeout=httpx.Timeout(5.0, read=None), verify=context or False
    ) as client:

        async def follow(complete: Callable[[], None]) -> None:
            people = {}
            async with aconnect_sse(client, "GET", _events_url(node)) as source:
                async for event in source.aiter_sse():
                    fields = event.json()
                    if event.event == "participant_sync_end":
                        complete()
                    elif event.event.startswith("participant_") and fields:
                        people[fields["uuid"]] = fields

        yield follow


def _events_url(node: str) -> str:
    return f"{node}/api/client/v2/conferences/{quote(stream.ALIAS)}/events"


async def run(
    contender: Contender,
    node: str,
    count: int,
    seconds: float,
    authority: Path | None,
) -> dict[str, float]:
    """Open so many streams, then watch them for a while."""
    refused = 0
    async with contender(node, authority) as follow:
        slots = asyncio.Semaphore(count if contender is naive else OPENING)
        reading: list[asyncio.Task[None]] = []

        async def open_one() -> None:
            nonlocal refused
            async with slots:
                complete = asyncio.Event()
                task = asyncio.ensure_future(follow(complete.set))
                reading.append(task)
                opened = asyncio.ensure_future(complete.wait())
                await asyncio.wait({task, opened}, return_when=asyncio.FIRST_COMPLETED)
                opened.cancel()
                refused += task.done()

        weighed, used, began = resident_mb(os.getpid()), processor_seconds(), time.monotonic()
        await asyncio.gather(*(open_one() for _ in range(count)))
        connect, took = processor_seconds() - used, time.monotonic() - began
        weighs = resident_mb(os.getpid()) - weighed
        used = processor_seconds()
        await asyncio.sleep(seconds)
        steady = (processor_seconds() - used) / seconds
        refused += sum(task.done() for task in reading) - refused
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
    return {
        "refused": refused,
        "connect": connect,
        "took": took,
        "kilobytes": weighs * 1000 / (count - refused) if refused < count else math.nan,
        "steady": steady * 100,
    }


CONTENDERS: dict[str, Contender] = {"ours": ours, "limit": limit, "naive": naive}


def main() -> None:
    name, node, count, seconds, *authority = sys.argv[1:]
    told = asyncio.run(
        run(
            CONTENDERS[name],
            node,
            int(count),
            float(seconds),
            Path(authority[0]) if authority else None,
        )
    )
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
