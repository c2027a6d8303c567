"""Whether a node is found, reached, trusted and in service, and what it lets us join."""

from __future__ import annotations

import asyncio
import random
import socket
import ssl
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pexdash.api.address import NodeAddress
from pexdash.api.discovery import LookUpFailed, find_nodes
from pexdash.api.requests import UNKNOWN_STATUSES
from pexdash.cli.finding import Finding, Verdict, note, ok, unknown, wrong
from pexdash.cli.invitation import joiner_for, trust_for
from pexdash.cli.options import JoinOptions, say_on_stderr, with_option
from pexdash.errors import NodeUntrusted, PexdashError, PinRequired, Refused, SignInRequired
from pexdash.secret import Secret
from pexdash.session.membership.invitation import Invitation, PinQuestion
from pexdash.settings import Settings
from pexdash.text import ADDRESS_LIMIT, NAME_LIMIT, clean

if TYPE_CHECKING:
    from pexdash.api.token import Token

MOST_ADDRESSES = 4
"""How many addresses of a node are told."""
SOON_SECONDS = 14 * 86_400.0
"""How long before its end a certificate is worth a word."""
NOT_KNOWN = (404, *UNKNOWN_STATUSES)
"""How nodes refuse a request that came after their version."""


async def node_findings(
    alias: str, node: NodeAddress | None, options: JoinOptions, settings: Settings
) -> AsyncIterator[Finding]:
    """What can be said of `node`, or else of the nodes of the alias' domain."""
    nodes = [node] if node is not None else []
    if node is None:
        try:
            nodes = await find_nodes(alias, random.Random(), say_on_stderr)
        except LookUpFailed as fault:
            yield wrong("DNS", "failed", str(fault))
        except PexdashError as fault:
            yield wrong("DNS", "no node", with_option(str(fault), fault.remedy))
        else:
            yield ok("DNS", ", ".join(str(one) for one in nodes), "the nodes, in their order")
    tls = trust_for(options, settings)
    for one in nodes:
        async for finding in _of_node(one, tls() if one.scheme == "https" else None):
            yield finding


async def _of_node(node: NodeAddress, tls: ssl.SSLContext | None) -> AsyncIterator[Finding]:
    from pexdash.api.http.proxy import proxy_for, proxy_name

    try:
        proxy = proxy_for(node, tls)
    except PexdashError as fault:
        yield wrong("proxy", "cannot be used", str(fault))
        return
    if proxy is None:
        yield ok("proxy", f"none to {node}")
        yield await _addresses(node)
    else:
        yield ok("proxy", f"{proxy_name(proxy)} to {node}", "it looks up the node's name itself")
    answer = await _answer(node, tls)
    yield answer
    if tls is not None and answer.verdict is Verdict.OK:
        yield await _proof(node, tls)
    elif tls is None and not node.is_loopback:
        yield note("TLS", "none", "whoever is on the way can read the PIN and all else")


async def _addresses(node: NodeAddress) -> Finding:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(node.host, node.port, type=socket.SOCK_STREAM)
    except OSError as fault:
        return wrong("address", f"none for {node.host}", clean(fault.strerror or str(fault)))
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    more = f" and {len(addresses) - MOST_ADDRESSES} more" if addresses[MOST_ADDRESSES:] else ""
    return ok("address", ", ".join(addresses[:MOST_ADDRESSES]) + more)


async def _answer(node: NodeAddress, tls: ssl.SSLContext | None) -> Finding:
    """Whether the node answers, and is in service."""
    from pexdash.api.client import NodeClient

    def trusted() -> ssl.SSLContext:
        assert tls is not None, "asked for https alone"
        return tls

    client = NodeClient(node, "", tls=trusted)
    began = time.monotonic()
    try:
        await client.node_status()
    except NodeUntrusted as fault:
        return wrong("TLS", "not trusted", with_option(str(fault), fault.remedy))
    except Refused as fault:
        if fault.status in NOT_KNOWN:
            return ok("node", str(node), "it answers, and does not tell whether it is in service")
        return wrong("node", "not in service", str(fault))
    except PexdashError as fault:
        return wrong("node", "no answer", with_option(str(fault), fault.remedy))
    finally:
        await client.aclose()
    return ok(
        "node", str(node), f"in service, answers in {(time.monotonic() - began) * 1000:.0f} ms"
    )


async def _proof(node: NodeAddress, tls: ssl.SSLContext) -> Finding:
    from pexdash.api.chain import proof_of

    proof = await proof_of(node, tls)
    if proof is None:
        return unknown("TLS", "no handshake could be looked at")
    chain = ", issued by ".join(one.name or "somebody without a name" for one in proof.chain)
    ends = [one.not_after for one in proof.chain if one.not_after is not None]
    if not ends:
        return ok("TLS", proof.version, f"the certificate is of {chain}")
    end = min(ends)
    until = f"{datetime.fromtimestamp(end, UTC).date().isoformat()}"
    told = f"the certificate is of {chain}; good until {until}"
    is_soon = end - time.time() < SOON_SECONDS
    return note("TLS", proof.version, told) if is_soon else ok("TLS", proof.version, told)


async def conference_findings(
    invitation: Invitation, options: JoinOptions, settings: Settings
) -> Sequence[Finding]:
    """Whether the conference lets us in, and the node's version, which it tells to nobody else.

    Joins and leaves at once.
    """
    from pexdash.session.membership.leaving import leave

    alias = clean(invitation.alias, ADDRESS_LIMIT)
    joiner = joiner_for(invitation, options, settings, _no_answer, say=say_on_stderr)
    try:
        admission = await joiner.first_token()
    except PinRequired as fault:
        if fault.wrong:
            return [wrong("conference", alias, "the PIN is wrong")]
        meaning = "it asks for a PIN; with --pin-file or PEXDASH_PIN more can be told"
        return [ok("conference", alias, meaning), unknown("version", "the node tells it who joins")]
    except SignInRequired:
        meaning = "it asks for a sign-in, which `pexdash join` does"
        return [ok("conference", alias, meaning), unknown("version", "the node tells it who joins")]
    except PexdashError as fault:
        return [wrong("conference", alias, with_option(str(fault), fault.remedy))]
    await leave(admission)
    return _of_token(alias, admission.token)


def _of_token(alias: str, token: Token) -> list[Finding]:
    chat = "" if token.chat_enabled else "; without chat"
    told = token.told.get("version")
    pseudo = told.get("pseudo_version") if isinstance(told, dict) else None
    version = " ".join(filter(None, (token.version, f"({pseudo})" if pseudo else "")))
    return [
        ok("conference", alias, f"joined as {token.role.value} and left again{chat}"),
        ok("version", clean(version, NAME_LIMIT) or "not told"),
    ]


async def _no_answer(question: PinQuestion) -> Secret:
    """Ask nobody: what is not given is told as lacking."""
    raise PinRequired(
        "a PIN is asked for", guest_needs_pin=question.guest_needs_pin, wrong=question.wrong
    )
