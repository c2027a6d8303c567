"""The bytes that reach a real pseudo-terminal."""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
import struct
import sys
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.eventually import eventually
from tests.terminal.pseudo_terminal import spawned

COLUMNS, LINES, CELL_WIDTH, CELL_HEIGHT = 60, 20, 9, 18


class Screen:
    """The app's terminal: every byte it wrote, and the keys for it."""

    def __init__(self, process: asyncio.subprocess.Process, master: int) -> None:
        self.process = process
        self.raw = bytearray()
        self._master = master
        asyncio.get_running_loop().add_reader(master, self._read)

    def _read(self) -> None:
        try:
            written = os.read(self._master, 65536)
        except OSError:
            written = b""
        if not written:
            asyncio.get_running_loop().remove_reader(self._master)
        self.raw += written

    def press(self, key: str) -> None:
        os.write(self._master, key.encode())

    def resize(self, columns: int, lines: int) -> None:
        set_size(self._master, columns, lines)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._master)
        os.close(self._master)

    def sent(self) -> list[bytes]:
        """The numbers of the kitty pictures sent, in order."""
        return re.findall(rb"\x1b_Ga=T,[^;]*i=(\d+)", self.raw)

    def deleted(self) -> list[bytes]:
        return re.findall(rb"\x1b_Ga=d,d=I,i=(\d+)", self.raw)

    def sixels(self) -> list[bytes]:
        return re.findall(rb"\x1b7\x1b\[\d+;\d+H\x1bP0;1;0q[^\x1b]*\x1b\\\x1b8", self.raw)


def set_size(terminal: int, columns: int, lines: int) -> None:
    pixels = (columns * CELL_WIDTH, lines * CELL_HEIGHT)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, *pixels))


@asynccontextmanager
async def exhibition(drawing: str) -> AsyncIterator[Screen]:
    program = (sys.executable, "-m", "tests.ui.pictures.terminal_app")
    env = {
        "PATH": os.environ["PATH"],
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "PEXDASH_PICTURES": drawing,
    }
    size, pixels = (COLUMNS, LINES), (COLUMNS * CELL_WIDTH, LINES * CELL_HEIGHT)
    async with spawned(*program, size=size, pixels=pixels, env=env) as (process, master):
        screen = Screen(process, master)
        try:
            yield screen
        finally:
            screen.close()


async def test_kitty_graphics_come_and_go_with_the_widget() -> None:
    async with exhibition("kitty") as screen:
        await eventually(lambda: len(screen.sent()) == 1, "the picture")
        place = re.search(rb"\x1b7\x1b\[(\d+);(\d+)H\x1b_G[^;]*c=(\d+),r=(\d+)", screen.raw)
        assert place
        row, column, columns, rows = (int(part) for part in place.groups())
        # Square, centred: 20 lines of 18 pixels are as high as 40 columns of 9 are wide.
        assert (row, column, columns, rows) == (1, 11, 40, 20)
        assert "▀".encode() not in screen.raw

        screen.press("n")
        await eventually(lambda: len(screen.sent()) == 2, "the next picture")
        assert screen.deleted() == screen.sent()[:1]

        screen.press("w")
        await eventually(lambda: screen.deleted() == screen.sent()[:2], "gone under the window")
        await eventually(lambda: "▀".encode() in screen.raw, "half blocks under the window")
        screen.press("x")
        await eventually(lambda: len(screen.sent()) == 3, "back again")

        screen.resize(40, 10)
        await eventually(lambda: len(screen.sent()) == 4, "after the resize")
        assert b"c=20,r=10" in screen.raw
        screen.press("q")
        async with asyncio.timeout(10):
            assert await screen.process.wait() == 0
        await eventually(lambda: screen.deleted() == screen.sent(), "all deleted at the end")


async def test_sixels_are_whole_and_painted_over() -> None:
    async with exhibition("sixel") as screen:
        await eventually(lambda: len(screen.sixels()) == 1, "the picture")
        assert b'"1;1;342;342' in screen.sixels()[0]
        screen.press("w")
        await eventually(lambda: "▀".encode() in screen.raw, "half blocks under the window")
        screen.press("x")
        await eventually(lambda: len(screen.sixels()) >= 2, "back again")
        screen.press("q")
        async with asyncio.timeout(10):
            assert await screen.process.wait() == 0
        assert screen.raw.count(b"\x1bP0;1;0q") == len(screen.sixels())


async def test_half_blocks_are_characters_alone() -> None:
    async with exhibition("blocks") as screen:
        await eventually(lambda: screen.raw.count("▀".encode()) >= 40 * 20, "the blocks")
        assert b"38;2;255;0;0;48;2;255;0;0m" in screen.raw
        assert b"\x1b_G" not in screen.raw
        assert b"\x1bP0;1" not in screen.raw
