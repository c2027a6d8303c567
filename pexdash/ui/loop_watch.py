"""Logs from a thread of its own where the event loop stood still."""

from __future__ import annotations

import asyncio
import sys
import threading
import time

from pexdash.crash import places_of
from pexdash.log import logger

BLOCKED_SECONDS = 2.0
"""How long the event loop must have stood still to be logged."""
_LOOK_SECONDS = 0.5
"""How often the loop gives a sign of life, and how often the thread looks for one."""


class LoopWatch:
    """Logs the stack of the running event loop when it has stood still for two seconds."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._watched = threading.get_ident()
        self._last_beat = time.monotonic()
        self._over = threading.Event()
        self._beat()
        threading.Thread(target=self._watch, name="loop-watch", daemon=True).start()

    def stop(self) -> None:
        """Stop watching."""
        self._over.set()
        self._next.cancel()

    def _beat(self) -> None:
        self._last_beat = time.monotonic()
        self._next = self._loop.call_later(_LOOK_SECONDS, self._beat)

    def _watch(self) -> None:
        looked = time.monotonic()
        told = False
        while not self._over.wait(_LOOK_SECONDS):
            before, looked = looked, time.monotonic()
            late = looked - self._last_beat
            if late < BLOCKED_SECONDS:
                told = False
            # Where this thread looks late as well, the whole process was stopped.
            elif not told and looked - before < BLOCKED_SECONDS:
                told = True
                frame = sys._current_frames().get(self._watched)
                if frame is not None:
                    logger.warning("stood still for %.1f s at %s", late, places_of(frame))
