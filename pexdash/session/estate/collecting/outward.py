"""All that the conferences of a collector write and say by."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import NamedTuple

from pexdash.bus.bus import Bus
from pexdash.clock import Clock
from pexdash.session.estate.collecting.audiences import Audiences
from pexdash.session.estate.collecting.log_writer import LogWriter
from pexdash.session.estate.collecting.shards import Shards
from pexdash.session.estate.collecting.state_writer import StateWriter


class Background:
    """Short work beside everything else, which the end of the program does not wait for."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Future[None]] = set()

    def start(self, work: Awaitable[None]) -> None:
        """Have some work done."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Cancel what is under way."""
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Outward(NamedTuple):
    """`background` is for short work that ends by itself."""

    bus: Bus
    clock: Clock
    shards: Shards
    state: StateWriter
    log: LogWriter
    audiences: Audiences
    background: Background
