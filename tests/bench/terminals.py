"""A program on a real pseudo-terminal: what it writes, when, and how fast that is read."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import re
import struct
import termios
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from tests.bench.processes import ROOT, cpu_seconds, die_with_parent, end, environment, home

SIZE = (200, 50)
PATIENCE_SECONDS = 60.0
_SYNC_QUESTION = b"\x1b[?2026$p"
_SYNC_ANSWER = b"\x1b[?2026;2$y"


class Terminal:
    """A program's terminal; `chunks` are the bytes read and the monotonic time of each reading.

    It answers the question for synchronized output as today's terminals do. With `bytes_a_second`
    it reads no faster than that, as a slow line would.
    """

    def __init__(self, process: asyncio.subprocess.Process, master: int, started: float) -> None:
        self.process = process
        self.started = started
        self.chunks: list[tuple[float, bytes]] = []
        self.total = 0
        self._master = master
        self._tail = b""
        self._slowly: asyncio.Task[None] | None = None
        asyncio.get_running_loop().add_reader(master, self._read)

    def _read(self, most: int = 65536) -> None:
        try:
            written = os.read(self._master, most)
        except BlockingIOError:
            return
        except OSError:
            written = b""
        if not written:
            asyncio.get_running_loop().remove_reader(self._master)
            return
        self.chunks.append((time.monotonic(), written))
        self.total += len(written)
        if _SYNC_QUESTION in self._tail + written:
            self.press(_SYNC_ANSWER)
            self._tail = b""
        else:
            self._tail = written[-len(_SYNC_QUESTION) :]

    def read_slowly(self, bytes_a_second: int) -> None:
        """Read no faster than that from now on."""
        asyncio.get_running_loop().remove_reader(self._master)
        os.set_blocking(self._master, False)
        self._slowly = asyncio.create_task(self._trickle(bytes_a_second))

    async def _trickle(self, bytes_a_second: int) -> None:
        step = 0.02
        due = time.monotonic()
        while True:
            self._read(int(bytes_a_second * step))
            due += step
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    def press(self, keys: bytes) -> float:
        """Type; when."""
        os.write(self._master, keys)
        return time.monotonic()

    def seen(self, text: bytes, since: int = 0) -> float | None:
        """When `text` was first read in the chunks from `since` on; None if it was not."""
        joined = b""
        for at, written in self.chunks[since:]:
            joined = joined[-len(text) :] + written
            if text in joined:
                return at
        return None

    async def shows(self, text: str, since: int = 0, seconds: float = PATIENCE_SECONDS) -> float:
        """Wait until `text` was written in one piece; when it was read."""
        deadline = time.monotonic() + seconds
        wanted, looked, tail = text.encode(), since, b""
        while time.monotonic() < deadline:
            while looked < len(self.chunks):
                at, written = self.chunks[looked]
                looked += 1
                if wanted in tail + written:
                    return at
                tail = (tail + written)[-len(wanted) :]
            if self.process.returncode is not None:
                raise RuntimeError(f"ended with {self.process.returncode}: {self.last_words()}")
            await asyncio.sleep(0.001)
        raise TimeoutError(f"{text!r} was never shown: {self.last_words()}")

    async def quiet(self, seconds: float = 0.3) -> None:
        """Wait until nothing has been written for so long."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if self.chunks and time.monotonic() - self.chunks[-1][0] >= seconds:
                return
            await asyncio.sleep(0.02)
        raise TimeoutError("the program never stopped writing")

    async def usage(self, seconds: float) -> tuple[float, float]:
        """Bytes a second and per cent of a core for so long."""
        began, written, used = time.monotonic(), self.total, cpu_seconds(self.process.pid)
        await asyncio.sleep(seconds)
        took = time.monotonic() - began
        return (
            (self.total - written) / took,
            (cpu_seconds(self.process.pid) - used) / took * 100,
        )

    def last_words(self) -> str:
        """The end of what was written, without control sequences."""
        text = b"".join(written for _, written in self.chunks[-5:]).decode("utf-8", "replace")
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)[-600:]

    def hang_up(self) -> None:
        """Close the terminal."""
        if self._slowly is not None:
            self._slowly.cancel()
        asyncio.get_running_loop().remove_reader(self._master)
        os.close(self._master)


@asynccontextmanager
async def terminal(
    *command: str,
    size: tuple[int, int] = SIZE,
    more: Mapping[str, str] | None = None,
) -> AsyncIterator[Terminal]:
    """Run a command on a terminal of `size` columns and lines; killed at the end of the block."""
    async with home() as folder:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        started = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment(folder, more),
            start_new_session=True,
            preexec_fn=_own_terminal,
        )
        os.close(slave)
        shown = Terminal(process, master, started)
        try:
            yield shown
        finally:
            await end(process)
            shown.hang_up()


def _own_terminal() -> None:
    die_with_parent()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
