"""The certificates by which a node has proved who it is, as a handshake of its own shows them."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import httpx
from msgspec import Struct

from pexdash.api.address import NodeAddress
from pexdash.api.certificate import LOOK_SECONDS, handshake, name_in, time_in
from pexdash.api.http.proxy import proxy_for
from pexdash.text import NAME_LIMIT, clean


class Link(Struct, frozen=True):
    """One certificate of a chain: whose it is, and the Unix time of its end, None if unknown."""

    name: str
    not_after: float | None


class Proof(Struct, frozen=True):
    """The version of TLS, and the chain that was trusted: the node's own first, its root last.

    Where Python does not show the chain, it is the node's own alone.
    """

    version: str
    chain: tuple[Link, ...]


async def proof_of(node: NodeAddress, tls: ssl.SSLContext) -> Proof | None:
    """How `node` proves who it is to `tls`, through the proxy where one is set.

    None where it does not within 5 seconds. Raises UsageFault as `proxy_for`.
    """
    proxy = proxy_for(node, tls)
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            return await handshake(node, proxy, tls, _proof)
    except (httpx.HTTPError, OSError, ValueError):
        return None


def _proof(connection: ssl.SSLObject) -> Proof:
    # From 3.13 on the ssl module shows the chain itself, but as bytes alone.
    inner = getattr(connection, "_sslobj", None)
    verified = getattr(inner, "get_verified_chain", None)
    shown = [one.get_info() for one in verified() or []] if verified is not None else []
    fields: list[dict[str, Any]] = shown or [dict(connection.getpeercert() or {})]
    return Proof(connection.version() or "TLS", tuple(_link(one) for one in fields))


def _link(fields: dict[str, Any]) -> Link:
    alternative = [value for kind, value in fields.get("subjectAltName", ()) if kind == "DNS"]
    name = name_in(fields, "subject") or clean(", ".join(alternative[:1]), NAME_LIMIT)
    return Link(name, time_in(fields.get("notAfter")))
