"""The clock that the program is given, so that a test can control each wait and time stamp."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """The program's source of time; all values are in seconds."""

    def wall(self) -> float:
        """Unix time, for display only."""
        ...

    def monotonic(self) -> float:
        """A time that never jumps, for deadlines and durations."""
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
