"""The connection an event stream comes over, read in as few steps as there are arrivals.

Of what the usual transport spends on a chunk of a stream, most goes into its own layers. Here a
parser in C takes the framing off, and all that arrived together is handed on together.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, NamedTuple

import httptools
import httpx

from pexdash.api.secured import Secured

FRAMING_LIMIT = 100 * 1024
UNREAD_LIMIT = 1024 * 1024
# What is joined from a longer arrival, the C library has the system map anew each time.
READ_SIZE = 128 * 1024
_NEXT_ADDRESS_SECONDS = 1.0
_FORBIDDEN = re.compile(rb"[\r\n\0]")

SocketOption = tuple[int, int, int]


class Line(NamedTuple):
    """An open connection: its transport, who reads the answer, and what writes to it."""

    transport: asyncio.Transport
    connection: _Connection
    write: Callable[[bytes], None]


class EventTransport(httpx.AsyncBaseTransport):
    """Opens a connection of its own for each event stream.

    `tls` secures the connections to https URLs; `socket_options` are set on each. Raises what
    httpx raises. No proxy is used. Closing it leaves the streams that are open.
    """

    def __init__(
        self, tls: ssl.SSLContext | None, socket_options: Sequence[SocketOption] = ()
    ) -> None:
        self._tls = tls
        self._socket_options = socket_options
        # A new buffer for each arrival would be memory the system has to hand out anew.
        self._buffer = memoryview(bytearray(READ_SIZE))
        self._connecting: set[asyncio.Timeout] = set()
        self._none_connecting = asyncio.Event()
        self._none_connecting.set()
        self._is_closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        head = head_of(request)
        line = await self._connect(request)
        return await answered(line, request, head, _Body(line.transport, line.connection))

    async def aclose(self) -> None:
        """End what is not connected yet; it raises ConnectError, as all does from now on."""
        self._is_closed = True
        for deadline in self._connecting:
            if not deadline.expired():
                deadline.reschedule(0.0)
        await self._none_connecting.wait()
        # The loop closes a socket in its next turn.
        await asyncio.sleep(0)

    async def _connect(self, request: httpx.Request) -> Line:
        if self._is_closed:
            raise httpx.ConnectError("closed by us", request=request)
        if request.url.scheme == "https" and self._tls is None:
            raise httpx.UnsupportedProtocol("no TLS settings for an https URL")
        transport: asyncio.Transport | None = None
        deadline = asyncio.timeout(request.extensions.get("timeout", {}).get("connect"))
        try:
            async with deadline:
                self._connecting.add(deadline)
                self._none_connecting.clear()
                transport, protocol = await self._opened(request.url)
                if isinstance(protocol, _Connection):
                    return Line(transport, protocol, transport.write)
                await protocol.secured
                return Line(transport, protocol.inner, protocol.write)
        except BaseException as fault:
            if transport is not None:
                transport.abort()
            if isinstance(fault, TimeoutError) and self._is_closed:
                raise httpx.ConnectError("closed by us", request=request) from fault
            if isinstance(fault, TimeoutError):
                # Connected, but not secured.
                why = fault if transport is None else ssl.SSLError("no handshake in time")
                raise httpx.ConnectTimeout(str(fault), request=request) from why
            if isinstance(fault, OSError | ValueError):
                raise httpx.ConnectError(str(fault), request=request) from fault
            raise
        finally:
            self._connecting.discard(deadline)
            if not self._connecting:
                self._none_connecting.set()

    async def _opened(
        self, url: httpx.URL
    ) -> tuple[asyncio.Transport, _Connection | Secured[_Connection]]:
        host = url.raw_host
        tls = self._tls if url.scheme == "https" else None
        port = url.port or (80 if tls is None else 443)
        connection = _Connection(self._buffer)
        protocol = connection if tls is None else Secured(connection, tls, host.decode())
        endpoint = await _connected(host, port, self._socket_options)
        # Nothing may fail between these two: the socket would be nobody's.
        return await asyncio.get_running_loop().create_connection(lambda: protocol, sock=endpoint)


async def _connected(host: bytes, port: int, options: Sequence[SocketOption]) -> socket.socket:
    """A socket connected to the first address of `host` that answers; the last gets all the time.

    asyncio can race the addresses, but then loses a socket when it is cancelled.
    """
    addresses = await _addresses_of(host, port)
    for left, (family, kind, protocol, _, address) in zip(
        reversed(range(len(addresses))), addresses, strict=True
    ):
        try:
            async with asyncio.timeout(_NEXT_ADDRESS_SECONDS if left else None):
                return await _reached(socket.socket(family, kind, protocol), address, options)
        except OSError:  # TimeoutError is one
            if not left:
                raise
    raise OSError(f"no address for {host.decode()}")


async def _addresses_of(host: bytes, port: int) -> list[tuple[Any, ...]]:
    """The addresses of a host; one that is an address itself is not looked up in a thread."""
    kind, address = socket.SOCK_STREAM, socket.AI_NUMERICHOST
    try:
        return socket.getaddrinfo(host, port, type=kind, flags=address)
    except socket.gaierror:
        return await asyncio.get_running_loop().getaddrinfo(host, port, type=kind)


async def _reached(
    endpoint: socket.socket, address: Any, options: Sequence[SocketOption]
) -> socket.socket:
    """The socket once it is connected to `address`; closed where it is not."""
    try:
        endpoint.setblocking(False)
        for option in options:
            endpoint.setsockopt(*option)
        await asyncio.get_running_loop().sock_connect(endpoint, address)
    except BaseException:
        endpoint.close()
        raise
    return endpoint


async def answered(
    line: Line, request: httpx.Request, content: bytes, body: httpx.AsyncByteStream
) -> httpx.Response:
    """Send `content` and wait for the head of the answer, whose body is to be read from `body`.

    Closes the connection and raises what httpx raises where there is none.
    """
    try:
        line.write(content)
        await line.connection.answered()
    except BaseException as fault:
        line.transport.abort()
        if isinstance(fault, ssl.SSLError):
            raise httpx.WriteError(str(fault), request=request) from fault
        raise
    return httpx.Response(
        line.connection.status,
        headers=line.connection.headers,
        stream=body,
        extensions={"http_version": b"HTTP/1.1", "transport": line.transport},
    )


def handed_to(
    transport: asyncio.Transport, protocol: asyncio.BufferedProtocol
) -> Callable[[bytes], None]:
    """Have `protocol` read an open connection from now on; what writes to it."""
    secured = transport.get_protocol()
    if isinstance(secured, Secured):
        secured.inner = protocol
        return secured.write
    transport.set_protocol(protocol)
    return transport.write


def next_line(transport: asyncio.Transport, buffer: memoryview) -> Line:
    """An open connection, ready for one more answer."""
    connection = _Connection(buffer)
    write = handed_to(transport, connection)
    connection.connection_made(transport)
    transport.resume_reading()
    return Line(transport, connection, write)


def head_of(request: httpx.Request) -> bytes:
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


class _Connection(asyncio.BufferedProtocol):
    """One answer as it arrives: `status` and `headers`, then the body piece by piece.

    `can_go_on` is whether all of it came, and another may follow over the same connection.
    `buffer` is for the bytes of one arrival and may be that of many connections.
    """

    def __init__(self, buffer: memoryview) -> None:
        self._buffer = buffer
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.can_go_on = False
        self._pieces: list[bytes] = []
        # The parser looks its callbacks up once; this one is called for every chunk.
        self.on_body = self._pieces.append
        self._parser: httptools.HttpResponseParser | None = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._framing = 0
        self._unread = 0
        self._is_complete = False
        self._has_ended = False
        self._fault: httpx.TransportError | None = None
        self._arrival: asyncio.Future[None] | None = None

    async def answered(self) -> None:
        """Wait for the status and all headers."""
        while not self.status:
            if self._fault is not None:
                raise self._fault
            await self._next_arrival()

    async def read(self) -> bytes:
        """All of the body that has arrived and was not read yet; b"" at its end."""
        while not self._pieces:
            if self._is_complete:
                return b""
            if self._fault is not None:
                raise self._fault
            await self._next_arrival()
        body = b"".join(self._pieces)
        self._pieces.clear()
        if self._unread > UNREAD_LIMIT and self._transport is not None:
            self._transport.resume_reading()
        self._unread = 0
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

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        if self._parser is None:
            # More than was asked for.
            self.can_go_on = False
            return
        before = len(self._pieces)
        try:
            self._parser.feed_data(self._buffer[:nbytes])
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as fault:
            if not self._is_complete:
                self._break("the answer is no HTTP", fault)
        if self._is_complete:
            self._end()
            return
        if len(self._pieces) == before:
            self._framing += nbytes
            if self._framing > FRAMING_LIMIT:
                self._break("headers without an end")
            return
        self._framing = 0
        if self._unread <= UNREAD_LIMIT < self._unread + nbytes:
            assert self._transport is not None
            self._transport.pause_reading()
        self._unread += nbytes
        self._arrived()

    def eof_received(self) -> None:
        """The other end ends the connection, which we then close."""
        self._has_ended = True

    def connection_lost(self, fault: Exception | None) -> None:
        self._transport = None
        if self._parser is None:
            return
        if fault is not None:
            self._fault = httpx.ReadError(str(fault))
            self._fault.__cause__ = fault
        elif not self.status:
            self._fault = httpx.RemoteProtocolError("closed without an answer")
        elif self._is_framed or not self._has_ended:
            self._fault = httpx.RemoteProtocolError("closed before the end of the body")
        else:
            self._is_complete = True
        self._end()

    @property
    def _is_framed(self) -> bool:
        """Whether the body tells its own end; any other ends with the connection."""
        framing = (b"content-length", b"transfer-encoding")
        return any(name.lower() in framing for name, _ in self.headers)

    def _break(self, reason: str, fault: Exception | None = None) -> None:
        self._fault = httpx.RemoteProtocolError(reason)
        self._fault.__cause__ = fault
        self._end()
        if self._transport is not None:
            self._transport.abort()

    def _end(self) -> None:
        """Take in no more; the parser holds on to us, so it goes."""
        self._parser = None
        self._arrived()

    def on_message_begin(self) -> None:
        if self._is_complete:
            self.can_go_on = False
            raise ValueError("a second answer")

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.status:
            self.headers.append((name, value.strip()))

    def on_headers_complete(self) -> None:
        assert self._parser is not None
        status = self._parser.get_status_code()
        if status < 100:
            raise ValueError("no status")
        if status < 200:
            # Interim: the answer itself is still to come.
            self.headers.clear()
            return
        for name, value in self.headers:
            if name.lower() == b"transfer-encoding" and value.lower() != b"chunked":
                raise ValueError("a transfer encoding nobody asked for")
        self.status = status
        # There may be no body for a while.
        self._arrived()

    def on_message_complete(self) -> None:
        self._is_complete = bool(self.status)
        assert self._parser is not None
        self.can_go_on = self._is_complete and self._parser.should_keep_alive()


class _Body(httpx.AsyncByteStream):
    """The body of an open answer; closing it closes the connection."""

    def __init__(self, transport: asyncio.Transport, connection: _Connection) -> None:
        self._transport = transport
        self._connection = connection

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while body := await self._connection.read():
            yield body

    async def aclose(self) -> None:
        self._transport.abort()
        # The loop closes the socket in its next turn.
        await asyncio.sleep(0)
