"""Finding nodes by DNS, against a name server of the test's own."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from pexdash.api import discovery
from pexdash.api.address import NodeAddress
from pexdash.api.discovery import MOST_NODES, LookUp, LookUpFailed, domain_of, find_nodes
from pexdash.errors import NodeUnreachable, NodeUntrusted, Remedy, UsageFault


class NameServer(asyncio.DatagramProtocol):
    """Answers SRV questions by `records` ("priority weight port target"), or by `rcode`."""

    def __init__(self) -> None:
        self.records: list[str] = []
        self.rcode = dns.rcode.NXDOMAIN
        self.is_silent = False
        self.asked: list[str] = []

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        question = dns.message.from_wire(data)
        name = question.question[0].name
        self.asked.append(str(name))
        if self.is_silent:
            return
        answer = dns.message.make_response(question)
        if self.records:
            answer.answer.append(dns.rrset.from_text_list(name, 60, "IN", "SRV", self.records))
        else:
            answer.set_rcode(self.rcode)
        self._transport.sendto(answer.to_wire(), addr)


@pytest.fixture
async def names(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[NameServer]:
    """The name server every look-up goes to."""
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(NameServer, local_addr=("127.0.0.1", 0))
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = transport.get_extra_info("sockname")[1]
    monkeypatch.setattr(dns.asyncresolver, "default_resolver", resolver)
    yield server
    transport.close()


async def find(alias: str = "meet@example.com", seed: int = 1) -> list[NodeAddress]:
    return await find_nodes(alias, random.Random(seed))


async def test_nodes_come_by_priority(names: NameServer) -> None:
    names.records = ["20 1 443 backup.example.com.", "10 1 8443 node1.example.com."]
    assert await find() == [
        NodeAddress("https", "node1.example.com", 8443),
        NodeAddress("https", "backup.example.com", 443),
    ]
    assert names.asked == ["_pexapp._tcp.example.com."]


async def test_equals_share_the_load_by_weight(names: NameServer) -> None:
    names.records = ["10 90 443 big.example.com.", "10 10 443 small.example.com."]
    first = [(await find(seed=seed))[0].host for seed in range(400)]
    assert first.count("big.example.com") == pytest.approx(360, abs=9)


async def test_without_records_the_domain_itself_is_the_node(names: NameServer) -> None:
    assert await find() == [NodeAddress("https", "example.com", 443)]
    names.rcode = dns.rcode.NOERROR
    assert await find() == [NodeAddress("https", "example.com", 443)]


@pytest.mark.fault(3)
@pytest.mark.parametrize("rcode", [dns.rcode.SERVFAIL, dns.rcode.REFUSED, dns.rcode.FORMERR])
async def test_a_name_server_that_fails(rcode: dns.rcode.Rcode, names: NameServer) -> None:
    names.rcode = rcode
    said = r"looking up the nodes of example\.com failed \(no name server could answer\)"
    with pytest.raises(LookUpFailed, match=said):
        await find()


@pytest.mark.fault(3)
async def test_a_name_server_that_does_not_answer(
    names: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "_LOOKUP_SECONDS", 0.05)
    monkeypatch.setattr(discovery, "_SLOW_SECONDS", 0.0)
    names.is_silent = True
    said: list[str] = []
    with pytest.raises(LookUpFailed, match=r"failed \(no answer within") as raised:
        await find_nodes("meet@example.com", random.Random(1), said.append)
    assert raised.value.remedy is Remedy.NODE
    assert said == ["looking up the nodes of example.com (DNS SRV _pexapp._tcp.example.com)"]


async def test_a_look_up_that_fails_leaves_the_domain_itself(names: NameServer) -> None:
    names.rcode = dns.rcode.SERVFAIL
    said: list[str] = []
    look_up = LookUp("meet@example.com", random.Random(1), said.append)
    assert await look_up.nodes() == [NodeAddress("https", "example.com", 443)]
    assert [line.rpartition(": ")[2] for line in said] == ["trying example.com itself"]
    both = look_up.explained(NodeUnreachable("example.com cannot be reached: no such name"))
    assert "looking up the nodes of example.com failed" in str(both)
    assert "no such name; name a node yourself" in str(both)
    assert both.remedy is Remedy.NODE
    untrusted = NodeUntrusted("who is it")
    assert look_up.explained(untrusted) is untrusted


async def test_a_look_up_that_fails_later_leaves_the_nodes_known_before(names: NameServer) -> None:
    names.records = ["10 1 443 node.example.com."]
    look_up = LookUp("meet@example.com", random.Random(1), lambda _: None)
    known = await look_up.nodes()
    names.records, names.rcode = [], dns.rcode.SERVFAIL
    assert await look_up.nodes() == known == [NodeAddress("https", "node.example.com", 443)]
    fault = NodeUnreachable("gone")
    assert look_up.explained(fault) is fault


async def test_of_many_nodes_the_first_are_tried(names: NameServer) -> None:
    names.records = [f"{at} 1 443 n{at}.example." for at in range(MOST_NODES + 5, 0, -1)]
    assert [node.host for node in await find()] == [
        f"n{at + 1}.example" for at in range(MOST_NODES)
    ]


@pytest.mark.parametrize("host", ["192.0.2.1", "[2001:db8::1]"])
async def test_an_address_is_not_looked_up(host: str, names: NameServer) -> None:
    assert await find(f"meet@{host}") == [NodeAddress("https", host.strip("[]"), 443)]
    assert names.asked == []


async def test_a_domain_that_says_it_has_no_nodes(names: NameServer) -> None:
    names.records = ["0 0 0 ."]
    with pytest.raises(NodeUnreachable, match=r"example\.com has no nodes"):
        await find()


async def test_records_that_name_no_node_cost_no_others(names: NameServer) -> None:
    names.records = [
        "1 1 443 a\\032b.example.com.",
        "2 1 0 x.example.com.",
        "3 1 443 n.example.com.",
    ]
    assert await find() == [NodeAddress("https", "n.example.com", 443)]


async def test_a_computer_without_a_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unconfigured(*_: object, **__: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.asyncresolver, "resolve", unconfigured)
    with pytest.raises(LookUpFailed, match="this computer knows no name server"):
        await find_nodes("meet@example.com", random.Random(1))


@pytest.mark.parametrize("alias", ["meet@" + "x" * 64 + ".com", "meet@a..b", "meet@" + "a." * 200])
async def test_a_domain_that_cannot_be(alias: str, names: NameServer) -> None:
    with pytest.raises(UsageFault, match="not a node address"):
        await find(alias)
    assert names.asked == []


async def test_a_domain_no_node_can_have(names: NameServer) -> None:
    with pytest.raises(UsageFault):
        await find("meet@exa mple.com")


@pytest.mark.parametrize("alias", ["meet", "meet@", "", "\x1b[2J"])
def test_an_alias_without_domain(alias: str) -> None:
    with pytest.raises(UsageFault, match="name the node too") as raised:
        domain_of(alias)
    assert str(raised.value).isprintable()
    assert raised.value.remedy is Remedy.NODE


def test_the_domain_is_after_the_last_at() -> None:
    assert domain_of("alice@home@example.com") == "example.com"
