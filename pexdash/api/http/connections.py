"""The connections that clients of many conferences share."""

from __future__ import annotations

import ssl
from collections.abc import Callable

import httpx

from pexdash.api.address import NodeAddress
from pexdash.api.http.affinity import Affinity
from pexdash.api.http.direct_transport import DirectTransport
from pexdash.api.http.socket_options import SOCKET_OPTIONS
from pexdash.api.http.stock_transport import stock_transport


class Connections:
    """Connections to any number of nodes, all checked by the same TLS settings.

    `tls` is called once, before the first connection to an https node. Pass one object to every
    client of a process, and close it after the clients.
    """

    def __init__(self, tls: Callable[[], ssl.SSLContext]) -> None:
        self._tls = tls
        self._secured: ssl.SSLContext | None = None
        self._transports: dict[tuple[str, bool], httpx.AsyncBaseTransport] = {}

    def tls_for(self, node: NodeAddress) -> ssl.SSLContext | None:
        """The TLS settings for connections to `node`; None for plain http."""
        # Reading the system's certificates takes a while and only TLS needs them.
        if node.scheme == "https" and self._secured is None:
            self._secured = self._tls()
        return self._secured if node.scheme == "https" else None

    def to(self, node: NodeAddress, proxy: httpx.Proxy | None) -> Affinity:
        """The transport for the requests of one client to `node`."""
        kind = (node.scheme, proxy is None)
        if kind not in self._transports:
            tls = self.tls_for(node)
            # The transport of httpx knows the way through a proxy.
            if proxy is None:
                self._transports[kind] = DirectTransport(tls, SOCKET_OPTIONS)
            else:
                assert tls is not None, "plain http goes through no proxy"
                self._transports[kind] = stock_transport(tls, proxy)
        return Affinity(self._transports[kind])

    async def aclose(self) -> None:
        """Close every connection but those of open event streams: their readers close them."""
        for transport in self._transports.values():
            await transport.aclose()
        self._transports.clear()
