"""Which way a request takes to its node, and whether it may be sent twice.

Both travel with a request as extensions of httpx, from a client down to what opens connections.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple

import httpx

ROUTE = "pexdash.route"
"""The extension that holds a `Route`."""
REPEATABLE = "pexdash.repeatable"
"""The extension that is true for a request that does no harm when a node gets it twice."""

Origin = tuple[str, bytes, int | None]
"""Scheme, host and port of a URL."""
Address = tuple[str, int] | tuple[str, int, int, int]
"""An IP address and a port, for IPv6 with flow and scope, as the system's sockets have it."""


class Route(NamedTuple):
    """The only address to go to, or those not to go to; `anew` asks for a new connection."""

    address: Address | None = None
    avoids: frozenset[Address] = frozenset()
    anew: bool = False

    def leads_to(self, address: Address | None) -> bool:
        """Whether a connection to `address` is one of this route."""
        if self.address is not None:
            return address == self.address
        return address not in self.avoids


def route_of(request: httpx.Request) -> Route:
    """The route of a request; any address will do where it has none."""
    route: Route = request.extensions.get(ROUTE, Route())
    return route


def is_repeatable(request: httpx.Request) -> bool:
    """Whether a node may get the request twice."""
    return bool(request.extensions.get(REPEATABLE))


def address_of(transport: asyncio.BaseTransport) -> Address | None:
    """Where a connection leads to; None where the system does not know it any more."""
    address: Address | None = transport.get_extra_info("peername")
    return address
