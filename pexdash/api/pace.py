"""Keeps long work from holding up the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

WORK_SECONDS = 0.008
"""How long one worker may keep the loop from all others."""
REST_SECONDS = 0.001
"""How long the loop is then free of this work: to answer a key takes several of its turns."""


class Pace:
    """Leaves the loop to others for a millisecond after each eight milliseconds of work.

    `now` gives seconds. Work counts from `begin` to `end`, over many arrivals together: a stream
    that brings one after another gets the loop back at each of its turns.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._began = 0.0
        self._worked = 0.0

    def begin(self) -> None:
        """Work begins."""
        self._began = self._now()

    def end(self) -> None:
        """Work ends for now."""
        self._worked += self._now() - self._began

    async def rest(self) -> None:
        """Within work: let others run, if that is due."""
        if self._worked + self._now() - self._began >= WORK_SECONDS:
            await asyncio.sleep(REST_SECONDS)
            self._worked = 0.0
            self.begin()
