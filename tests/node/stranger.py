"""Somebody who speaks to the node as no client would: bytes on a bare connection."""

from __future__ import annotations

import asyncio
import socket
from types import TracebackType

from pexdash.node.server import EmbeddedNode
from tests.node.client import PATH, PATIENCE

SMALL_BUFFER = 4096


class Stranger:
    """A connection that says what it likes; the system keeps little of what it does not read."""

    def __init__(self, node: EmbeddedNode) -> None:
        host, _, port = node.url.rpartition("/")[2].rpartition(":")
        self._address = (host, int(port))
        self._socket = socket.socket()
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)

    async def __aenter__(self) -> Stranger:
        await asyncio.get_running_loop().sock_connect(self._socket, self._address)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._socket.close()

    async def say(self, data: bytes) -> None:
        """Send bytes as they are."""
        await asyncio.wait_for(
            asyncio.get_running_loop().sock_sendall(self._socket, data), PATIENCE
        )

    async def say_on(self, data: bytes) -> None:
        """Send bytes again and again, until nobody takes them any more."""
        for _ in range(100_000):
            await self.say(data)

    async def ask(self, name: str, token: str = "", method: str = "GET", body: bytes = b"") -> None:
        """Send a whole request, and read nothing."""
        head = f"{method} {PATH}{name} HTTP/1.1\r\nhost: localhost\r\ntoken: {token}\r\n"
        await self.say(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)

    async def until(self, text: bytes) -> bytes:
        """Read up to some text; all that was read."""
        seen = b""
        while text not in seen:
            piece = await self._read()
            assert piece, seen
            seen += piece
        return seen

    async def rest(self) -> bytes:
        """Read until the node closes the connection, or resets it."""
        seen = b""
        try:
            while piece := await self._read():
                seen += piece
        except ConnectionError:
            pass
        return seen

    async def _read(self) -> bytes:
        loop = asyncio.get_running_loop()
        return await asyncio.wait_for(loop.sock_recv(self._socket, 1 << 16), PATIENCE)


def status_of(answer: bytes) -> int:
    """The status of an answer as it came; 0 where there was none."""
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0
