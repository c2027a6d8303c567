"""Nodes are asked for their status, and what they answer raises the alarms of nodes."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest

from pexdash.api.address import NodeAddress, parse_node
from pexdash.errors import (
    BadAnswer,
    NodeUnavailable,
    NodeUnreachable,
    NodeUntrusted,
    PexdashError,
    Refused,
)
from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.alarms.nodes import NodeStatus
from pexdash.node.server import EmbeddedNode
from pexdash.session.alarms.node_watch import ASK_SECONDS, NodeWatch, status_in
from tests.api.broken_server import closed_port
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.alarming import Wall, at_work
from tests.session.host import OPEN, client_of, settled

NODES = ConferenceKey("main", "")


@asynccontextmanager
async def watched(wall: Wall, *urls: str) -> AsyncIterator[NodeWatch]:
    """The nodes of these URLs are asked until the block ends."""
    watch = NodeWatch(wall.work, connect=client_of, clock=wall.clock, rng=random.Random(3))
    watch.watch(cluster_of(urls))
    running = asyncio.create_task(watch.run())
    try:
        yield watch
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def cluster_of(urls: Iterable[str]) -> list[tuple[str, NodeAddress]]:
    return [("main", parse_node(url)) for url in urls]


def asked(node: EmbeddedNode) -> int:
    return sum(one.path.endswith("/status") for one in node.received)


async def asks(wall: Wall, node: EmbeddedNode, times: int) -> None:
    """Let time pass until the node has been asked so many times."""
    while asked(node) < times:
        await wall.clock.advance(0.5)
        await settled()


async def test_a_node_is_asked_about_every_ten_seconds_and_no_more_once_it_is_not_wanted() -> None:
    clock = ManualClock()
    async with EmbeddedNode(OPEN, clock=clock) as node, at_work(clock) as wall:
        async with watched(wall, node.url) as watch:
            await asks(wall, node, 1)
            began = clock.monotonic()
            await asks(wall, node, 4)
            apart = (clock.monotonic() - began) / 3
            assert 0.8 * ASK_SECONDS <= apart <= 1.2 * ASK_SECONDS + 0.5
            watch.watch([])
            await settled()
            await clock.advance(30)
            await settled()
            assert asked(node) == 4
        assert wall.edges == []


async def test_maintenance_that_a_node_names_is_an_alarm_until_it_is_in_service_again() -> None:
    clock = ManualClock()
    async with EmbeddedNode(OPEN, clock=clock) as node, at_work(clock) as wall:
        said = b'{"status": "failed", "result": "System in maintenance mode"}'
        node.faults.answer("status", 503, said, times=1000)
        async with watched(wall, node.url):
            await asks(wall, node, 1)
            await clock.advance(30.5)
            await eventually(lambda: wall.times(Change.RAISED, "node-maintenance"))
            name = str(parse_node(node.url))
            assert wall.edges[0].text == f"{name} is in maintenance"
            node.faults.recover()
            await asks(wall, node, asked(node) + 2)
            await clock.advance(60)
            assert wall.word("node-maintenance", name, NODES) == "RETURNED"
            assert wall.times(Change.RAISED, "node-down") == []


async def test_a_node_that_does_not_answer_three_times_is_down() -> None:
    clock = ManualClock()
    url = f"http://127.0.0.1:{closed_port()}"
    async with at_work(clock) as wall, watched(wall, url):
        for _ in range(120):
            await clock.advance(0.5)
            await settled()
            if wall.edges:
                break
        assert wall.edges[0].text == f"{parse_node(url)} does not answer"
        assert 1000 + 2 * 0.8 * ASK_SECONDS + 10 <= wall.edges[0].at <= 1050


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (NodeUnavailable("", status=503), (NodeStatus.MAINTENANCE, False)),
        (
            NodeUnavailable("", status=503, reason="System in Maintenance mode"),
            (NodeStatus.MAINTENANCE, True),
        ),
        (NodeUnavailable("", status=429), (NodeStatus.OK, False)),
        (NodeUnavailable("", status=502), (NodeStatus.FAILED, False)),
        (NodeUnreachable("no"), (NodeStatus.FAILED, False)),
        (Refused("", status=404), (NodeStatus.OK, False)),
        (NodeUntrusted("no"), None),
        (BadAnswer("a redirect"), None),
    ],
)
def test_what_a_fault_says_of_a_node(
    fault: PexdashError, told: tuple[NodeStatus, bool] | None
) -> None:
    assert status_in(fault) == told
