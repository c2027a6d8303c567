"""Requests over our own connections, each kept for the next; an event stream has its own.

The transport of httpx does the same, but loading it takes as long as a whole request to a node
nearby. It is used where there is a proxy.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Sequence

import httpx

from pexdash.api.http.connecting import Connector
from pexdash.api.http.connection import Connection
from pexdash.api.http.kept_connections import KeptConnections
from pexdash.api.http.route import Origin, is_repeatable, route_of
from pexdash.api.http.socket_options import SocketOption
from pexdash.api.sse import EVENT_STREAM

_FORBIDDEN = re.compile(rb"[\r\n\0]")


class DirectTransport(httpx.AsyncBaseTransport):
    """Sends each request once, over a kept connection or a new one.

    An event stream has a connection of its own, which ends with it. A kept connection is not used
    again once the node has closed it or sent anything over it, and carries a request that must not
    be repeated only where it can be relied on. `tls` secures the connections to https URLs;
    `socket_options` are set on each. It uses no proxy. Raises what httpx raises.
    """

    def __init__(
        self, tls: ssl.SSLContext | None, socket_options: Sequence[SocketOption] = ()
    ) -> None:
        self._connector = Connector(tls, socket_options)
        self._kept = KeptConnections()
        self._asked: set[asyncio.Transport] = set()
        self._odd: set[Origin] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        origin = (request.url.scheme, request.url.raw_host, request.url.port)
        if request.method == "GET" and request.headers.get("accept") == EVENT_STREAM:
            return await self._open_stream(request, origin)
        content = _head_of(request) + await request.aread()
        kept = self._kept_connection(request, origin)
        if kept is None:
            return await self._ask(await self._connector.open(request), request, content, origin)
        try:
            response = await self._ask(kept, request, content, origin)
        except httpx.TransportError:
            self._kept.used_again(origin, kept.transport, answered=False)
            raise
        self._kept.used_again(origin, kept.transport, answered=True)
        return response

    async def _ask(
        self, connection: Connection, request: httpx.Request, content: bytes, origin: Origin
    ) -> httpx.Response:
        self._asked.add(connection.transport)
        # The connection may have opened in the moment of closing.
        if self._connector.is_closed:
            connection.transport.abort()
        try:
            return await connection.ask(request, content, lambda one: self._done_with(one, origin))
        except BaseException:
            self._asked.discard(connection.transport)
            raise

    async def aclose(self) -> None:
        """Close every connection but those of open event streams.

        Requests that wait for a connection or an answer fail.
        """
        for transport in self._asked:
            transport.abort()
        self._kept.close()
        await self._connector.aclose()

    async def _open_stream(self, request: httpx.Request, origin: Origin) -> httpx.Response:
        head = _head_of(request)
        connection = await self._connector.open(request)
        connection.is_odd = origin in self._odd
        return await connection.ask(request, head, lambda one: self._end_stream(one, origin))

    def _end_stream(self, connection: Connection, origin: Origin) -> None:
        connection.transport.abort()
        if connection.is_odd:
            # The next stream must not break at the same place.
            self._odd.add(origin)

    def _kept_connection(self, request: httpx.Request, origin: Origin) -> Connection | None:
        route = route_of(request)
        if route.anew:
            return None
        transport = self._kept.take(origin, route, sure=not is_repeatable(request))
        return None if transport is None else Connection.over(transport, self._connector.buffer)

    def _done_with(self, connection: Connection, origin: Origin) -> None:
        """Keep the connection for the next request where it can carry one, or else close it."""
        self._asked.discard(connection.transport)
        if connection.can_go_on and not self._connector.is_closed:
            self._kept.keep(origin, connection.transport)
        else:
            connection.transport.abort()


def _head_of(request: httpx.Request) -> bytes:
    """The head of `request` in bytes; raises LocalProtocolError where it cannot be sent."""
    lines = [b"%b %b HTTP/1.1" % (request.method.encode("ascii"), request.url.raw_path)]
    lines += [b"%b: %b" % header for header in request.headers.raw]
    if any(_FORBIDDEN.search(line) for line in lines):
        # The error must not quote the line: it may hold the token.
        raise httpx.LocalProtocolError("a header with a line break in it", request=request)
    if "transfer-encoding" in request.headers:
        # Nothing here sends a body in chunks.
        raise httpx.LocalProtocolError("a body of unknown length", request=request)
    return b"\r\n".join([*lines, b"", b""])
