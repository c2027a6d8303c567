"""The program in a real pseudo-terminal, its screen read by pyte."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import re
import select
import shutil
import struct
import tempfile
import termios
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pyte

from pexdash.ui.framework.input.stage import TYPED_AT_ONCE
from pexdash.ui.framework.ordered_keys import PASTED_SECONDS
from tests.eventually import eventually
from tests.programs import PROGRAM, Running, fork, starts_anew
from tests.read_screen import ReadScreen

_TIOCGPTN = 0x80045430
"""Asks a pseudo-terminal for its number (Linux, ioctl_tty(2))."""
STILL_SECONDS = 0.2
"""How long a screen has to stay the same for a frame to be whole."""
END_SECONDS = 30.0
"""How long a program may take to end before it is said that it never did."""
AGAIN_SECONDS = 0.4
"""How long a key is given to show what it does, before it is typed again; sooner it is held."""


class Terminal:
    """A program on its own terminal; `raw` is every byte it has written."""

    def __init__(self, process: Running, master: int, size: tuple[int, int]):
        self.process = process
        self.raw = bytearray()
        self._master = master
        self._screen = ReadScreen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._closed = False
        self._lines: list[str] | None = None
        asyncio.get_running_loop().add_reader(master, self._read)

    def _read(self) -> None:
        try:
            written = os.read(self._master, 65536)
        except OSError:
            written = b""
        if not written:
            asyncio.get_running_loop().remove_reader(self._master)
            return
        self.raw += written
        self._lines = None
        # pyte takes private SGR-like replies (CSI > ... m) for colours; they draw nothing.
        self._stream.feed(re.sub(rb"\x1b\[[>=<][0-9;]*[a-zA-Z]", b"", written))

    @property
    def lines(self) -> list[str]:
        """The screen as text, line by line."""
        if self._lines is None:
            self._lines = self._screen.texts()
        return self._lines

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def line_with(self, text: str) -> str:
        """The first line that holds `text`, or ""."""
        return next((line for line in self.lines if text in line), "")

    def press(self, keys: str) -> None:
        """Type `keys`; a character of `surrogateescape` stands for a byte that is no UTF-8."""
        os.write(self._master, keys.encode("utf-8", "surrogateescape"))

    async def type(self, *several: str) -> None:
        """Type one after the other, each when the program has read the one before."""
        for keys in several:
            self.press(keys)
            await eventually(self._is_read, "what was typed read")
            if len(keys) > TYPED_AT_ONCE:
                # A key that comes at once is taken for more of the text.
                await asyncio.sleep(PASTED_SECONDS)

    def _is_read(self) -> bool:
        """Whether nothing waits for the program to read it."""
        number = struct.unpack("I", fcntl.ioctl(self._master, _TIOCGPTN, bytes(4)))[0]
        other_end = os.open(f"/dev/pts/{number}", os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            # Asking for a number of bytes would miss those that are still on their way.
            return not select.select([other_end], [], [], 0)[0]
        finally:
            os.close(other_end)

    async def press_until(self, keys: str, holds: Callable[[], bool]) -> None:
        """Type `keys` again until `holds()`: a new dialog is deaf for its first quarter second."""
        for _ in range(100):
            if holds() or self.process.returncode is not None:
                return
            self.press(keys)
            await asyncio.sleep(AGAIN_SECONDS)
        raise AssertionError(f"pressed {keys!r} a hundred times for nothing:\n{self.text}")

    def resize(self, columns: int, lines: int) -> None:
        """Change the size of the terminal, which tells the program by SIGWINCH."""
        self._screen.resize(lines, columns)
        self._lines = None
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def show_nothing(self) -> None:
        """Be another terminal, which has seen nothing of what was written."""
        self._screen.reset()
        self._lines = None

    def stop_reading(self) -> None:
        """Take nothing more from the program, as a stalled line does."""
        asyncio.get_running_loop().remove_reader(self._master)

    def go_on_reading(self) -> None:
        """Take what the program has to say again."""
        asyncio.get_running_loop().add_reader(self._master, self._read)

    def picture(self) -> list[list[tuple[str, ...]]]:
        """Every cell's character, colours and attributes; of a blank only what is seen of it."""
        return [
            [_look(self._screen.buffer[y][x]) for x in range(self._screen.columns)]
            for y in range(self._screen.lines)
        ]

    async def shows(self, *texts: str) -> None:
        """Wait until the screen holds all `texts`."""
        try:
            await eventually(lambda: all(text in self.text for text in texts))
        except AssertionError:
            raise AssertionError(f"the screen never showed {texts}:\n{self.text}") from None

    async def drawn(self) -> None:
        """Wait until a frame is there as a whole, not only the part of it that was read first."""
        seen, since = self.text, time.monotonic()

        def stands() -> bool:
            nonlocal seen, since
            if self.text != seen:
                seen, since = self.text, time.monotonic()
            return time.monotonic() - since > STILL_SECONDS

        await eventually(stands)

    async def hides(self, text: str) -> None:
        """Wait until the screen holds `text` no more."""
        await eventually(lambda: text not in self.text, f"{text} gone from\n{self.text}")

    async def status(self) -> int:
        """Wait for the end of the program; its exit status, negative for a signal."""
        async with asyncio.timeout(END_SECONDS):
            return await self.process.wait()

    def modes(self) -> list[Any]:
        """The terminal's modes, as tcgetattr has them."""
        return termios.tcgetattr(self._master)

    def hang_up(self) -> None:
        """Close the terminal, as a dropped connection does."""
        if not self._closed:
            self._closed = True
            asyncio.get_running_loop().remove_reader(self._master)
            os.close(self._master)


