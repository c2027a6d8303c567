"""The product's client and session as its command line makes them."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Callable
from pathlib import Path

from pexdash.api.address import NodeAddress, parse_node
from pexdash.api.client import NodeClient
from pexdash.api.tls import trust
from pexdash.clock import SystemClock
from pexdash.session.feed.feed import Feed
from pexdash.session.membership.invitation import Invitation
from pexdash.session.membership.membership import Membership
from tests.bench import stream


def client_at(address: NodeAddress, tls: Callable[[], ssl.SSLContext] | None = None) -> NodeClient:
    """A client of the meeting on a node."""
    return NodeClient(address, stream.ALIAS, tls=tls or (lambda: trust(None, insecure=False)))


def membership_on(url: str) -> Membership:
    """A session as the command line makes it, not joined yet."""
    return Membership(
        Invitation(stream.ALIAS, "Alice", parse_node(url)),
        Feed(stream.ALIAS, SystemClock()),
        rng=random.Random(7),
        connect=client_at,
        ask_pin=lambda _: asyncio.Future(),
    )


def client_on(url: str, authority: Path | None = None) -> NodeClient:
    """As `client_at`, for a node's URL; trusts the certificate authority of that file."""
    return client_at(parse_node(url), lambda: trust(authority, insecure=False))
