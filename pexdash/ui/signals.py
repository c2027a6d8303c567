"""Signals as a way out: the first leaves in order, and one while leaving ends at once."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LEAVE_SECONDS = 3.0
_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)


class Signals:
    """What was caught: `caught` is the number of the first signal, 0 for none."""

    def __init__(self, leave: Callable[[int], None]) -> None:
        self.caught = 0
        self._leave = leave
        self._leaving = False

    def leaving(self) -> None:
        """The way out has begun by itself: the next signal is a second one."""
        self._leaving = True

    def catch(self, number: int) -> None:
        """Leave in order, by force after three seconds; at once where that is under way."""
        if self._leaving:
            os._exit(128 + number)
        self._leaving = True
        self.caught = number
        _end_by_force_after(LEAVE_SECONDS, 128 + number)
        self._leave(128 + number)


@contextmanager
def leaving_by_signal(leave: Callable[[int], None]) -> Iterator[Signals]:
    """Within the block a signal calls `leave` with the exit status it stands for."""
    signals = Signals(leave)
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, signals.catch, number)
    try:
        yield signals
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


def _end_by_force_after(seconds: float, status: int) -> None:
    watchdog = threading.Timer(seconds, os._exit, (status,))
    watchdog.daemon = True
    watchdog.start()
