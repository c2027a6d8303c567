"""A terminal that is nobody's controlling one: whoever runs on it is sent no SIGHUP."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import struct
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.terminal.pseudo_terminal import Terminal


@asynccontextmanager
async def uncontrolled(
    *command: str | Path, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Terminal]:
    """Run `command` on such a terminal of `size` columns and lines."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8"},
    )
    os.close(slave)
    shown = Terminal(process, master, size)
    try:
        yield shown
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        shown.hang_up()
