"""The connections to a node: over which proxy, with which certificates, and watched by the system.

Importing this silences httpx and httpcore, which log URLs and headers.
"""

from __future__ import annotations

import logging
import socket
import ssl

import httpx

for _library in ("httpx", "httpcore"):
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)

_WANTED = (
    ("SOL_SOCKET", "SO_KEEPALIVE", 1),
    ("IPPROTO_TCP", "TCP_KEEPIDLE", 15),
    # What macOS calls TCP_KEEPIDLE.
    ("IPPROTO_TCP", "TCP_KEEPALIVE", 15),
    ("IPPROTO_TCP", "TCP_KEEPINTVL", 5),
    ("IPPROTO_TCP", "TCP_KEEPCNT", 3),
    ("IPPROTO_TCP", "TCP_USER_TIMEOUT", 20_000),
)
SOCKET_OPTIONS: tuple[tuple[int, int, int], ...] = tuple(
    (getattr(socket, level), getattr(socket, name), value)
    for level, name, value in _WANTED
    if hasattr(socket, name)
)
"""Options by which the system itself ends a connection whose other end is gone, within 25 s.

Those that this platform lacks are left out.
"""


KEPT = 20
"""How many idle connections are kept for the next request."""


def transport_to(tls: ssl.SSLContext, proxy: httpx.Proxy | None) -> httpx.AsyncHTTPTransport:
    """Connections that are secured by `tls` where a URL asks for it and go through `proxy`.

    A connection through a proxy goes without the socket options, which httpcore does not hand on.
    """
    return httpx.AsyncHTTPTransport(
        verify=tls,
        trust_env=False,
        proxy=proxy,
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=KEPT),
        socket_options=SOCKET_OPTIONS,
    )
