"""Turns: many that want the same at once get it one after the other, so many in a second."""

from __future__ import annotations

import asyncio
import heapq
import itertools

from pexdash.clock import Clock
from pexdash.session.deadlines import Deadline, Deadlines


class Turns:
    """Gives `per_second` turns a second, to the lowest rank first; a single one never waits."""

    def __init__(self, clock: Clock, deadlines: Deadlines, per_second: float) -> None:
        self._clock = clock
        self._deadlines = deadlines
        self._gap = 1.0 / per_second
        self._free_at = float("-inf")
        self._order = itertools.count()
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._next: Deadline | None = None

    async def take(self, rank: float = 0) -> None:
        """Wait for a turn."""
        now = self._clock.monotonic()
        if not self._waiting and self._free_at <= now:
            self._free_at = now + self._gap
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (rank, next(self._order), turn))
        self._wind()
        await turn

    def _wind(self) -> None:
        if self._next is None and self._waiting:
            self._next = self._deadlines.at(self._free_at, self._give)

    def _give(self) -> None:
        self._next = None
        now = self._clock.monotonic()
        while self._waiting and self._free_at <= now:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():  # who was cancelled wants it no more
                turn.set_result(None)
                # From when it was due: a busy loop must not make all of them later and later.
                self._free_at = max(self._free_at, now - 1.0) + self._gap
        self._wind()
