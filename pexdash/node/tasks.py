"""The tasks of a node, so that all of them end with it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine


class Tasks:
    """Running tasks; `close` raises the first exception that ended one."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()
        self._failures: list[BaseException] = []

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Run `work` until it ends or `close` is called."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (failure := task.exception()) is not None:
            self._failures.append(failure)

    async def close(self) -> None:
        """Cancel what runs and wait for it; raises the first failure there was."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self._failures:
            raise self._failures[0]
