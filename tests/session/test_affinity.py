"""What belongs to one node is bound to it, where a name leads to several that share no tokens."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from pexdash.api.address import parse_node
from pexdash.api.http import kept_connections
from pexdash.api.requests import LOCK
from pexdash.errors import TokenRefused
from pexdash.node.server import EmbeddedNode
from pexdash.session.feed.link import LinkState
from pexdash.session.membership.asked import Asked
from pexdash.session.membership.invitation import Invitation
from pexdash.session.membership.joining import Joiner
from pexdash.session.membership.visit import visit
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.raw_server import raw_server
from tests.session.balancer import Balancer, Closing, balancing
from tests.session.host import (
    ALIAS,
    Host,
    client_of,
    membership_on,
    never_asked,
    settled,
)
from tests.session.several_nodes import (
    ADDRESSES,
    NAME,
    SeveralNodes,
    looked_up,
    rotating,
    several_nodes,
)

many_addresses = pytest.mark.skipif(sys.platform != "linux", reason="others have 127.0.0.1 alone")
SEVERAL = "seems to lead to several nodes that do not share tokens"


@asynccontextmanager
async def joined(url: str, nodes: SeveralNodes, clock: ManualClock) -> AsyncIterator[Host]:
    """A host who is in at one of these nodes, which is the `node` of this host."""
    membership = membership_on(url, clock)
    running = asyncio.create_task(membership.run())
    host = Host(membership, nodes.nodes[0], clock, running)
    membership.feed.watch(notify=host.notices.append)
    try:
        await eventually(lambda: membership.tokens.admission)
        (host.node,) = [one for one in nodes.nodes if host.me in participants_of(one)]
        yield host
    finally:
        await membership.close()
        await asyncio.gather(running, return_exceptions=True)


def participants_of(node: EmbeddedNode) -> set[str]:
    return set(node.conference(ALIAS).participants)


async def visited(url: str) -> bytes:
    """Join, lock the conference and leave; what the node answered to that."""
    invitation = Invitation(ALIAS, "Alice", parse_node(url))
    joiner = Joiner(invitation, connect=client_of, ask_pin=never_asked, rng=random.Random(7))
    return await visit(Asked(LOCK), joiner)


async def everything_once(host: Host) -> None:
    """Act, renew the token, and open the stream anew."""
    bob = host.conference.join("Bob").uuid
    await eventually(lambda: bob in host.feed.conference.participants)
    await host.act("mute", bob)
    assert host.conference.participants[bob].is_muted == "YES"
    await eventually(lambda: host.shown(bob).is_muted)
    refreshed = host.count("refresh_token")
    await host.clock.advance(60)
    await eventually(lambda: host.count("refresh_token") > refreshed)
    streams = host.count("events")
    host.node.faults.cut_streams()
    await eventually(lambda: host.feed.link.state is LinkState.LOST)
    await host.pass_time_until(lambda: host.count("events") > streams and host.feed.link.is_live)
    await host.act("mute", bob)
    assert host.conference.participants[bob].is_muted == "NO"


@many_addresses
async def test_a_token_stays_at_the_address_that_gave_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept_connections, "KEPT_SECONDS", 0.0)
    clock = ManualClock()
    async with several_nodes(clock=clock, share_port=True) as nodes:
        with rotating():
            async with joined(nodes.url, nodes, clock) as host:
                await host.live()
                for _ in range(3):
                    await everything_once(host)
        (other,) = [node for node in nodes.nodes if node is not host.node]
        assert other.received == []
        assert len(nodes.requests("request_token")) == 1
        assert nodes.left_behind == 0
        assert [text for text in host.said if "Connection lost" not in text] == []


@many_addresses
@pytest.mark.parametrize("comes_back", [False, True], ids=["gone for good", "back later"])
async def test_where_the_address_is_gone_the_next_one_gives_another_token(
    comes_back: bool,
) -> None:
    clock = ManualClock()
    async with several_nodes(clock=clock, share_port=True) as nodes:
        with rotating():
            async with joined(nodes.url, nodes, clock) as host:
                await host.live()
                gone = host.node
                (other,) = [node for node in nodes.nodes if node is not gone]
                await gone.faults.stop_listening()
                await host.pass_time_until(
                    lambda: host.me in participants_of(other) and host.feed.link.is_live, within=10
                )
                assert f"Joined again on {host.membership.node}" in host.said
                if comes_back:
                    await gone.faults.listen_again()
                host.node = other
                await everything_once(host)
        assert len(nodes.requests("request_token")) == 2
        assert len(other.conference(ALIAS).participants) == 1, "Bob alone"


@many_addresses
async def test_a_node_of_two_addresses_is_left_at_the_other_where_one_is_gone() -> None:
    """As a computer does that moves from a network with IPv6 to one without."""
    clock = ManualClock()
    async with several_nodes(clock=clock, count=1) as nodes, AsyncExitStack() as first:
        ways = Balancer(nodes.ports)
        port = await first.enter_async_context(raw_server(ways.serve, host=ADDRESSES[0]))
        async with raw_server(ways.serve, host=ADDRESSES[1], port=port):
            with looked_up(lambda: ADDRESSES):
                async with joined(f"http://{NAME}:{port}", nodes, clock) as host:
                    await host.live()
                    before = host.me
                    await first.aclose()
                    await host.pass_time_until(lambda: host.me != before and host.feed.link.is_live)
                    await eventually(lambda: before not in participants_of(host.node))
        assert len(nodes.requests("request_token")) == 2
        assert nodes.left_behind == 0


@many_addresses
async def test_a_name_of_one_address_waits_for_its_node() -> None:
    clock = ManualClock()
    async with several_nodes(clock=clock, share_port=True, count=1) as nodes:
        with looked_up(lambda: ADDRESSES[:1]):
            async with joined(nodes.url, nodes, clock) as host:
                await host.live()
                await host.node.faults.stop_listening()
                await eventually(lambda: host.feed.link.state is LinkState.LOST)
                await host.clock.advance(10)
                await settled()
                await host.node.faults.listen_again()
                await host.pass_time_until(lambda: host.feed.link.is_live)
        assert len(nodes.requests("request_token")) == 1
        assert nodes.left_behind == 0


@many_addresses
async def test_a_node_that_lets_nobody_in_is_passed_over_for_the_next_address() -> None:
    async with several_nodes(share_port=True) as nodes:
        first, second = nodes.nodes
        first.faults.answer("request_token", 503, b"", "", times=2)
        with looked_up(lambda: ADDRESSES):
            for _ in range(2):
                assert await visited(nodes.url) == b"true\n"
        assert [len(first.received), len(second.received)] == [2, 2 * 3]
        assert nodes.left_behind == 0


async def test_a_balancer_s_cookie_keeps_us_at_one_node() -> None:
    clock = ManualClock()
    async with several_nodes(clock=clock, count=3) as nodes:
        balancer = Balancer(nodes.ports, sticky=True)
        async with balancing(balancer) as url, joined(url, nodes, clock) as host:
            await host.live()
            for _ in range(3):
                await everything_once(host)
        assert len({port for _, port in balancer.asked}) == 1
        assert len(nodes.requests("request_token")) == 1
        assert nodes.left_behind == 0


async def test_another_token_begins_without_the_cookies_of_the_last() -> None:
    clock = ManualClock()
    async with several_nodes(clock=clock) as nodes:
        balancer = Balancer(nodes.ports, sticky=True)
        async with balancing(balancer) as url, joined(url, nodes, clock) as host:
            await host.live()
            first = host.node
            refusal = {"status": "success", "result": "Invalid token"}
            first.faults.answer("refresh_token", 403, refusal)
            await host.clock.advance(60)
            (other,) = [node for node in nodes.nodes if node is not first]
            await eventually(lambda: host.me in participants_of(other))
            await eventually(lambda: first.conference(ALIAS).participants == {})
        assert nodes.left_behind == 0


@pytest.mark.parametrize("count", [2, 3])
async def test_where_each_request_goes_elsewhere_it_is_said_and_nobody_is_left_behind(
    count: int,
) -> None:
    clock = ManualClock()
    async with several_nodes(clock=clock, count=count) as nodes:
        balancer = Balancer(nodes.ports)
        async with balancing(balancer) as url, joined(url, nodes, clock) as host:
            await eventually(lambda: host.feed.link.state is LinkState.LOST)
            assert SEVERAL in host.feed.link.fault
            for _ in range(90):
                await host.clock.advance(0.5)
                await settled()
            assert not host.running.done()
            assert len(nodes.requests("request_token")) <= 8
            assert nodes.left_behind <= 2
            assert len(host.said) <= 8
        assert nodes.left_behind == 0


@pytest.mark.parametrize("closing", [Closing.AFTER_EACH, Closing.AT_THE_NEXT])
async def test_connections_that_break_between_requests_cost_no_action_and_no_token(
    closing: Closing,
) -> None:
    clock = ManualClock()
    async with several_nodes(clock=clock, count=1) as nodes:
        async with balancing(Balancer(nodes.ports, closing=closing)) as url:
            for _ in range(3):
                async with joined(url, nodes, clock) as host:
                    await host.live()
                    people = [host.conference.join(f"Person {at}").uuid for at in range(5)]
                    await eventually(lambda: set(people) <= set(host.feed.conference.participants))  # noqa: B023
                    for uuid in people:
                        await host.act("mute", uuid)
                    assert {host.conference.participants[one].is_muted for one in people} == {"YES"}
                    assert [text for text in host.said if "may or may not" in text] == []
                    for uuid in people:
                        host.conference.leave(uuid)
        assert nodes.left_behind == 0
        assert len(nodes.requests("mute")) == 15, "none was sent twice"


@many_addresses
async def test_a_visit_stays_at_the_address_that_let_it_in() -> None:
    async with several_nodes(share_port=True) as nodes:
        with rotating():
            for _ in range(4):
                assert await visited(nodes.url) == b"true\n"
        assert nodes.left_behind == 0
        assert [len(node.received) for node in nodes.nodes] == [6, 6]


@pytest.mark.parametrize("closing", Closing)
async def test_a_visit_through_a_balancer_leaves_nobody_behind(closing: Closing) -> None:
    async with several_nodes() as nodes:
        balancer = Balancer(nodes.ports, sticky=True, closing=closing)
        async with balancing(balancer) as url:
            for _ in range(4):
                assert await visited(url) == b"true\n"
        assert nodes.left_behind == 0
        assert len(nodes.requests("lock")) == 4


async def test_a_visit_where_each_request_goes_elsewhere_says_so() -> None:
    async with several_nodes() as nodes:
        async with balancing(Balancer(nodes.ports)) as url:
            with pytest.raises(TokenRefused, match=SEVERAL) as refused:
                await visited(url)
        assert refused.value.exit_status == 4
        assert nodes.left_behind == 0
