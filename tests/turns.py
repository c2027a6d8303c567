"""How long the turns of an event loop take."""

from __future__ import annotations

import asyncio
import time


class Turns:
    """The longest turn of the loop, in seconds of its thread's own processor time."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def watch(self) -> None:
        """Watch the running loop for ever."""
        while True:
            began = time.thread_time()
            await asyncio.sleep(0)
            self.longest = max(self.longest, time.thread_time() - began)
