"""How a connection to a node is opened: its address, its socket, its TLS."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Sequence
from typing import Any

import httpx

from pexdash.api.http.connection import Connection
from pexdash.api.http.socket_options import SocketOption
from pexdash.api.http.tls_in_memory import Secured

READ_SIZE = 128 * 1024
"""How many bytes are read at once; beyond, the C library has the system map memory each time."""
_NEXT_ADDRESS_SECONDS = 1.0
"""How long an address may take to accept a connection while the host has another to try."""


class Connector:
    """Opens connections, which may then carry one request after the other.

    `tls` secures the connections to https URLs; `socket_options` are set on each. No proxy is used.
    """

    def __init__(self, tls: ssl.SSLContext | None, socket_options: Sequence[SocketOption]) -> None:
        self.is_closed = False
        # A new buffer for each arrival would cost the system new memory each time.
        self.buffer = memoryview(bytearray(READ_SIZE))
        self._tls = tls
        self._socket_options = socket_options
        self._connecting: set[asyncio.Timeout] = set()
        self._none_connecting = asyncio.Event()
        self._none_connecting.set()

    async def open(self, request: httpx.Request) -> Connection:
        """A new connection for `request`; raises what httpx raises where there is none.

        The request itself says how long it may take (the extension "timeout" of httpx).
        """
        if self.is_closed:
            raise httpx.ConnectError("closed by us", request=request)
        if request.url.scheme == "https" and self._tls is None:
            raise httpx.UnsupportedProtocol("no TLS settings for an https URL")
        transport: asyncio.Transport | None = None
        deadline = asyncio.timeout(request.extensions.get("timeout", {}).get("connect"))
        try:
            async with deadline:
                self._connecting.add(deadline)
                self._none_connecting.clear()
                connection = Connection(self.buffer)
                secured = self._secured(connection, request.url)
                transport = await self._connect(request.url, secured or connection)
                if secured is not None:
                    await secured.secured
                return connection
        except BaseException as fault:
            if transport is not None:
                transport.abort()
            if isinstance(fault, TimeoutError) and self.is_closed:
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

    async def aclose(self) -> None:
        """Refuse new connections with ConnectError, and end those that are being opened."""
        self.is_closed = True
        for deadline in self._connecting:
            if not deadline.expired():
                deadline.reschedule(0.0)
        await self._none_connecting.wait()
        # The loop closes a socket in its next turn.
        await asyncio.sleep(0)

    def _secured(self, connection: Connection, url: httpx.URL) -> Secured | None:
        """What reads TLS for `connection`; None for plain http."""
        if url.scheme != "https":
            return None
        assert self._tls is not None
        return Secured(connection, self._tls, url.raw_host.decode())

    async def _connect(self, url: httpx.URL, protocol: asyncio.BaseProtocol) -> asyncio.Transport:
        port = url.port or (443 if url.scheme == "https" else 80)
        endpoint = await _connected(url.raw_host, port, self._socket_options)
        # Nothing may fail between these two steps: nobody would close the socket.
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(lambda: protocol, sock=endpoint)
        return transport


async def _connected(host: bytes, port: int, options: Sequence[SocketOption]) -> socket.socket:
    """A socket connected to the first address of `host` that accepts.

    The last address may take as long as the caller waits. asyncio itself can race the addresses,
    but loses a socket where it is cancelled.
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
    """The addresses of a host; a thread looks them up unless the host is an address itself."""
    kind, address = socket.SOCK_STREAM, socket.AI_NUMERICHOST
    try:
        return socket.getaddrinfo(host, port, type=kind, flags=address)
    except socket.gaierror:
        return await asyncio.get_running_loop().getaddrinfo(host, port, type=kind)


async def _reached(
    endpoint: socket.socket, address: Any, options: Sequence[SocketOption]
) -> socket.socket:
    """`endpoint` once it is connected to `address`; closes it where the connection fails."""
    try:
        endpoint.setblocking(False)
        for option in options:
            endpoint.setsockopt(*option)
        await asyncio.get_running_loop().sock_connect(endpoint, address)
    except BaseException:
        endpoint.close()
        raise
    return endpoint
