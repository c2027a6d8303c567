"""Tells the fleet which conferences it has, and what they are called."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from pexdash.bus.bus import Bus
from pexdash.bus.messages import Named, packed
from pexdash.bus.subjects import conference
from pexdash.clock import Clock
from pexdash.errors import BusFault
from pexdash.log import logger
from pexdash.model.alarms.keys import ConferenceKey

RETRY_SECONDS = 2.0
"""How long to wait after the bus took no name."""


class Names:
    """Stores the names that it is given while `run` runs; those that are stored alike stay so."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._wanted: dict[ConferenceKey, Named | None] = {}
        self._given = asyncio.Event()

    def put(self, names: Mapping[ConferenceKey, Named]) -> None:
        """Store these names soon."""
        self._wanted.update(names)
        self._given.set()

    def remove(self, keys: Iterable[ConferenceKey]) -> None:
        """The fleet has these conferences no more."""
        self._wanted.update(dict.fromkeys(keys))
        self._given.set()

    async def run(self) -> None:
        """Store names until cancelled."""
        while True:
            await self._given.wait()
            self._given.clear()
            for key, named in list(self._wanted.items()):
                try:
                    await self._write(key, named)
                except BusFault as fault:
                    logger.info("%s", fault)
                    self._given.set()
                    await self._clock.sleep(RETRY_SECONDS)
                    break
                if self._wanted.get(key) is named:
                    del self._wanted[key]

    async def _write(self, key: ConferenceKey, named: Named | None) -> None:
        if named is None:
            await self._bus.remove(conference(key))
        else:
            await self._bus.put(conference(key), packed(named))
