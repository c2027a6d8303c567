"""Every switch that changes the whole process, in one place, and why each is set.

None is set by the mere import of a module. Two more stand in `pexdash.api`, for whoever uses that
alone: httpx is loaded without its command line, and the libraries it logs with are kept quiet.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG_OBJECTS = 50_000
"""How many new objects the collector of cycles waits for.

Nearly all that a start makes is kept: Python's own 700 have it looked through again and again, for
a tenth of the time to the roster.
"""
STARTED_SECONDS = 2.0
"""After how long a start is over, and what it has made is kept for good."""
SWITCH_SECONDS = 0.0005
"""How long the thread that writes waits for the processor while the program is busy; Python's 5 ms
would be a third of a frame."""
# Textual takes NO_COLOR out of the environment, so it is read before.
COLOURS = "NO_COLOR" not in os.environ


def collect_rarely() -> None:
    """Look for cycles of objects only where there are many new ones."""
    gc.set_threshold(YOUNG_OBJECTS)


def open_closed_streams() -> None:
    """Open standard streams that are closed on nothing; else a connection gets their number."""
    if sys.__stdin__ is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
    if sys.__stdout__ is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if sys.__stderr__ is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def give_up_streams() -> None:
    """Have what is still to be written go nowhere: the terminal is gone.

    The interpreter would try once more at its end, and leave with a status of its own.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def want_no_animations() -> None:
    """Have Textual animate nothing: animations are bytes on a line that may be slow.

    It reads this when it is imported.
    """
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")


def want_colours(wanted: bool) -> None:
    """Tell the next app whether there are colours.

    Textual looks for it in the environment when an app is made, and takes it away from the next.
    """
    if not wanted:
        os.environ["NO_COLOR"] = "1"


@contextmanager
def quick_screen() -> Iterator[None]:
    """Within the block the process is set up for a screen that answers at once."""
    with _no_garbage_at_the_start(), quick_switches():
        yield


@contextmanager
def _no_garbage_at_the_start() -> Iterator[None]:
    """Look for cycles of objects only once a start is over, and never among those it has made.

    Nearly all of them are kept: to look through them takes a tenth of the time to the roster, and
    later 50 ms in which no key is answered.
    """
    # Commands that need no loop do not wait for it.
    import asyncio

    def begin() -> None:
        gc.freeze()
        gc.enable()

    gc.disable()
    started = asyncio.get_running_loop().call_later(STARTED_SECONDS, begin)
    try:
        yield
    finally:
        # What a try that failed has left is garbage like any other.
        started.cancel()
        gc.enable()


@contextmanager
def quick_switches() -> Iterator[None]:
    """Have a thread that waits for the processor wait for less than a frame."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
