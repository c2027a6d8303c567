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
        self._entering: dict[asyncio.Task[object], socket.socket] = {}
        self._loop = asyncio.get_running_loop()
        self._pause: asyncio.TimerHandle | None = None
        self._open()

    async def close(self) -> None:
        """Let nobody in any more, and refuse who asks."""
        self._loop.remove_reader(self._listener)
        if self._pause is not None:
            self._pause.cancel()
        entering = dict(self._entering)
        for task in entering:
            task.cancel()
        await asyncio.gather(*entering, return_exceptions=True)
        for connection in entering.values():
            connection.close()
        self._listener.close()

    def _open(self) -> None:
        # Not sock_accept: cancelled, it may take one more connection, which then belongs to nobody.
        self._loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                connection, _ = self._listener.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError as fault:
                # Anything else is the end of a connection that was not even taken yet.
                if fault.errno not in _EXHAUSTED:
                    continue
                self._say(fault.errno)
                self._loop.remove_reader(self._listener)
                self._pause = self._loop.call_later(self._pause_seconds, self._open)
                return
            connection.setblocking(False)
            self._let_in(connection)

    def _let_in(self, connection: socket.socket) -> None:
        task: asyncio.Task[object] = asyncio.create_task(self._enter(connection))
        self._entering[task] = connection
        task.add_done_callback(lambda done: self._entering.pop(done, None))

    async def _enter(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._welcome, connection)
        except OSError:
            connection.close()

    def _say(self, number: int) -> None:
        now = time.monotonic()
        if now - self._said_at >= _SAID_FOR_SECONDS:
            self._said_at = now
            self._warn(f"no further connection can be taken for now: {os.strerror(number)}")
