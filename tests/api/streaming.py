"""A client of event streams alone, and servers that send them in pieces."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import httpx

from pexdash.api.http.direct_transport import DirectTransport
from pexdash.api.http.socket_options import SocketOption
from tests.api.broken_server import Answer, BrokenServer
from tests.eventually import a_moment

EVENTS = {"accept": "text/event-stream"}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@asynccontextmanager
async def client(
    tls: ssl.SSLContext | None = None, *, socket_options: Sequence[SocketOption] = ()
) -> AsyncIterator[httpx.AsyncClient]:
    transport = DirectTransport(tls, socket_options)
    async with httpx.AsyncClient(transport=transport, timeout=httpx.Timeout(None)) as opened:
        yield opened


def url_of(server: BrokenServer) -> str:
    return f"{server.address.url}/events"


def in_pieces(*pieces: bytes) -> Answer:
    """Send each piece by itself, and close."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        endpoint = writer.get_extra_info("socket")
        endpoint.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            writer.write(piece)
            for _ in range(3):
                await asyncio.sleep(0)

    return answer


async def closed_by_client(writer: asyncio.StreamWriter, more: bytes = b"x") -> None:
    """Wait until the other end is gone, by sending more until that fails."""
    with suppress(ConnectionError):
        while True:
            writer.write(more)
            await writer.drain()
            await a_moment()


BODY = b"event: a\ndata: 1\n\nevent: b\ndata: 22\n\n"
FRAMINGS = {
    "a chunk": CHUNKED + b"25\r\n" + BODY + b"\r\n0\r\n\r\n",
    "chunks": CHUNKED + b"a\r\n" + BODY[:10] + b"\r\n1B\r\n" + BODY[10:] + b"\r\n0\r\n\r\n",
    "trailer": CHUNKED + b"25;x=1\r\n" + BODY + b"\r\n0\r\nX-Trailer: 1\r\n\r\n",
    "length": HEAD + b"Content-Length: 37\r\n\r\n" + BODY,
    "close": HEAD + b"Connection: close\r\n\r\n" + BODY,
    "interim": b"HTTP/1.1 103 Early Hints\r\nContent-Type: x\r\n\r\n" + HEAD + b"\r\n" + BODY,
    "two answers": HEAD + b"Content-Length: 37\r\n\r\n" + BODY + b"HTTP/1.1 200 OK\r\n\r\nmore",
    "and nonsense": HEAD + b"Content-Length: 37\r\n\r\n" + BODY + b"\0\xff no HTTP",
}
