"""Waiting for what real sockets bring, without guessing how long it takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

PATIENCE_SECONDS = 25.0
"""How long something may take before it is said that it never came.

On a machine with ten times the work it can do, what takes half a second here takes more than ten.
"""
AT_ONCE_SECONDS = 5.0
"""Longer than what happens at once takes on a busy machine, and shorter than what waits first."""
_LOOK_SECONDS = 0.002
"""How long it is until the next look at least; one that works for longer rests for as long."""
_MOMENT_SECONDS = 0.001
"""What a socket of this machine needs to carry a few bytes, and hardly more."""


async def eventually(holds: Callable[[], object], what: str = "") -> None:
    """Return once `holds()` is true; fails after `PATIENCE_SECONDS`."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE_SECONDS
    while True:
        worked = time.thread_time()
        if holds():
            return
        if loop.time() > deadline:
            raise AssertionError(f"never came true: {what or holds}")
        await asyncio.sleep(max(_LOOK_SECONDS, time.thread_time() - worked))


async def a_moment() -> None:
    """Give real sockets, threads and programs the time to carry on."""
    await asyncio.sleep(_MOMENT_SECONDS)