def _look(cell: Any) -> tuple[str, ...]:
    if cell.data == " " and not (cell.reverse or cell.underscore or cell.strikethrough):
        return " ", cell.bg
    shown = [
        name for name in ("bold", "reverse", "underscore", "strikethrough") if getattr(cell, name)
    ]
    return cell.data, cell.fg, cell.bg, *shown


def new_terminal_modes() -> list[Any]:
    """The modes of a terminal that no program has touched."""
    master, slave = pty.openpty()
    try:
        return termios.tcgetattr(master)
    finally:
        os.close(slave)
        os.close(master)


@asynccontextmanager
async def terminal(
    *arguments: str,
    size: tuple[int, int] = (120, 40),
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[Terminal]:
    """Run `pexdash` with `arguments` on a terminal of `size` columns and lines.

    It is executed where `environment` has what is read while it loads, and else forked.
    """
    home = tempfile.mkdtemp(prefix="pexdash-test-")
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = {
        **kept,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "XDG_STATE_HOME": f"{home}/state",
        "XDG_CONFIG_HOME": f"{home}/config",
        **(environment or {}),
    }
    running = (
        spawned(PROGRAM, *arguments, size=size, env=env)
        if starts_anew(environment or {})
        else forked(*arguments, size=size, env=env)
    )
    try:
        async with running as (process, master):
            shown = Terminal(process, master, size)
            try:
                yield shown
            finally:
                shown.hang_up()
    finally:
        shutil.rmtree(home)


@asynccontextmanager
async def spawned(
    *command: str | Path,
    size: tuple[int, int],
    env: Mapping[str, str],
    pixels: tuple[int, int] = (0, 0),
    controls: bool = True,
) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """Run `command` on a terminal of its own, killed at the end; gives it and the other end.

    The terminal has `size` columns and lines, and `pixels` in width and height. Unless it
    `controls` the process, nobody is sent a SIGHUP when it is gone.
    """
    master, slave = _opened(size, pixels)
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=dict(env),
        start_new_session=True,
        preexec_fn=_take_terminal if controls else None,
    )
    os.close(slave)
    async with _killed_at_the_end(process):
        yield process, master


@asynccontextmanager
async def forked(
    *arguments: str, size: tuple[int, int], env: Mapping[str, str], controls: bool = True
) -> AsyncIterator[tuple[Running, int]]:
    """As `spawned`, for `pexdash` with `arguments`, which is loaded already."""
    master, slave = _opened(size)
    streams = (slave, slave, slave)
    process = await fork(*arguments, environment=env, streams=streams, controls=controls)
    os.close(slave)
    async with _killed_at_the_end(process):
        yield process, master


def _opened(size: tuple[int, int], pixels: tuple[int, int] = (0, 0)) -> tuple[int, int]:
    """Both ends of a new terminal of that size."""
    master, slave = pty.openpty()
    window = struct.pack("HHHH", size[1], size[0], *pixels)
    fcntl.ioctl(slave, termios.TIOCSWINSZ, window)
    return master, slave


@asynccontextmanager
async def _killed_at_the_end(process: Running) -> AsyncIterator[None]:
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
