"""Requests over connections of our own, each kept for the next; a stream has one to itself.

The usual transport does the same, but what it loads first takes as long as a request to a node
nearby takes in all; it is left to the way through a proxy.
"""

from __future__ import annotations

import asyncio
import select
import ssl
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

import httpx

from pexdash.api.event_transport import (
    EventTransport,
    Line,
    SocketOption,
    answered,
    handed_to,
    head_of,
    next_line,
)
from pexdash.api.sse import EVENT_STREAM
from pexdash.api.transport import KEPT

KEPT_SECONDS = 5.0
"""How long each of them is kept; a node that closes it first must not meet a request on its way."""

Origin = tuple[str, bytes, int | None]


class DirectTransport(EventTransport):
    """Opens streams, and sends each other request once, over a kept connection or a new one.

    A kept connection that the node has closed, or has sent anything over since, is not used
    again. Raises what httpx raises.
    """

    def __init__(
        self, tls: ssl.SSLContext | None, socket_options: Sequence[SocketOption] = ()
    ) -> None:
        super().__init__(tls, socket_options)
        self._kept: list[_Kept] = []
        self._asked: set[asyncio.Transport] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and request.headers.get("accept") == EVENT_STREAM:
            return await super().handle_async_request(request)
        content = head_of(request) + await request.aread()
        line = self._kept_line(request.url) or await self._connect(request)
        self._asked.add(line.transport)
        # It may have been too late to stop it from connecting.
        if self._is_closed:
            line.transport.abort()
        body = _Answer(self, _origin(request.url), line)
        try:
            return await answered(line, request, content, body)
        except BaseException:
            self._asked.discard(line.transport)
            raise

    async def aclose(self) -> None:
        """Close every connection but those of open event streams.

        What waits for a connection or an answer fails.
        """
        for transport in [*self._asked, *(kept.transport for kept in self._kept)]:
            transport.abort()
        self._kept.clear()
        await super().aclose()

    def done_with(self, origin: Origin, line: Line) -> None:
        """Keep the connection of an answer where it may go on, or else close it."""
        transport = line.transport
        self._asked.discard(transport)
        self._kept = [kept for kept in self._kept if not kept.transport.is_closing()]
        may_go_on = line.connection.can_go_on and not transport.is_closing()
        # A node may answer before it has taken the whole request.
        may_go_on = may_go_on and not transport.get_write_buffer_size()
        if not may_go_on or self._is_closed or len(self._kept) >= KEPT:
            transport.abort()
        else:
            self._kept.append(_Kept(origin, transport, _Idle(transport)))

    def _kept_line(self, url: httpx.URL) -> Line | None:
        """The connection to this node that was used last, for one more answer.

        Closes those that have ended meanwhile.
        """
        origin = _origin(url)
        for at in reversed(range(len(self._kept))):
            if self._kept[at].origin == origin:
                kept = self._kept.pop(at)
                if kept.idle.over():
                    return next_line(kept.transport, self._buffer)
                kept.transport.abort()
        return None


class _Idle(asyncio.BufferedProtocol):
    """Watches a connection that nobody waits for: what comes over it, and time, ends it."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._end = asyncio.get_running_loop().call_later(KEPT_SECONDS, transport.abort)
        handed_to(transport, self)
        # What was not read of the answer may have stopped it.
        transport.resume_reading()

    def over(self) -> bool:
        """Stop watching; whether the connection may be used again."""
        self._end.cancel()
        is_old = asyncio.get_running_loop().time() >= self._end.when()
        return not (is_old or self._transport.is_closing() or _has_arrived(self._transport))

    def get_buffer(self, sizehint: int) -> bytearray:
        return bytearray(1)

    def buffer_updated(self, nbytes: int) -> None:
        self._transport.abort()

    def connection_lost(self, fault: Exception | None) -> None:
        self._end.cancel()


class _Kept(NamedTuple):
    origin: Origin
    transport: asyncio.Transport
    idle: _Idle


class _Answer(httpx.AsyncByteStream):
    """The body of an answer.

    Closing it gives the connection back, or closes it where the answer was not read to its end.
    """

    def __init__(self, owner: DirectTransport, origin: Origin, line: Line) -> None:
        self._owner = owner
        self._origin = origin
        self._line = line
        self._is_open = True

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while body := await self._line.connection.read():
            yield body

    async def aclose(self) -> None:
        if self._is_open:
            self._is_open = False
            self._owner.done_with(self._origin, self._line)
            # The loop closes a socket in its next turn.
            await asyncio.sleep(0)


def _has_arrived(transport: asyncio.Transport) -> bool:
    """Whether the system has bytes of this open connection, or its end, that the loop has not.

    A busy loop hears of them too late.
    """
    # Not select.select, which takes no descriptor above 1023.
    arrivals = select.poll()
    arrivals.register(transport.get_extra_info("socket"), select.POLLIN)
    return bool(arrivals.poll(0))


def _origin(url: httpx.URL) -> Origin:
    return url.scheme, url.raw_host, url.port
