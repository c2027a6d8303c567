"""A node in trouble is tried ever less, told of once, and found again soon after it is back."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pexdash.session.feed.link import LinkState
from tests.eventually import eventually
from tests.manual_clock import JumpingClock
from tests.raw_server import raw_server
from tests.session.drops import back
from tests.session.host import Host, hosting, settled
from tests.session.nodes import MortalNode, Roamer, roaming

FDS = Path("/proc/self/fd")


class Slammer:
    """Takes every connection on a port and slams it shut, counting."""

    def __init__(self) -> None:
        self.count = 0

    async def slam(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.count += 1
        writer.transport.abort()


@asynccontextmanager
async def slamming(port: int) -> AsyncIterator[Slammer]:
    slammer = Slammer()
    async with raw_server(slammer.slam, port=port):
        yield slammer


async def rebooted(roamer: Roamer, node: MortalNode, down: float) -> tuple[int, float]:
    """The node is away for that long: how often it was tried, and how soon after we were back."""
    await node.go()
    async with slamming(node.port) as slammer:
        await roamer.lives_for(down, 1.0)
    await node.come()
    return slammer.count, await roamer.at(node)


@pytest.mark.fault(2, 25)
async def test_a_node_that_is_down_for_ninety_seconds_is_tried_a_dozen_times() -> None:
    clock = JumpingClock()
    node = MortalNode(clock)
    async with roaming(clock, node) as roamer:
        me = roamer.feed.conference.me
        ann = node.conference.join("Ann")
        await eventually(lambda: ann.uuid in roamer.feed.conference.participants)
        tried, waited = await rebooted(roamer, node, 90)
        # A stream is tried some twelve times, and the refresh at half of the token's life.
        assert 8 <= tried <= 20
        assert waited <= 15.5
        assert len(roamer.said) == 2
        assert roamer.said[1] == "The token had expired: joined again"
        assert roamer.feed.conference.me != me
        assert len(node.requests("request_token")) == 1
        assert ann.uuid not in roamer.feed.conference.participants


@pytest.mark.fault(25)
async def test_a_token_that_dies_while_its_node_is_down_makes_no_storm() -> None:
    clock = JumpingClock()
    node = MortalNode(clock)
    async with roaming(clock, node) as roamer:
        tried, waited = await rebooted(roamer, node, 240)
        assert tried <= 50
        assert waited <= 15.5
        assert len(roamer.said) == 2
        assert len(node.requests("request_token")) == 1


@pytest.mark.fault(17)
async def test_a_computer_that_wakes_beside_a_node_that_is_down_makes_no_storm() -> None:
    clock = JumpingClock()
    node = MortalNode(clock)
    async with roaming(clock, node) as roamer:
        await node.go()
        async with slamming(node.port) as slammer:
            await eventually(lambda: roamer.feed.link.state is LinkState.LOST)
            for _ in range(3):
                clock.jump(8 * 3600)
                await roamer.lives_for(10)
            assert slammer.count <= 12
        await node.come()
        assert await roamer.at(node) <= 15.5
        assert len(roamer.said) == 2


@pytest.mark.fault(2)
async def test_what_was_shown_stays_and_tells_its_age() -> None:
    clock = JumpingClock()
    node = MortalNode(clock)
    async with roaming(clock, node) as roamer:
        shown = dict(roamer.feed.conference.participants)
        await node.go()
        await eventually(lambda: roamer.feed.link.state is LinkState.LOST)
        await roamer.lives_for(45)
        assert roamer.feed.link.age == 45
        assert roamer.feed.conference.participants == shown
        assert not roamer.feed.link.is_live
        assert roamer.feed.link.fault
        await node.come()
        await roamer.at(node)
        age = roamer.feed.link.age
        assert age is not None
        assert age <= 1


def open_files() -> int:
    return len(os.listdir(FDS)) if FDS.exists() else 0


async def cut(host: Host, times: int) -> None:
    """Cut whatever stream there is, a hundred times a minute."""
    for _ in range(times):
        host.node.faults.cut_streams()
        await host.clock.advance(0.6)
        await settled()


@pytest.mark.fault(34)
async def test_a_hundred_cuts_in_a_minute_are_one_banner_and_leave_nothing_behind() -> None:
    async with hosting() as host:
        await cut(host, 20)
        await back(host)
        host.notices.clear()
        tasks, files, streams = len(asyncio.all_tasks()), open_files(), host.count("events")
        began = host.clock.monotonic()
        await cut(host, 100)
        assert host.clock.monotonic() - began == pytest.approx(60)
        assert 30 <= host.count("events") - streams <= 100
        assert len(host.said) <= 1
        await back(host)
        await eventually(lambda: not host.membership.source.fetcher.asking)
        assert len(asyncio.all_tasks()) <= tasks
        assert open_files() <= files + 2
        assert host.count("request_token") == 1
        assert host.feed.link.is_live
