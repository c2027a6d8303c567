"""A node whose certificate no longer holds when the line is made anew gets nothing of ours."""

from __future__ import annotations

import asyncio
import random
import ssl
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import trustme

from pexdash.api.address import NodeAddress
from pexdash.api.client import NodeClient
from pexdash.api.tls import trust
from pexdash.node.server import EmbeddedNode
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.membership.invitation import Invitation
from pexdash.session.membership.membership import Membership
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.raw_server import raw_server
from tests.session.host import ALIAS, OPEN, Host, never_asked


class Front:
    """Speaks TLS for a node in plain HTTP, with a certificate that can be changed."""

    def __init__(self, node: EmbeddedNode, certificate: trustme.LeafCert) -> None:
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.sni_callback = self._meet
        self.handshakes = 0
        certificate.configure_cert(self.tls)
        self.show(certificate)
        self._port = int(node.url.rpartition(":")[2])
        self._open: list[asyncio.StreamWriter] = []

    def _meet(self, connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        self.handshakes += 1
        connection.context = self._shown

    def show(self, certificate: trustme.LeafCert) -> None:
        """Use this certificate from the next connection on."""
        self._shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(self._shown)

    def cut(self) -> None:
        """End every connection."""
        while self._open:
            self._open.pop().transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection to the node and back."""
        to_node = await asyncio.open_connection("127.0.0.1", self._port)
        self._open += [writer, to_node[1]]
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_carry(reader, to_node[1]))
                both.create_task(_carry(to_node[0], writer))
        except* OSError:
            pass
        finally:
            to_node[1].close()


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while chunk := await source.read(65536):
        target.write(chunk)
        await target.drain()
    target.close()


@pytest.mark.fault(8)
async def test_a_changed_certificate_is_refused_and_told_until_the_right_one_is_back(
    tmp_path: Path,
) -> None:
    ours, theirs = trustme.CA(), trustme.CA(organization_name="Nobody We Know")
    file = tmp_path / "ca.pem"
    ours.cert_pem.write_to_path(str(file))
    clock = ManualClock()
    async with AsyncExitStack() as stack:
        node = await stack.enter_async_context(EmbeddedNode(OPEN, clock=clock))
        front = Front(node, ours.issue_cert("localhost"))
        port = await stack.enter_async_context(raw_server(front.serve, front.tls))
        membership = Membership(
            Invitation(ALIAS, "Alice", NodeAddress("https", "localhost", port)),
            Feed(ALIAS, clock),
            rng=random.Random(7),
            connect=lambda address: NodeClient(
                address, ALIAS, tls=lambda: trust(file, insecure=False)
            ),
            ask_pin=never_asked,
        )
        running = asyncio.create_task(membership.run())
        host = Host(membership, node, clock, running)
        await host.live()

        front.show(theirs.issue_cert("localhost"))
        front.cut()
        await host.pass_time_until(
            lambda: "could not prove who it is" in membership.feed.link.fault
        )
        assert membership.feed.link.state is LinkState.LOST
        assert "issued by Nobody We Know" in membership.feed.link.fault
        assert "SHA-256" in membership.feed.link.fault
        received, handshakes = len(node.received), front.handshakes
        await host.pass_time_until(lambda: front.handshakes >= handshakes + 9)
        assert len(node.received) == received, "not even a token"

        front.show(ours.issue_cert("localhost"))
        await host.pass_time_until(lambda: membership.feed.link.is_live)
        assert membership.feed.link.fault == ""
        await eventually(host.agrees)
        await membership.close()
        await asyncio.gather(running, return_exceptions=True)
