"""Requests over connections of our own, each kept for the next; a stream has one to itself.

The usual transport does the same, but what it loads first takes as long as a request to a node
nearby takes in all; it is left to the way through a proxy.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Sequence

import httpx

from pexdash.api.http.connecting import Connector
from pexdash.api.http.connection import Connection
from pexdash.api.http.kept_connections import KeptConnections, Origin
from pexdash.api.http.socket_options import SocketOption
from pexdash.api.sse import EVENT_STREAM

_FORBIDDEN = re.compile(rb"[\r\n\0]")


class DirectTransport(httpx.AsyncBaseTransport):
    """Sends each request once, over a kept connection or a new one.

    An event stream has a connection of its own, which ends with it. A kept connection that the
    node has closed, or has sent anything over since, is not used again. `tls` secures the
    connections to https URLs; `socket_options` are set on each. No proxy is used. Raises what
    httpx raises.
    """

    def __init__(
        self, tls: ssl.SSLContext | None, socket_options: Sequence[SocketOption] = ()
    ) -> None:
        self._connector = Connector(tls, socket_options)
        self._kept = KeptConnections()
        self._asked: set[asyncio.Transport] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and request.headers.get("accept") == EVENT_STREAM:
            return await self._open_stream(request)
        content = _head_of(request) + await request.aread()
        origin = (request.url.scheme, request.url.raw_host, request.url.port)
        connection = self._kept_connection(origin) or await self._connector.open(request)
        self._asked.add(connection.transport)
        # It may have been too late to stop it from connecting.
        if self._connector.is_closed:
            connection.transport.abort()
        try:
            return await connection.ask(request, content, lambda one: self._done_with(one, origin))
        except BaseException:
            self._asked.discard(connection.transport)
            raise

    async def aclose(self) -> None:
        """Close every connection but those of open event streams.

        What waits for a connection or an answer fails.
        """
        for transport in self._asked:
            transport.abort()
        self._kept.close()
        await self._connector.aclose()

    async def _open_stream(self, request: httpx.Request) -> httpx.Response:
        head = _head_of(request)
        connection = await self._connector.open(request)
        return await connection.ask(request, head, lambda one: one.transport.abort())

    def _kept_connection(self, origin: Origin) -> Connection | None:
        transport = self._kept.take(origin)
        return None if transport is None else Connection.over(transport, self._connector.buffer)

    def _done_with(self, connection: Connection, origin: Origin) -> None:
        """Keep the connection of an answer where it may go on, or else close it."""
        self._asked.discard(connection.transport)
        if connection.can_go_on and not self._connector.is_closed:
            self._kept.keep(origin, connection.transport)
        else:
            connection.transport.abort()


def _head_of(request: httpx.Request) -> bytes:
    """The head of `request` as it is sent; raises LocalProtocolError where it cannot be."""
    lines = [b"%b %b HTTP/1.1" % (request.method.encode("ascii"), request.url.raw_path)]
    lines += [b"%b: %b" % header for header in request.headers.raw]
    if any(_FORBIDDEN.search(line) for line in lines):
        # Not to be quoted: it may be the token.
        raise httpx.LocalProtocolError("a header with a line break in it", request=request)
    if "transfer-encoding" in request.headers:
        # Nothing here puts a frame around the body.
        raise httpx.LocalProtocolError("a body of unknown length", request=request)
    return b"\r\n".join([*lines, b"", b""])
