"""Writes to the descriptor of standard output, without Python's buffer."""

from __future__ import annotations

import asyncio
import queue
import sys
import threading
from collections.abc import Callable

from pexdash.errors import PexdashError, UsageFault
from pexdash.files import write_all

BACKLOG_BYTES = 16 * 1024 * 1024
"""How much waits for a slow reader before later lines are left out: some 10,000 events."""
LAST_WORDS_SECONDS = 2.0
"""How long `close` waits for the reader to take the last lines."""


def stdout_descriptor() -> int:
    """The descriptor of standard output; raises UsageFault where standard output is closed.

    The number 1 is no safe answer: after a close, another file may have that number.
    """
    if sys.__stdout__ is None:
        raise UsageFault("standard output is closed")
    return sys.__stdout__.fileno()


def print_bytes(data: bytes) -> None:
    """Write `data` to standard output; a reader that has gone away is no error.

    Raises PexdashError where the write fails for another reason.
    """
    try:
        write_all(stdout_descriptor(), data)
    except BrokenPipeError:
        pass
    except OSError as fault:
        raise _unwritable(fault) from fault


class LineWriter:
    """Writes lines from a thread of its own, so that a slow reader holds up nothing else.

    `ended` is done once the thread writes no more: after `close`, after the reader has gone away,
    or after the error in `fault`. Up to 16 MiB wait for a slow reader. The writer leaves later
    lines out, and calls `say` with a sentence about them.
    """

    def __init__(
        self, descriptor: int, *, say: Callable[[str], None], encoding: str = "utf-8"
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._descriptor = descriptor
        self._say = say
        self._encoding = encoding
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._left_out = 0
        self._queued = 0
        self._written = 0
        self.ended: asyncio.Future[None] = self._loop.create_future()
        self.fault: PexdashError | None = None
        # A daemon, because the process must end even if the reader never reads.
        threading.Thread(target=self._run, daemon=True).start()

    def line(self, text: str) -> None:
        """Queue one line for the reader, or leave it out while too many lines wait."""
        line = f"{text}\n".encode(self._encoding, "replace")
        waiting = self._queued - self._written
        if waiting and waiting + len(line) > BACKLOG_BYTES:
            if not self._left_out:
                self._say("standard output is not read: events are left out")
            self._left_out += 1
            return
        self._tell_left_out()
        self._queued += len(line)
        self._lines.put(line)

    async def close(self) -> None:
        """Write the waiting lines, for two seconds at most, and tell what was left out."""
        self._tell_left_out()
        self._lines.put(None)
        await asyncio.wait({self.ended}, timeout=LAST_WORDS_SECONDS)

    def _tell_left_out(self) -> None:
        if self._left_out:
            self._say(f"{self._left_out} events were left out")
            self._left_out = 0

    def _run(self) -> None:
        try:
            while (data := self._lines.get()) is not None:
                write_all(self._descriptor, data)
                # Of this thread alone; the other one reads it.
                self._written += len(data)
        except BrokenPipeError:
            pass
        except OSError as fault:
            self.fault = _unwritable(fault)
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


def _unwritable(fault: OSError) -> PexdashError:
    return PexdashError(f"standard output cannot be written: {fault.strerror}")
