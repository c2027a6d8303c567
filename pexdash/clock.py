"""Time as something handed in, so that every wait and every stamp can be played by a test."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """What the rest of the program knows of time; all values in seconds."""

    def wall(self) -> float:
        """Unix time, for display only."""
        ...

    def monotonic(self) -> float:
        """Time that never jumps, for deadlines and durations."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds`."""
        ...


class SystemClock:
    """The machine's own clock."""

    def wall(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
