"""Finding the nodes of a conference by DNS SRV (`_pexapp._tcp`, RFC 2782)."""

from __future__ import annotations

import random

from pexdash.api.address import NodeAddress
from pexdash.errors import NodeUnreachable, UsageFault

_TIMEOUT = 5.0


def domain_of(alias: str) -> str:
    """The domain part of an alias; raises UsageFault where it has none."""
    domain = alias.rpartition("@")[2]
    if "@" not in alias or not domain:
        raise UsageFault(f"{alias} names no domain to look a node up in: give one with --node")
    return domain


async def find_nodes(alias: str, rng: random.Random) -> list[NodeAddress]:
    """The nodes of the alias' domain in the order to try; without SRV, the domain itself.

    Raises NodeUnreachable where the look-up fails, UsageFault where the alias has no domain.
    """
    domain = domain_of(alias)
    import dns.asyncresolver
    import dns.exception
    import dns.resolver

    try:
        answer = await dns.asyncresolver.resolve(f"_pexapp._tcp.{domain}", "SRV", lifetime=_TIMEOUT)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return [NodeAddress("https", domain, 443)]
    except (dns.exception.DNSException, OSError, ValueError) as fault:
        raise NodeUnreachable(
            f"looking up the nodes of {domain} failed; name one with --node"
        ) from fault
    records = sorted(
        answer, key=lambda record: (record.priority, -rng.random() * (record.weight + 0.01))
    )
    return [NodeAddress("https", str(record.target).rstrip("."), record.port) for record in records]
