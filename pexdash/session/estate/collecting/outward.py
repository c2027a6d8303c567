"""All that the conferences of a collector write and say by."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import NamedTuple

from pexdash.bus.bus import Bus
from pexdash.clock import Clock
from pexdash.session.estate.collecting.audiences import Audiences
from pexdash.session.estate.collecting.log_writer import LogWriter
from pexdash.session.estate.collecting.shards import Shards
from pexdash.session.estate.collecting.state_writer import StateWriter


class Outward(NamedTuple):
    """`background` is for short work that ends by itself."""

    bus: Bus
    clock: Clock
    shards: Shards
    state: StateWriter
    log: LogWriter
    audiences: Audiences
    background: Background


class Background:
    """Short work beside everything else, which the end of the program does not wait for."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Have some work done."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """Cancel what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
