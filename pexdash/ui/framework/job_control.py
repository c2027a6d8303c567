"""Stopping for the shell, and going on when the shell brings us back."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from types import FrameType


def stop_ourselves(number: signal.Signals) -> bool:
    """Stop the process by SIGTSTP or SIGTTOU until SIGCONT; returns whether it was stopped.

    Where no shell could bring us back, the system does not stop us. SIGTSTP stops everybody of our
    job, as the terminal's own key does: a shell waits for all of them.
    """
    continued: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        continued.append(number)

    before = signal.getsignal(number), signal.signal(signal.SIGCONT, note)
    try:
        if number is signal.SIGTSTP:
            signal.signal(number, signal.SIG_IGN)
            with suppress(OSError):
                os.killpg(0, number)
        signal.signal(number, signal.SIG_DFL)
        # For this thread alone, so that it does not go on before the process stops.
        signal.pthread_kill(threading.get_ident(), number)
    finally:
        signal.signal(number, before[0])
        signal.signal(signal.SIGCONT, before[1])
    return bool(continued)


def is_in_background(terminal: int) -> bool:
    """Whether the shell has given `terminal` to another job: who draws then draws over others."""
    try:
        return os.tcgetpgrp(terminal) != os.getpgrp()
    except OSError:
        # It is not the terminal of our session, which nobody gives away.
        return False
