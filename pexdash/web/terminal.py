"""A program on a pseudo-terminal of its own, so that nothing in it knows of the browser."""

from __future__ import annotations

import asyncio
import fcntl
import os
import struct
import sys
import termios
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

END_SECONDS = 15.0
"""How long a program may take to leave once its terminal is gone; then it is killed."""
MOST_CELLS = 1000
"""The most columns, or lines, that a terminal of ours has."""
_READ_BYTES = 64 * 1024
# The terminal becomes the program's own, so that the system hangs up on it when we are gone,
# however that comes about; a hang-up that we were told to ignore (nohup) is not to be ignored.
_IN_ITS_TERMINAL = """
import fcntl, runpy, signal, sys, termios
signal.signal(signal.SIGHUP, signal.SIG_DFL)
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
del sys.argv[0]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


class Terminal:
    """A module of Python that runs on a terminal; `start` makes one."""

    def __init__(self, process: asyncio.subprocess.Process, master: int) -> None:
        self._process = process
        self._master = master
        self._loop = asyncio.get_running_loop()

    @classmethod
    async def start(
        cls,
        module: str,
        words: Sequence[str],
        environment: Mapping[str, str],
        size: tuple[int, int],
    ) -> Terminal:
        """Run `module` with these words on a terminal of `size` columns and lines."""
        master, slave = os.openpty()
        try:
            os.set_blocking(master, False)
            _set_size(master, *size)
            # What lies in the current directory is not to be taken for a module of ours (-P).
            command = (sys.executable, "-P", "-c", _IN_ITS_TERMINAL, module, *words)
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env=environment,
                start_new_session=True,
            )
        except BaseException:
            os.close(master)
            raise
        finally:
            os.close(slave)
        return cls(process, master)

    async def read(self) -> bytes:
        """What the program has written; b"" once it has ended."""
        while True:
            await self._turn(self._loop.add_reader, self._loop.remove_reader)
            try:
                return os.read(self._master, _READ_BYTES)
            except BlockingIOError:
                continue
            except OSError:
                # Linux says EIO where the last one has closed the other end.
                return b""

    async def write(self, data: bytes) -> None:
        """Type `data`; waits while the program takes no more."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._master, rest) :]
            except BlockingIOError:
                await self._turn(self._loop.add_writer, self._loop.remove_writer)
            except OSError:
                return

    def resize(self, columns: int, lines: int) -> None:
        """Change the size, of which the system tells the program."""
        _set_size(self._master, columns, lines)

    async def hang_up(self) -> None:
        """Take the terminal away, and wait for the program to have left; nothing reads any more."""
        os.close(self._master)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(END_SECONDS):
                    await self._process.wait()
        finally:
            if self._process.returncode is None:
                with suppress(ProcessLookupError):
                    self._process.kill()
                await self._process.wait()

    async def _turn(self, watch: Callable[..., None], forget: Callable[[int], object]) -> None:
        """Wait until the system says that it is our turn to read, or to write."""
        turn = self._loop.create_future()
        watch(self._master, _come, turn)
        try:
            await turn
        finally:
            forget(self._master)


def _come(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)


def _set_size(terminal: int, columns: int, lines: int) -> None:
    shown = (max(1, min(number, MOST_CELLS)) for number in (lines, columns))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *shown, 0, 0))
