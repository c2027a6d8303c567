"""Gathers changes until the next frame, so that a flood of changes costs one paint."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class FrameGate:
    """Calls `paint` soon after a first `poke`, then at most once in `interval` seconds.

    Its clock is that of the running loop, as the screen's is.
    """

    def __init__(self, interval: float, paint: Callable[[], None]) -> None:
        self.interval = interval
        self._paint = paint
        self._handle: asyncio.Handle | None = None
        self._last = float("-inf")
        self._may_wait = False

    def poke(self, delay: float = 0.0) -> None:
        """Ask for a paint; costs nothing while a paint is due already.

        A change that may wait gives a `delay` in seconds. It is painted after that delay, or
        earlier together with a change that may not wait.
        """
        if self._handle is not None:
            if delay or not self._may_wait:
                return
            self._handle.cancel()
        self._may_wait = bool(delay)
        loop = asyncio.get_running_loop()
        due = max(self._last + self.interval, loop.time() + delay)
        if due <= loop.time():
            self._handle = loop.call_soon(self._fire)
        else:
            self._handle = loop.call_at(due, self._fire)

    def close(self) -> None:
        """Stop painting."""
        if self._handle is not None:
            self._handle.cancel()
        self._paint = lambda: None

    def _fire(self) -> None:
        self._handle = None
        self._last = asyncio.get_running_loop().time()
        self._paint()
