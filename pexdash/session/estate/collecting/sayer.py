"""Says what nobody stores, in order, and nothing that is late."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from pexdash.bus.bus import Bus
from pexdash.errors import BusFault
from pexdash.log import logger

MOST_WAITING = 10_000
"""How many messages wait at most; of more, the oldest go, and readers see that some are missing."""


class Sayer:
    """Publishes what it is given while `run` runs; while the bus is away, nothing."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._waiting: deque[tuple[str, Callable[[], bytes]]] = deque(maxlen=MOST_WAITING)
        self._given = asyncio.Event()

    def say(self, subject: str, make: Callable[[], bytes]) -> None:
        """Publish what `make` returns, after all that was given before."""
        self._waiting.append((subject, make))
        self._given.set()

    async def run(self) -> None:
        """Publish until cancelled."""
        while True:
            await self._given.wait()
            self._given.clear()
            while self._waiting:
                subject, make = self._waiting.popleft()
                if not self._bus.is_up:
                    continue
                try:
                    await self._bus.say(subject, make())
                except BusFault as fault:
                    logger.info("%s", fault)
