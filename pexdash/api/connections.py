"""The connections that clients of many conferences share."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import cache
from urllib.request import getproxies

import httpx

from pexdash.api.address import NodeAddress
from pexdash.api.event_transport import EventTransport

KEPT = 20
"""How many idle connections are kept for the next request."""


class Connections:
    """Connections to any number of nodes, under one proof of who a node is.

    `tls` is asked once, before the first connection to an https node. Give it to every client of
    a process, and close it after them.
    """

    def __init__(self, tls: Callable[[], ssl.SSLContext]) -> None:
        self._tls = tls
        self._transports: dict[tuple[str, bool], httpx.AsyncBaseTransport] = {}

    def to(self, node: NodeAddress) -> httpx.AsyncBaseTransport:
        """What a client sends its requests to `node` by; closing it closes no connection."""
        is_direct = node.is_loopback or not getproxies()
        kind = (node.scheme, is_direct)
        if kind not in self._transports:
            self._transports[kind] = self._opened(node, is_direct=is_direct)
        return _Lent(self._transports[kind])

    def _opened(self, node: NodeAddress, *, is_direct: bool) -> httpx.AsyncBaseTransport:
        # Reading the system's certificates takes a while and only TLS needs them.
        tls = self._tls() if node.scheme == "https" else None
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=KEPT)
        verify = tls or _nobody_trusted()
        if not is_direct:
            return _Proxied(verify, limits)
        return EventTransport(httpx.AsyncHTTPTransport(verify=verify, limits=limits), tls)

    async def aclose(self) -> None:
        """Close every connection but those of open event streams, which their readers close."""
        for transport in self._transports.values():
            await transport.aclose()
        self._transports.clear()


class _Lent(httpx.AsyncBaseTransport):
    """A transport that is not the client's to close."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._transport.handle_async_request(request)


class _Proxied(httpx.AsyncBaseTransport):
    """Goes through the proxies of the environment, as httpx understands them."""

    def __init__(self, verify: ssl.SSLContext, limits: httpx.Limits) -> None:
        self._client = httpx.AsyncClient(verify=verify, limits=limits, trust_env=True)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._client.send(request, stream=True)

    async def aclose(self) -> None:
        await self._client.aclose()


@cache
def _nobody_trusted() -> ssl.SSLContext:
    """For plain http, which uses none; making one for each client would cost what TLS does."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
