"""Signals and a lost terminal as ways out: the first in order, another while leaving at once."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

LEAVE_SECONDS = 3.0
LOOK_SECONDS = 1.0
_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)


class Signals:
    """What was caught: `caught` is the number of the first signal, 0 for none."""

    def __init__(self, leave: Callable[[int], None]) -> None:
        self.caught = 0
        self._leave = leave
        self._leaving = False
        self._loop = asyncio.get_running_loop()
        self._watching: asyncio.TimerHandle | None = None

    def leaving(self) -> None:
        """The way out has begun by itself: the next signal is a second one."""
        self._leaving = True

    def catch(self, number: int, frame: FrameType | None = None) -> None:
        """Leave in order, by force after three seconds; at once where that is under way."""
        if self._leaving:
            os._exit(128 + number)
        self._leaving = True
        self.caught = number
        _end_by_force_after(LEAVE_SECONDS, 128 + number)
        self._loop.call_soon_threadsafe(self._leave, 128 + number)

    def watch_terminal(self) -> None:
        """Take a terminal that is gone for a hang-up: not every program is sent the signal."""
        if self._leaving:
            return
        if _is_gone(sys.__stdin__.fileno() if sys.__stdin__ else 0):
            self.catch(signal.SIGHUP)
        else:
            self._watching = self._loop.call_later(LOOK_SECONDS, self.watch_terminal)

    def stop_watching(self) -> None:
        """Look at the terminal no more."""
        if self._watching is not None:
            self._watching.cancel()


@contextmanager
def leaving_by_signal(leave: Callable[[int], None]) -> Iterator[Signals]:
    """Within the block a signal, or the end of the terminal, calls `leave` with an exit status."""
    signals = Signals(leave)
    # Not the loop's own handlers: these would not even be heard of while the loop is held up.
    before = {number: signal.signal(number, signals.catch) for number in _SIGNALS}
    signals.watch_terminal()
    try:
        yield signals
    finally:
        signals.stop_watching()
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_gone(descriptor: int) -> bool:
    """Whether the terminal at the other end of `descriptor` has been closed."""
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(descriptor, 0)
    return any(what & select.POLLHUP for _, what in poll.poll(0))


def _end_by_force_after(seconds: float, status: int) -> None:
    watchdog = threading.Timer(seconds, os._exit, (status,))
    watchdog.daemon = True
    watchdog.start()
