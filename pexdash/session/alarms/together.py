"""Running several things at once until cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


async def run_together(*runs: Coroutine[Any, Any, object]) -> None:
    """Run all until cancelled, and wait for their ends; raises what the first that fails raises."""
    tasks = [asyncio.ensure_future(one) for one in runs]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
