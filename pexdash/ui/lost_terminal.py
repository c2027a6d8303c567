"""A terminal that is gone although no signal told of it."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

LOOK_SECONDS = 1.0


@contextmanager
def hanging_up_when_lost() -> Iterator[None]:
    """Within the block a terminal that has vanished is taken for the signal of a hang-up.

    The system sends it only to those whose controlling terminal it was; others would read and
    write into nothing for ever.
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
    """Whether the other end of a terminal has been closed."""
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(descriptor, 0)
    return any(what & select.POLLHUP for _, what in poll.poll(0))
