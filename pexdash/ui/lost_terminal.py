"""Notices that the terminal is gone where the system sends no signal."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

LOOK_SECONDS = 1.0
"""How often to look whether the terminal is still there."""


@contextmanager
def hanging_up_when_lost() -> Iterator[None]:
    """Send ourselves a hang-up signal (SIGHUP) where the terminal vanishes within the block.

    The system sends SIGHUP only to processes whose controlling terminal vanished; any other
    process would read from nothing and write into nothing for ever.
    """
    loop = asyncio.get_running_loop()
    descriptor = sys.__stdin__.fileno() if sys.__stdin__ else 0
    next_look: asyncio.TimerHandle | None = None

    def look() -> None:
        nonlocal next_look
        if _is_gone(descriptor):
            os.kill(os.getpid(), signal.SIGHUP)
        else:
            next_look = loop.call_later(LOOK_SECONDS, look)

    look()
    try:
        yield
    finally:
        if next_look is not None:
            next_look.cancel()


def _is_gone(descriptor: int) -> bool:
    """Whether the other end of the terminal is closed."""
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(descriptor, 0)
    return any(what & select.POLLHUP for _, what in poll.poll(0))
