"""Takes up the faults that nobody catches: in other threads, and in callbacks of the event loop."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from pexdash.crash import is_ours


@contextmanager
def failing_by_loose_faults(fail: Callable[[Exception], object]) -> Iterator[None]:
    """Within the block, call `fail` on the loop with each fault that nobody has caught.

    Without this a thread that draws or reads would end in silence, and leave a screen that shows
    nothing, or keys that do nothing. A terminal that vanished is no fault: it hangs us up
    (SIGHUP). Of the loop's callbacks only those of our own count, the others are logged as ever.
    """
    loop = asyncio.get_running_loop()
    before = threading.excepthook, loop.get_exception_handler()

    def in_a_thread(found: threading.ExceptHookArgs) -> None:
        fault = found.exc_value
        if isinstance(fault, OSError) and fault.errno == errno.EIO:
            os.kill(os.getpid(), signal.SIGHUP)
        elif isinstance(fault, Exception):
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(fail, fault)

    def in_the_loop(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        fault = context.get("exception")
        if "handle" in context and isinstance(fault, Exception) and is_ours(fault):
            fail(fault)
        else:
            loop.default_exception_handler(context)

    threading.excepthook = in_a_thread
    loop.set_exception_handler(in_the_loop)
    try:
        yield
    finally:
        threading.excepthook, handler = before
        loop.set_exception_handler(handler)
