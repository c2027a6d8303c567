"""The transport of httpx itself, which knows the way through a proxy.

Importing this silences httpx and httpcore, which log URLs and headers.
"""

from __future__ import annotations

import logging
import ssl

import httpx

from pexdash.api.http.kept_connections import KEPT
from pexdash.api.http.socket_options import SOCKET_OPTIONS

for _library in ("httpx", "httpcore"):
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)


def stock_transport(tls: ssl.SSLContext, proxy: httpx.Proxy | None) -> httpx.AsyncHTTPTransport:
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
