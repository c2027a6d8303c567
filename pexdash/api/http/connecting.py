"""How a connection to a node is opened: its address, its socket, its TLS."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Collection, Sequence
from typing import Any

import httpx

from pexdash.api.http.connection import Connection
from pexdash.api.http.route import Address, Route, route_of
from pexdash.api.http.socket_options import SocketOption
from pexdash.api.http.tls_in_memory import Secured

READ_SIZE = 128 * 1024
"""How many bytes are read at once; beyond, the C library has the system map memory each time."""
_NEXT_ADDRESS_SECONDS = 0.25
"""How long an address may take to accept a connection before the next is tried beside it."""
_LOOK_UP_SECONDS = 5.0
"""How long the name servers may take to tell whether a name has one more address."""


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
                transport = await self._connect(request, secured or connection)
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
        return Secured(connection, self._tls, url.raw_host.decode(), self.buffer)

    async def _connect(
        self, request: httpx.Request, protocol: asyncio.BaseProtocol
    ) -> asyncio.Transport:
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        addresses = await _addresses_of(url.raw_host, port, route_of(request))
        endpoint = await _connected(addresses, self._socket_options)
        # Nothing may fail between these two steps: nobody would close the socket.
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(lambda: protocol, sock=endpoint)
        return transport


async def leads_beyond(host: str, port: int, known: Collection[Address]) -> bool:
    """Whether `host` has an address that is not known yet.

    False where it has none at all, and where no name server answers in 5 seconds.
    """
    try:
        async with asyncio.timeout(_LOOK_UP_SECONDS):
            found = await _looked_up(host.encode(), port)
    except OSError:  # TimeoutError is one
        return False
    return any(address not in known for *_, address in found)


async def _addresses_of(host: bytes, port: int, route: Route) -> list[tuple[int, Address]]:
    """The addresses of a host that are on this route, each with its family.

    A thread looks them up, unless the route or the host is an address itself. Raises OSError where
    there is none.
    """
    if route.address is not None:
        family = socket.AF_INET6 if len(route.address) == 4 else socket.AF_INET
        return [(family, route.address)]
    found = await _looked_up(host, port)
    addresses: dict[tuple[int, Address], None] = {
        (family, address): None for family, _, _, _, address in found if route.leads_to(address)
    }
    if not addresses:
        raise OSError(f"no {'other ' if found else ''}address for {host.decode()}")
    return list(addresses)


async def _looked_up(host: bytes, port: int) -> list[tuple[Any, ...]]:
    kind, address = socket.SOCK_STREAM, socket.AI_NUMERICHOST
    try:
        return socket.getaddrinfo(host, port, type=kind, flags=address)
    except socket.gaierror:
        return await asyncio.get_running_loop().getaddrinfo(host, port, type=kind)


async def _connected(
    addresses: list[tuple[int, Address]], options: Sequence[SocketOption]
) -> socket.socket:
    """A socket connected to the first address that accepts; raises OSError where none does.

    The addresses are tried in their order, each beside those that are slow to answer (RFC 8305).
    asyncio itself can do so, but loses a socket where it is cancelled.
    """
    if len(addresses) == 1:
        return await _reached(addresses[0], options)
    tried: list[asyncio.Task[socket.socket]] = []
    reached: asyncio.Task[socket.socket] | None = None
    try:
        for address in addresses:
            tried.append(asyncio.ensure_future(_reached(address, options)))
            is_last = address is addresses[-1]
            reached = await _first_of(tried, None if is_last else _NEXT_ADDRESS_SECONDS)
            if reached is not None:
                break
        return (reached or tried[-1]).result()
    finally:
        for one in tried:
            if one is not reached:
                one.add_done_callback(_close_late)
                one.cancel()


async def _first_of(
    tried: Sequence[asyncio.Task[socket.socket]], patience: float | None
) -> asyncio.Task[socket.socket] | None:
    """The first of these that has a socket within `patience` seconds; None where none has."""
    loop = asyncio.get_running_loop()
    deadline = None if patience is None else loop.time() + patience
    running = {one for one in tried if not one.done()}
    while running:
        left = None if deadline is None else deadline - loop.time()
        done, running = await asyncio.wait(
            running, timeout=left, return_when=asyncio.FIRST_COMPLETED
        )
        for one in done:
            if one.exception() is None:
                return one
        if not done:
            break
    return None


def _close_late(tried: asyncio.Task[socket.socket]) -> None:
    """Close a socket that was connected when another had been already."""
    if not tried.cancelled() and tried.exception() is None:
        tried.result().close()


async def _reached(place: tuple[int, Address], options: Sequence[SocketOption]) -> socket.socket:
    """A socket that is connected to an address of this family; raises OSError."""
    family, address = place
    endpoint = socket.socket(family, socket.SOCK_STREAM)
    try:
        endpoint.setblocking(False)
        for option in options:
            endpoint.setsockopt(*option)
        await asyncio.get_running_loop().sock_connect(endpoint, address)
    except BaseException:
        endpoint.close()
        raise
    return endpoint
