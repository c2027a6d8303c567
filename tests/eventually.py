"""Waiting for what real sockets bring, without guessing how long it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

PATIENCE_SECONDS = 10.0


async def eventually(holds: Callable[[], object], what: str = "") -> None:
    """Return once `holds()` is true; fails after ten seconds."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while not holds():
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"never came true: {what or holds}")
        await asyncio.sleep(0.002)
