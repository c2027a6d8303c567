"""A server that counts the requests of each connection, and a client of it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import trustme

from pexdash.api.http.direct_transport import DirectTransport
from pexdash.api.http.route import REPEATABLE
from tests.raw_server import raw_server

GOOD = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood"
AUTHORITY = trustme.CA()


class Server:
    """Answers every request on a connection with the next of `answers`, the last again and again.

    `requests` counts them by connection, and `writers` has the connections; b"" closes instead.
    With `closes` it closes after each answer, without having said that it would.
    """

    def __init__(self, *answers: bytes) -> None:
        self.requests: list[int] = []
        self.writers: list[asyncio.StreamWriter] = []
        self.ended = 0
        self.closes = False
        self._answers = list(answers)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        at = len(self.requests)
        self.requests.append(0)
        self.writers.append(writer)
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                self.requests[at] += 1
                answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
                if not answer:
                    return
                writer.write(answer)
                await writer.drain()
                if self.closes:
                    return
        finally:
            self.ended += 1


def tls_of_server() -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("127.0.0.1").configure_cert(tls)
    return tls


def tls_of_client() -> ssl.SSLContext:
    tls = ssl.create_default_context()
    AUTHORITY.configure_trust(tls)
    return tls


@asynccontextmanager
async def asking(
    server: Server, *, tls: bool = False, repeatable: bool = True
) -> AsyncIterator[httpx.AsyncClient]:
    """A client whose requests may all be repeated, or none of them."""

    async def mark(request: httpx.Request) -> None:
        request.extensions[REPEATABLE] = repeatable

    async with (
        raw_server(server.serve, tls_of_server() if tls else None) as port,
        httpx.AsyncClient(
            transport=DirectTransport(tls_of_client() if tls else None),
            base_url=f"http{'s' if tls else ''}://127.0.0.1:{port}",
            trust_env=False,
            timeout=httpx.Timeout(5.0),
            event_hooks={"request": [mark]},
        ) as client,
    ):
        yield client
