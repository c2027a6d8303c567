"""A server that is no node: it hands every connection to a function, and leaves none behind."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class _Connections:
    """What was accepted, from the first moment on.

    The server of asyncio knows nothing of a connection before its handshake is done, and starts
    a task for it afterwards: a test that ends before that would leave the socket to the next one.
    """

    def __init__(self, serve: Serve, tls: ssl.SSLContext | None) -> None:
        self._serve = serve
        self._tls = tls
        self._accepted: list[socket.socket] = []
        self._transports: list[asyncio.Transport] = []
        self._tasks: list[asyncio.Task[None]] = []

    def accept(self, listener: socket.socket) -> None:
        """Take the connection that waits.

        Not by sock_accept, which may take one more while it is being cancelled.
        """
        accepted, _ = listener.accept()
        accepted.setblocking(False)
        self._accepted.append(accepted)
        self._tasks.append(asyncio.create_task(self._carry(accepted)))

    async def _carry(self, accepted: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        connected: list[asyncio.StreamWriter] = []
        # With a callback the protocol takes the side of the server.
        protocol = asyncio.StreamReaderProtocol(reader, lambda _, writer: connected.append(writer))
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            transport, _ = await loop.connect_accepted_socket(
                lambda: protocol, accepted, ssl=self._tls
            )
            self._transports.append(transport)
            (writer,) = connected
            try:
                await self._serve(reader, writer)
            finally:
                writer.close()

    async def close(self) -> list[BaseException]:
        """End what is being served, and close every connection at once; the faults there were."""
        for task in self._tasks:
            task.cancel()
        ends = await asyncio.gather(*self._tasks, return_exceptions=True)
        for transport in self._transports:
            transport.abort()
        # The loop closes a socket in its next turn, and that under TLS one turn later.
        for _ in range(3):
            await asyncio.sleep(0)
        for accepted in self._accepted:
            accepted.close()
        return [one for one in ends if one and not isinstance(one, asyncio.CancelledError)]


@asynccontextmanager
async def raw_server(
    serve: Serve, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[int]:
    """Let `serve` have every connection, and close it afterwards; yields the port.

    `serve` may also raise what a connection that breaks off raises. Leaving cancels it, and raises
    the first other fault it had.
    """
    connections = _Connections(serve, tls)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=100) as listener:
        listener.setblocking(False)
        loop = asyncio.get_running_loop()
        loop.add_reader(listener, connections.accept, listener)
        try:
            yield listener.getsockname()[1]
        finally:
            loop.remove_reader(listener)
            faults = await connections.close()
        for fault in faults:
            raise fault
