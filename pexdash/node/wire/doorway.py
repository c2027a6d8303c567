"""Where connections come in: as many as the system has descriptors for."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import time
from collections.abc import Callable

_EXHAUSTED = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM))
_AT_ONCE = 64
"""How many are let in before everything else gets its turn."""
_SAID_FOR_SECONDS = 60.0
"""How long it is not said again that descriptors have run out."""


class Doorway:
    """Gives each connection of `listener` a protocol of `welcome`.

    Where there is no descriptor left it says so by `warn`, once a minute at most, and lets nobody
    in for `pause_seconds`.
    """

    def __init__(
        self,
        listener: socket.socket,
        welcome: Callable[[], asyncio.Protocol],
        pause_seconds: float,
        warn: Callable[[str], None],
    ) -> None:
        self._listener = listener
        self._welcome = welcome
        self._pause_seconds = pause_seconds
        self._warn = warn
        self._said_at = -_SAID_FOR_SECONDS
        self._entering: set[asyncio.Task[None]] = set()
        self._accepting = asyncio.create_task(self._accept())

    async def close(self) -> None:
        """Let nobody in any more, and refuse who asks."""
        running = (self._accepting, *self._entering)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._listener.close()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                for _ in range(_AT_ONCE):
                    connection, _ = await loop.sock_accept(self._listener)
                    self._let_in(connection)
                await asyncio.sleep(0)
            except OSError as fault:
                # Anything else is the end of a connection that was not even taken yet.
                if fault.errno in _EXHAUSTED:
                    self._say(fault.errno)
                    await asyncio.sleep(self._pause_seconds)

    def _let_in(self, connection: socket.socket) -> None:
        task = asyncio.create_task(self._enter(connection))
        self._entering.add(task)
        task.add_done_callback(self._entering.discard)

    async def _enter(self, connection: socket.socket) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(self._welcome, connection)
        except OSError:
            connection.close()
        except asyncio.CancelledError:
            connection.close()
            raise

    def _say(self, number: int) -> None:
        now = time.monotonic()
        if now - self._said_at >= _SAID_FOR_SECONDS:
            self._said_at = now
            self._warn(f"no further connection can be taken for now: {os.strerror(number)}")
