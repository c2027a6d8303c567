"""A name server of one conference, and a joiner that asks it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import dns.asyncresolver
import dns.message
import dns.rrset
from msgspec.structs import replace

from pexdash.api.address import NodeAddress
from pexdash.api.client import NodeClient
from pexdash.session.membership.invitation import AskPin, Invitation
from pexdash.session.membership.joining import Joiner
from tests.session.host import ALIAS, client_of, never_asked


@asynccontextmanager
async def name_server(*ports: int) -> AsyncIterator[None]:
    """The resolver of this process answers that the conference's nodes are on these ports."""

    class Server(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, sender: tuple[str, int]) -> None:
            query = dns.message.from_wire(data)
            answer = dns.message.make_response(query)
            records = [f"{place} 0 {port} localhost." for place, port in enumerate(ports)]
            answer.answer.append(
                dns.rrset.from_text_list(query.question[0].name, 60, "IN", "SRV", records)
            )
            self.transport.sendto(answer.to_wire(), sender)  # type: ignore[attr-defined]

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        Server, local_addr=("127.0.0.1", 0)
    )
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = transport.get_extra_info("sockname")[1]
    before = dns.asyncresolver.default_resolver
    dns.asyncresolver.default_resolver = resolver  # type: ignore[assignment]
    try:
        yield
    finally:
        dns.asyncresolver.default_resolver = before
        transport.close()


def joiner(connected: list[int], ask_pin: AskPin = never_asked) -> Joiner:
    """Joins the nodes DNS names, without TLS."""

    def connect(address: NodeAddress) -> NodeClient:
        connected.append(address.port)
        return client_of(replace(address, scheme="http", host="127.0.0.1"))

    return Joiner(
        Invitation(ALIAS, "Alice"), connect=connect, ask_pin=ask_pin, rng=random.Random(7)
    )
