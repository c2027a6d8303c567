"""A connection while it carries one request and its answer.

The usual transport spends most of the time of a chunk in its own layers. Here all bytes that
arrived together are handed on together.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from enum import Enum
from itertools import accumulate

import httpx

from pexdash.api.http.answer_head import Head, Unreadable, end_of_head, head_of
from pexdash.api.http.bodies import Body, PlainChunks, body_of
from pexdash.api.http.tls_in_memory import hand_to, write_to

FRAMING_LIMIT = 100 * 1024
"""How many bytes may come, as a head or between two parts of a body, without anything of a body."""
SLOW_READ_SIZE = 16 * 1024
"""How many bytes are read at once where each may be a line: they take some milliseconds."""
READ_AT_ONCE = 128 * 1024
"""About how many bytes of a body are handed on together: whoever waits for more keeps them."""
UNREAD_LIMIT = 1024 * 1024


class State(Enum):
    """How far a connection is with the answer it carries."""

    HEAD = "the status and the headers are still to come"
    BODY = "the head is here, and the body comes"
    DONE = "all of the answer came, and another may follow"
    MUST_CLOSE = "all of the answer came, and no other may follow"
    BROKEN = "the rest of the answer will never come"


NEXT_STATES: dict[State, tuple[State, ...]] = {
    State.HEAD: (State.BODY, State.BROKEN),
    State.BODY: (State.DONE, State.MUST_CLOSE, State.BROKEN),
    State.DONE: (State.MUST_CLOSE,),
    State.MUST_CLOSE: (),
    State.BROKEN: (),
}
"""The states that may follow each."""
_ARRIVING = (State.HEAD, State.BODY)


class Connection(asyncio.BufferedProtocol):
    """An open connection for one request: `status` and `headers` of the answer, then its body.

    Bytes arrive in `buffer`, which may belong to many connections. `is_odd` is whether chunks are
    to be read in any framing from the first one on, or the first one told less than was needed.
    """

    transport: asyncio.Transport

    def __init__(self, buffer: memoryview) -> None:
        self.state = State.HEAD
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.is_odd = False
        self._buffer = buffer
        self._room = buffer[:SLOW_READ_SIZE]
        self._pieces: list[bytes] = []
        self._unused = bytearray()
        self._head: Head | None = None
        self._body: Body | None = None
        self._framing = 0
        self._unread = 0
        self._fault: httpx.TransportError | None = None
        self._arrival: asyncio.Future[None] | None = None

    @classmethod
    def over(cls, transport: asyncio.Transport, buffer: memoryview) -> Connection:
        """An open `transport` as the connection of one more request."""
        connection = cls(buffer)
        hand_to(transport, connection)
        connection.connection_made(transport)
        transport.resume_reading()
        return connection

    @property
    def can_go_on(self) -> bool:
        """Whether another request may be sent over the same connection."""
        if self.state is not State.DONE or self.transport.is_closing():
            return False
        # The node may have answered before it read the whole request.
        return not self.transport.get_write_buffer_size()

    async def ask(
        self, request: httpx.Request, content: bytes, done: Callable[[Connection], None]
    ) -> httpx.Response:
        """Send `content`, and wait for the head of the answer.

        `done` is called with the connection once the body is closed. Where no answer comes, the
        connection is closed, and what httpx raises is raised.
        """
        try:
            write_to(self.transport, content)
            await self._read_head()
        except BaseException as fault:
            self.transport.abort()
            if isinstance(fault, ssl.SSLError):
                raise httpx.WriteError(str(fault), request=request) from fault
            raise
        return httpx.Response(
            self.status,
            headers=self.headers,
            stream=_Body(self, done),
            extensions={"http_version": b"HTTP/1.1", "transport": self.transport},
        )

    async def _read_head(self) -> None:
        while not self.status:
            if self._fault is not None:
                raise self._fault
            await self._next_arrival()

    async def read(self) -> bytes:
        """The next part of the body that has arrived, b"" at its end; waits for some."""
        while not self._pieces:
            if self._fault is not None:
                raise self._fault
            if self.state not in _ARRIVING:
                return b""
            await self._next_arrival()
        pieces, unread = self._pieces, self._unread
        count = len(pieces)
        if unread > READ_AT_ONCE:
            ends = enumerate(accumulate(map(len, pieces)), 1)
            count = next((at for at, end in ends if end >= READ_AT_ONCE), count)
        body = b"".join(pieces[:count])
        del pieces[:count]
        self._unread = max(0, unread - len(body)) if pieces else 0
        if unread > UNREAD_LIMIT >= self._unread:
            self.transport.resume_reading()
        return body

    async def _next_arrival(self) -> None:
        self._arrival = asyncio.get_running_loop().create_future()
        try:
            await self._arrival
        finally:
            self._arrival = None

    def _arrived(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)

    def _go(self, state: State) -> None:
        assert state in NEXT_STATES[self.state], f"{self.state} to {state}"
        self.state = state

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        if self.state not in _ARRIVING:
            self._refuse_more()
            return
        before = len(self._pieces)
        try:
            self._take(self._buffer[:nbytes])
        except httpx.RemoteProtocolError as fault:
            self.is_odd |= isinstance(self._body, PlainChunks)
            self._break(fault)
        if self.state not in _ARRIVING:
            self._end()
            return
        if len(self._pieces) == before:
            self._framing += nbytes
            if self._framing > FRAMING_LIMIT:
                self._break(Unreadable("it has headers without an end"))
            return
        self._framing = 0
        if self._unread <= UNREAD_LIMIT < self._unread + nbytes:
            self.transport.pause_reading()
        self._unread += nbytes
        self._arrived()

    def eof_received(self) -> None:
        """The node ends the connection; asyncio then closes it."""
        if self.state is State.BODY and self._head is not None and self._head.ends_with_connection:
            self._go(State.MUST_CLOSE)
            self._end()

    def connection_lost(self, fault: Exception | None) -> None:
        if self.state not in _ARRIVING:
            return
        if fault is not None:
            self._fail(httpx.ReadError(str(fault)), fault)
        elif self.state is State.HEAD:
            self._fail(httpx.RemoteProtocolError("closed without an answer"))
        else:
            self._fail(httpx.RemoteProtocolError("closed before the end of the body"))

    def _take(self, data: memoryview) -> None:
        """Read what arrived; raises Unreadable and NoHttp."""
        if self._body is None:
            self._unused += data
            if self._head is None:
                self._head = self._whole_head(len(self._unused) - len(data))
            if self._head is None:
                return
            take = self._pieces.append
            self._body = body_of(self._head, self._unused, take, is_odd=self.is_odd)
            if self._body is None:
                return
            if self._body.is_quick:
                self._room = self._buffer
            data = memoryview(bytes(self._unused))
            self._unused.clear()
        self._body.feed(data)
        if self._body.is_done:
            assert self._head is not None
            self._go(State.DONE if self._head.goes_on else State.MUST_CLOSE)
            if self._body.has_more:
                self._refuse_more()

    def _whole_head(self, seen: int) -> Head | None:
        """Take the head off what arrived, once all of it is there; `seen` bytes were there before.

        What ends before a status of 200 is interim: the answer itself is still to come.
        """
        while True:
            if not seen:
                # A server may have sent a line end more after its last answer.
                self._unused = self._unused.lstrip(b"\r\n")
            end = end_of_head(self._unused, seen)
            if not end:
                return None
            head = head_of(bytes(self._unused[:end]))
            del self._unused[:end]
            seen = 0
            if head.status >= 200:
                break
        self.status, self.headers = head.status, head.headers
        self._go(State.BODY)
        # The body may be long in coming, and the reader waits for the head.
        self._arrived()
        return head

    def _break(self, fault: httpx.RemoteProtocolError) -> None:
        self._fail(fault)
        self.transport.abort()

    def _fail(self, fault: httpx.TransportError, cause: Exception | None = None) -> None:
        self._fault = fault
        if cause is not None:
            self._fault.__cause__ = cause
        self._go(State.BROKEN)
        self._end()

    def _refuse_more(self) -> None:
        """Do not reuse the connection: what came would be taken for the next answer."""
        if self.state is State.DONE:
            self._go(State.MUST_CLOSE)

    def _end(self) -> None:
        """Read no more. What reads the body may refer to itself, so it is dropped."""
        self._body = None
        self._arrived()


class _Body(httpx.AsyncByteStream):
    """The body of an answer; closing it calls `done` with the connection."""

    def __init__(self, connection: Connection, done: Callable[[Connection], None]) -> None:
        self._connection = connection
        self._done = done
        self._is_open = True

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while body := await self._connection.read():
            yield body

    async def aclose(self) -> None:
        if self._is_open:
            self._is_open = False
            self._done(self._connection)
            # The loop closes a socket in its next turn.
            await asyncio.sleep(0)
