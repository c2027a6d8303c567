"""Finding the nodes of a conference by DNS SRV (`_pexapp._tcp`, RFC 2782)."""

from __future__ import annotations

import asyncio
import ipaddress
import random
from collections.abc import Callable
from contextlib import suppress

from pexdash.api.address import NodeAddress, parse_node
from pexdash.errors import NodeFault, NodeUnreachable, Remedy, UsageFault
from pexdash.text import clean

MOST_NODES = 16
"""How many nodes of a domain are tried: the first in the order of RFC 2782."""
_LOOKUP_SECONDS = 5.0
"""How long the name servers may take in all."""
_SLOW_SECONDS = 1.0
"""After how long a look-up is told of."""

Say = Callable[[str], None]
"""Tells the user in a sentence what is waited for."""


class LookUpFailed(NodeUnreachable):
    """No name server tells which nodes a domain has; str() says why."""


class LookUp:
    """Looks up the nodes of `alias`, and remembers those of the last answer.

    `say` is told of a look-up that takes a while, and of one that fails.
    """

    def __init__(self, alias: str, rng: random.Random, say: Say) -> None:
        self._alias = alias
        self._rng = rng
        self._say = say
        self._nodes: list[NodeAddress] = []
        self._failure: LookUpFailed | None = None

    async def nodes(self) -> list[NodeAddress]:
        """The nodes in the order to try, at most 16; raises NodeUnreachable and UsageFault.

        Where the look-up fails, they are those of the last answer, or else the domain itself: it
        may have an address all the same.
        """
        self._failure = None
        try:
            self._nodes = await find_nodes(self._alias, self._rng, self._say)
        except LookUpFailed as failure:
            if self._nodes:
                return self._nodes
            self._failure = failure
            domain = parse_node(domain_of(self._alias))
            self._say(f"{failure}: trying {domain} itself")
            return [domain]
        return self._nodes

    def explained(self, fault: NodeFault) -> NodeFault:
        """`fault` of the node that was tried last, with that of the look-up where it failed too."""
        if self._failure is None or not isinstance(fault, NodeUnreachable):
            return fault
        return NodeUnreachable(
            f"{self._failure}, and {fault}; name a node yourself", remedy=Remedy.NODE
        )


def domain_of(alias: str) -> str:
    """The domain part of an alias; raises UsageFault where it has none."""
    domain = alias.rpartition("@")[2]
    if "@" not in alias or not domain:
        raise UsageFault(
            f"{clean(alias)} names no domain to look a node up in: name the node too",
            remedy=Remedy.NODE,
        )
    return domain


async def find_nodes(
    alias: str, rng: random.Random, say: Say = lambda _: None
) -> list[NodeAddress]:
    """The nodes of the alias' domain in the order to try, 16 at most; without SRV, the domain.

    Raises LookUpFailed where no name server answers in 5 seconds or all refuse to, NodeUnreachable
    where the answer names no node, and UsageFault where the alias has no domain that can be.
    """
    domain = domain_of(alias)
    itself = parse_node(domain)
    if _is_address(domain):
        return [itself]
    import dns.asyncresolver
    import dns.exception
    import dns.resolver

    name = f"_pexapp._tcp.{domain}"
    telling = asyncio.get_running_loop().call_later(
        _SLOW_SECONDS, say, f"looking up the nodes of {clean(domain)} (DNS SRV {clean(name)})"
    )
    try:
        answer = await dns.asyncresolver.resolve(name, "SRV", lifetime=_LOOKUP_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return [itself]
    except (dns.exception.DNSException, OSError, ValueError, EOFError) as fault:
        why = "no name server could answer"
        if isinstance(fault, dns.exception.Timeout):
            why = f"no answer within {_LOOKUP_SECONDS:g} s"
        elif isinstance(fault, dns.resolver.NoResolverConfiguration):
            why = "this computer knows no name server"
        raise LookUpFailed(
            f"looking up the nodes of {clean(domain)} failed ({why})", remedy=Remedy.NODE
        ) from fault
    finally:
        telling.cancel()
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
        if len(nodes) == MOST_NODES:
            break
    if not nodes:
        raise NodeUnreachable(f"{domain} has no nodes; name one yourself", remedy=Remedy.NODE)
    return nodes


def _is_address(domain: str) -> bool:
    """Whether the domain is an IP address, of which DNS has no SRV records."""
    try:
        ipaddress.ip_address(domain.strip("[]"))
    except ValueError:
        return False
    return True
