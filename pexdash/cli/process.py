"""Every switch that changes the whole process, with the reason for it.

Importing this module sets none of them. `pexdash.api` has two more, for programs that use that
package alone: it loads httpx without its command line, and keeps the logs of its libraries quiet.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG_OBJECTS = 50_000
"""How many new objects start a run of the garbage collector.

The program keeps nearly all objects that it makes while it starts. With Python's own limit of 700
the collector looks through them again and again, which takes a tenth of the time to the roster.
"""
STARTED_SECONDS = 2.0
"""After how long a start is over; the collector leaves objects from before alone for good."""
SWITCH_SECONDS = 0.0005
"""How long the thread that writes to the terminal waits for the interpreter while another thread
is busy; Python's own 5 ms are a third of a frame."""
PIN_VARIABLE = "PEXDASH_PIN"
COMPLETION_VARIABLE = "_PEXDASH_COMPLETE"
"""Set by a shell that asks what may be typed next."""
SERVED_VARIABLE = "_PEXDASH_SERVED"
"""Set where the screen is shown by a browser, which may be on another machine."""
# Read on import, because Textual takes NO_COLOR out of the environment.
COLOURS = "NO_COLOR" not in os.environ


def collect_rarely() -> None:
    """Run the garbage collector only after many new objects."""
    gc.set_threshold(YOUNG_OBJECTS)


def open_closed_streams() -> None:
    """Open closed standard streams on the null device, so that no socket gets their numbers."""
    if sys.__stdin__ is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
    if sys.__stdout__ is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if sys.__stderr__ is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def leave_no_core() -> None:
    """Have the system write no core file where we crash: it would hold the PIN and the token.

    Debuggers and /proc stay open to the user's own programs, which could as well read the terminal.
    """
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, most))


def want_many_files() -> None:
    """Allow this process as many open files as it may have: a wall has some for each conference."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        # Some systems tell of no limit, and yet refuse it.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def take_pin() -> str:
    """Take PEXDASH_PIN out of the environment, and return its value, "" for none.

    The programs that we start must not inherit it, and /proc must not show it. Every command calls
    this, whether it wants a PIN or not.
    """
    value = os.environ.get(PIN_VARIABLE, "")
    if value:
        _blank(PIN_VARIABLE)
    os.environ.pop(PIN_VARIABLE, None)
    return value


def _blank(name: str) -> None:
    """Overwrite the value of a variable where the system put it at the start of the process.

    To unset a variable takes it off a list only; /proc/PID/environ goes on to show the value.
    """
    # Imported here, because only who gives a PIN in this way has to wait for the import.
    import ctypes

    try:
        getenv = ctypes.CDLL(None).getenv
    except (OSError, TypeError, AttributeError):
        return  # Not a system with such memory: Windows.
    getenv.argtypes, getenv.restype = [ctypes.c_char_p], ctypes.c_void_p
    if address := getenv(os.fsencode(name)):
        ctypes.memset(address, 0, len(ctypes.string_at(address)))


def read_keys_from(terminal: int) -> None:
    """Make the descriptor `terminal` standard input, from which the framework reads keys."""
    os.dup2(terminal, sys.stdin.fileno())
    os.close(terminal)
    if sys.__stdin__ is None:
        # It was closed; the framework asks this name for the descriptor.
        sys.__stdin__ = sys.stdin  # type: ignore[misc, assignment]


def give_up_streams() -> None:
    """Send the rest of the output to the null device, because the terminal is gone.

    Otherwise the interpreter tries to write it again as it ends, fails, and sets the exit status.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def want_no_animations() -> None:
    """Turn Textual's animations off, because they send bytes over a line that may be slow.

    Call this before the first import of Textual, which reads the switch.
    """
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")


def want_colours(wanted: bool) -> None:
    """Set whether the next app has colours.

    Each new Textual app reads the switch from the environment and removes it there.
    """
    if not wanted:
        os.environ["NO_COLOR"] = "1"


@contextmanager
def quick_screen() -> Iterator[None]:
    """Set the process up, within the block, for a screen that answers at once."""
    with _no_garbage_at_the_start(), quick_switches():
        yield


@contextmanager
def _no_garbage_at_the_start() -> Iterator[None]:
    """Turn the garbage collector off until the start is over, and exempt the objects made so far.

    The program keeps nearly all of these objects. Looking through them takes a tenth of the time
    to the roster, and later 50 ms in which no key is answered.
    """
    # Imported here, so that commands without a loop do not wait for the import.
    import asyncio

    def begin() -> None:
        gc.freeze()
        gc.enable()

    gc.disable()
    started = asyncio.get_running_loop().call_later(STARTED_SECONDS, begin)
    try:
        yield
    finally:
        # After a failed join the start may not be over: its objects are garbage then.
        started.cancel()
        gc.enable()


@contextmanager
def quick_switches() -> Iterator[None]:
    """Within the block, let a waiting thread run after less than a frame."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
