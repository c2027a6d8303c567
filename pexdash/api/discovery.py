"""Finding the nodes of a conference by DNS SRV (`_pexapp._tcp`, RFC 2782)."""

from __future__ import annotations

import random
from contextlib import suppress

from pexdash.api.address import NodeAddress, parse_node
from pexdash.errors import NodeUnreachable, Remedy, UsageFault
from pexdash.text import clean

_LOOKUP_SECONDS = 5.0
"""How long the name servers may take in all."""


def domain_of(alias: str) -> str:
    """The domain part of an alias; raises UsageFault where it has none."""
    domain = alias.rpartition("@")[2]
    if "@" not in alias or not domain:
        raise UsageFault(
            f"{clean(alias)} names no domain to look a node up in: name the node too",
            remedy=Remedy.NODE,
        )
    return domain


async def find_nodes(alias: str, rng: random.Random) -> list[NodeAddress]:
    """The nodes of the alias' domain in the order to try; without SRV, the domain itself.

    Raises NodeUnreachable where the look-up fails or names no node, UsageFault where the alias
    has no domain.
    """
    domain = domain_of(alias)
    import dns.asyncresolver
    import dns.exception
    import dns.resolver

    try:
        answer = await dns.asyncresolver.resolve(
            f"_pexapp._tcp.{domain}", "SRV", lifetime=_LOOKUP_SECONDS
        )
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return [parse_node(domain)]
    except (dns.exception.DNSException, OSError, ValueError) as fault:
        raise NodeUnreachable(
            f"looking up the nodes of {domain} failed; name one yourself", remedy=Remedy.NODE
        ) from fault
    # With such keys the first is drawn by weight, and so is each after it (RFC 2782); name servers
    # send records in any order, and the same draw must give the same node.
    records = sorted(
        sorted(answer, key=lambda record: (str(record.target), record.port)),
        key=lambda record: (record.priority, -(rng.random() ** (1 / max(record.weight, 0.01)))),
    )
    nodes: list[NodeAddress] = []
    for record in records:
        # A target of "." says that there is no such service; others may be no host names at all.
        with suppress(UsageFault):
            nodes.append(parse_node(f"{str(record.target).rstrip('.')}:{record.port}"))
    if not nodes:
        raise NodeUnreachable(f"{domain} has no nodes; name one yourself", remedy=Remedy.NODE)
    return nodes
