"""How long a membership tries to come back after the node disconnected it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pexdash.clock import Clock


class Patience:
    """Calls `over` so many seconds after `begin`, unless `end` comes before; "inf" never does."""

    def __init__(self, clock: Clock, seconds: float, over: Callable[[], None]) -> None:
        self._clock = clock
        self._seconds = seconds
        self._over = over
        self._losing: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Count from now on, unless it counts already."""
        if self._losing is None and self._seconds < float("inf"):
            self._losing = asyncio.ensure_future(self._lose())

    def end(self) -> None:
        """Count no more."""
        if self._losing is not None:
            self._losing.cancel()
            self._losing = None

    async def _lose(self) -> None:
        await self._clock.sleep(self._seconds)
        self._over()
