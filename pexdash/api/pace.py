"""Keeps long work from holding up the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

WORK_SECONDS = 0.008
"""How long one worker may keep the loop from all others."""
REST_SECONDS = 0.001
"""How long the loop is then free of this work: to answer a key takes several of its turns."""
LONGEST_REST_SECONDS = 0.008
"""How long it is free once such work goes on and on: half of the time is then for keys."""
_LONGER = 1.25


class Pace:
    """Leaves the loop to others for a moment after each eight milliseconds of work.

    `now` gives seconds. Work counts from `begin` to `end`, over many arrivals together. As long as
    work takes most of the time, each rest is longer than the one before, from one millisecond up to
    eight: a first list is there at once, and an endless flood leaves half of the time.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._rest = REST_SECONDS
        self._rested = self._began = now()
        self._worked = 0.0

    def begin(self) -> None:
        """Work begins."""
        self._began = self._now()

    def end(self) -> None:
        """Work ends for now."""
        self._worked += self._now() - self._began

    async def rest(self) -> None:
        """Within work: let others run, if that is due."""
        now = self._now()
        worked = self._worked + now - self._began
        if worked < WORK_SECONDS:
            return
        is_crowded = now - self._rested < 2 * worked
        self._rest = min(self._rest * _LONGER, LONGEST_REST_SECONDS) if is_crowded else REST_SECONDS
        await asyncio.sleep(self._rest)
        self._worked = 0.0
        self._rested = self._began = self._now()
