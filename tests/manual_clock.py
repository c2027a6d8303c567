"""A clock that stands still until a test moves it."""

from __future__ import annotations

import asyncio
import heapq
import itertools


class ManualClock:
    """Plays `pexdash.clock.Clock`: sleepers wake in order as `advance` passes their time."""

    def __init__(self, *, monotonic: float = 1000.0, wall: float = 1_700_000_000.0) -> None:
        self._monotonic = monotonic
        self._wall = wall
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def wall(self) -> float:
        return self._wall

    def monotonic(self) -> float:
        return self._monotonic

    @property
    def sleepers(self) -> int:
        """How many wait for time to pass."""
        return sum(not woken.done() for _, _, woken in self._sleepers)

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._monotonic + seconds, next(self._order), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Move time on, waking each sleeper at its own moment and letting it run."""
        end = self._monotonic + seconds
        await _settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, woken = heapq.heappop(self._sleepers)
            self._move_to(due)
            if not woken.done():
                woken.set_result(None)
            await _settle()
        self._move_to(end)

    async def leap(self, seconds: float) -> None:
        """Move time on at once: who is due meanwhile wakes at the end, and only once."""
        self._move_to(self._monotonic + seconds)
        while self._sleepers and self._sleepers[0][0] <= self._monotonic:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
        await asyncio.sleep(0)

    def _move_to(self, moment: float) -> None:
        self._wall += moment - self._monotonic
        self._monotonic = moment


async def _settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


class JumpingClock(ManualClock):
    """A clock whose wall time jumps, as it does when the computer has slept."""

    def jump(self, seconds: float) -> None:
        """Set the wall clock on by `seconds`."""
        self._wall += seconds

    def stop(self, seconds: float) -> None:
        """Time passes while the process is stopped, and nothing of it runs."""
        self._move_to(self._monotonic + seconds)
        while self._sleepers and self._sleepers[0][0] <= self._monotonic:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
