"""Servers that are no nodes: they read a request and answer with whatever bytes a test wants."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from pexdash.api.address import NodeAddress
from tests.raw_server import raw_server

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


class BrokenServer:
    """Where it listens, how often it was connected to, and the requests that reached it.

    Requests are head and body; with TLS, only connections whose handshake was done count.
    """

    def __init__(self, address: NodeAddress) -> None:
        self.address = address
        self.connections = 0
        self.requests: list[bytes] = []


@asynccontextmanager
async def broken_server(
    answer: Answer | bytes, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[BrokenServer]:
    """Serve `answer` to every request and close; bytes are an HTTP answer as they are."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        head = await reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        server.requests.append(head + await reader.readexactly(length))
        if isinstance(answer, bytes):
            writer.write(answer)
            await writer.drain()
        else:
            await answer(writer)

    async with raw_server(serve, tls, host) as port:
        server = BrokenServer(NodeAddress("https" if tls else "http", host, port))
        yield server


def http(status: str, body: bytes = b"", *headers: str) -> bytes:
    """A whole HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def silence(writer: asyncio.StreamWriter) -> None:
    """Answer nothing and keep the connection open."""
    await asyncio.Event().wait()


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """Close without a word."""


def closed_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
