"""Long work in short slices, between which everything else goes on."""

from __future__ import annotations

import asyncio
from time import perf_counter

SLICE_SECONDS = 0.001
"""For how long a scrape holds everything else up at a time, about."""


class Slices:
    """Call `rest` often: it returns at once, or lets everything else go on where it is time."""

    def __init__(self) -> None:
        self._began = perf_counter()

    async def rest(self) -> None:
        """Let everything else go on, if we have worked for a slice."""
        if perf_counter() - self._began >= SLICE_SECONDS:
            await asyncio.sleep(0)
            self._began = perf_counter()
