"""Ways to write to a connection and to end it that HTTP does not know."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from enum import Enum
from http import HTTPStatus

from starlette.types import Message

Header = tuple[bytes, bytes]

_AT_ONCE = struct.pack("ii", 1, 0)
_TORN_CHUNK = b"1000\r\nevent: "


class ConnectionEnd(Enum):
    """How a connection that carries an answer may end."""

    CLEAN = "the answer ends as HTTP has it"
    FIN = "closed in good order, the answer unfinished"
    TORN_CHUNK = "closed within a chunk that was announced to be longer"
    RESET = "reset (RST)"


def reset(transport: asyncio.Transport) -> None:
    """Reset a connection (RST), so that the other side reads no ordinary end."""
    connection = transport.get_extra_info("socket")
    if connection is not None and not transport.is_closing():
        # The loop may have closed it in this moment.
        with suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    transport.abort()


def end(transport: asyncio.Transport, ending: ConnectionEnd) -> None:
    """End a connection in any way but CLEAN, which is left to HTTP."""
    if ending is ConnectionEnd.RESET:
        reset(transport)
        return
    if ending is ConnectionEnd.TORN_CHUNK and not transport.is_closing():
        transport.write(_TORN_CHUNK)
    transport.close()


def last_head(status: int, headers: Iterable[Header]) -> bytes:
    """The head of an answer with which its connection ends."""
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode(),
        *(b"%b: %b" % header for header in headers),
        b"connection: close",
    ]
    return b"\r\n".join([*lines, b"", b""])


class BareSend:
    """An ASGI `send` that writes to the connection itself, and closes it after the answer.

    The answer has neither length nor chunks, so that it ends with the connection. With `drip` it is
    written byte by byte, head first, with so many seconds between two bytes; `pause` waits them.
    The caller waits for the end of the connection before the application returns.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        *,
        drip: float | None = None,
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self._transport = transport
        self._drip = drip
        self._pause = pause

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = message.get("headers", ())
            unframed = [one for one in headers if one[0].lower() != b"content-length"]
            await self._write(last_head(message["status"], unframed))
            return
        await self._write(message.get("body", b""))
        if not message.get("more_body", False):
            self._transport.close()

    async def _write(self, data: bytes) -> None:
        if self._drip is None:
            if not self._transport.is_closing():
                self._transport.write(data)
            return
        for at in range(len(data)):
            if self._transport.is_closing():
                return
            self._transport.write(data[at : at + 1])
            await self._pause(self._drip)
