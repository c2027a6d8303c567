"""The product's client as its command line makes it."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

from pexdash.api.address import NodeAddress, parse_node
from pexdash.api.client import NodeClient
from pexdash.api.tls import trust
from tests.bench import stream


def client_at(address: NodeAddress, tls: Callable[[], ssl.SSLContext] | None = None) -> NodeClient:
    """A client of the meeting on a node."""
    return NodeClient(address, stream.ALIAS, tls=tls or (lambda: trust(None, insecure=False)))


def client_on(url: str, authority: Path | None = None) -> NodeClient:
    """As `client_at`, for a node's URL; trusts the certificate authority of that file."""
    return client_at(parse_node(url), lambda: trust(authority, insecure=False))
