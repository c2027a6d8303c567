"""The httpx client of one conference on one node; a wall makes a thousand of them for one node."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import lru_cache

import httpx

from pexdash.api.address import CONNECT_SECONDS
from pexdash.api.http.cookies import NoCookies

# Those of httpx have no bound; the transport has the cookies.
_NO_COOKIES = NoCookies()


def http_client(
    url: str,
    transport: httpx.AsyncBaseTransport,
    before: Callable[[httpx.Request], Awaitable[None]],
) -> httpx.AsyncClient:
    """A client for the node at `url`, over `transport`; `before` is called with each request."""
    return httpx.AsyncClient(
        base_url=_base_of(url),
        transport=transport,
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
        cookies=_NO_COOKIES,
        headers={
            "accept": "application/json",
            # A few compressed bytes can fill the memory before their length can be checked.
            "accept-encoding": "identity",
            "user-agent": "pexdash",
        },
        event_hooks={"request": [before]},
    )


@lru_cache(64)
def _base_of(url: str) -> httpx.URL:
    """A node's URL as httpx reads it, with the slash for which it would read it twice."""
    return httpx.URL(f"{url}/")
