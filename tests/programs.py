"""Starts `pexdash` as the installed command does, but without loading it anew each time.

A fork of a process that has loaded it takes some milliseconds, where the command takes half a
second of CPU time. What is decided while Python starts or while it loads, by an option or by the
environment, is the same for all forks: `starts_anew` tells for which environment that will not do.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from tests.preloaded import RUNS, Start, Streams, ask

ROOT = Path(__file__).parent.parent
PROGRAM = Path(sys.executable).with_name("pexdash")
"""The installed command."""
READ_EARLY = re.compile(r"(PYTHON|LANG|LC_|TEXTUAL|PILLOW_)\w*|NO_COLOR|TERM_PROGRAM|ESCDELAY")
"""The variables that have been read when the first line of `main` runs."""


class Running(Protocol):
    """What a test may do with a program, however it was started."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...
    @property
    def stdin(self) -> asyncio.StreamWriter | None: ...
    @property
    def stdout(self) -> asyncio.StreamReader | None: ...
    async def wait(self) -> int: ...
    async def communicate(self, input: bytes | None = None) -> tuple[bytes, bytes]: ...
    def send_signal(self, signal: int) -> None: ...
    def kill(self) -> None: ...


def starts_anew(given: Mapping[str, str]) -> bool:
    """Whether one of these variables has been read before a fork could be given it."""
    return any(READ_EARLY.fullmatch(name) for name in given)


class Preloaded:
    """The process that is forked, of which each process that tests has one; see tests.preloaded."""

    _one: Preloaded | None = None

    def __init__(self) -> None:
        self.control, its_end = socket.socketpair()
        with its_end:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.preloaded", str(its_end.fileno())],
                pass_fds=[its_end.fileno()],
                stdin=subprocess.DEVNULL,
                cwd=ROOT,
                env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "TZ": "UTC"},
                # An interrupt of the tests is none of its own: it ends when they do.
                start_new_session=True,
            )

    @classmethod
    def one(cls) -> Preloaded:
        """The one of this process."""
        if cls._one is None:
            cls._one = cls()
        return cls._one

    @classmethod
    def end(cls) -> None:
        """Have it end, and with it whatever it has started."""
        if cls._one is not None:
            cls._one.control.close()
            cls._one._process.wait()
            cls._one = None


class Forked:
    """A fork that runs, or has run; with what asyncio's Process has."""

    def __init__(self, told: int):
        loop = asyncio.get_running_loop()
        self.pid = 0
        self.returncode: int | None = None
        self.stdin: asyncio.StreamWriter | None = None
        self.stdout: asyncio.StreamReader | None = None
        self.stderr: asyncio.StreamReader | None = None
        self.runs = asyncio.Event()
        self._has_ended = asyncio.Event()
        self._told, self._unread = told, ""
        loop.add_reader(told, self._read)

    def _read(self) -> None:
        """Take its number, and later its exit status, which nobody tells where all is killed."""
        told = os.read(self._told, 100)
        self._unread += told.decode()
        *lines, self._unread = self._unread.split("\n")
        for what, number in map(str.split, lines):
            if what == RUNS:
                self.pid = int(number)
            else:
                self.returncode = int(number)
        if not told or self.returncode is not None:
            asyncio.get_running_loop().remove_reader(self._told)
            os.close(self._told)
            self._has_ended.set()
        self.runs.set()

    async def wait(self) -> int:
        """Its exit status once it has ended; negative for a signal."""
        await self._has_ended.wait()
        assert self.returncode is not None, "what it was forked from is gone"
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal; raises ProcessLookupError where it has ended."""
        if self.returncode is not None:
            raise ProcessLookupError
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def communicate(self, input: bytes | None = None) -> tuple[bytes, bytes]:
        """Give it this and nothing more; all that it writes until it ends."""

        async def give() -> None:
            if self.stdin is not None:
                # It may not want to read it.
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.stdin.write(input or b"")
                    await self.stdin.drain()
                self.stdin.close()

        async def taken(stream: asyncio.StreamReader | None) -> bytes:
            return await stream.read() if stream is not None else b""

        _, out, err = await asyncio.gather(give(), taken(self.stdout), taken(self.stderr))
        await self.wait()
        return out, err


async def fork(
    *arguments: str,
    environment: Mapping[str, str],
    streams: tuple[int, int, int],
    controls: bool = False,
) -> Forked:
    """Run `pexdash` with `arguments` in a new session, on descriptors that stay the caller's.

    Where it `controls`, the first is the terminal of that session.
    """
    told, tell = os.pipe()
    start = Start([str(PROGRAM), *arguments], dict(environment), os.getcwd(), controls)
    ask(Preloaded.one().control, start, Streams(*streams, tell))
    os.close(tell)
    forked = Forked(told)
    await forked.runs.wait()
    assert forked.pid, "it never came to run: standard error tells why"
    return forked


async def fork_on_pipes(
    *arguments: str, environment: Mapping[str, str], stdout: int | None = None
) -> Forked:
    """Run `pexdash` without a terminal, on pipes; `stdout` is a descriptor to use instead."""
    given, stdin = os.pipe()
    out, its_out = os.pipe() if stdout is None else (None, os.dup(stdout))
    err, its_err = os.pipe()
    streams = (given, its_out, its_err)
    try:
        forked = await fork(*arguments, environment=environment, streams=streams)
    finally:
        for one in streams:
            os.close(one)
    forked.stdin, forked.stderr = await _written(stdin), await _read(err)
    forked.stdout = None if out is None else await _read(out)
    return forked


async def _read(descriptor: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0)
    )
    return reader


async def _written(descriptor: int) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()),
        os.fdopen(descriptor, "wb", 0),
    )
    return asyncio.StreamWriter(transport, protocol, None, loop)
