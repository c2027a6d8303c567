"""Closing: whatever we are about, the token is released once, and we are gone soon."""

from __future__ import annotations

import asyncio
import time

import pytest

from pexdash.clock import SystemClock
from pexdash.node.server import EmbeddedNode
from pexdash.session.feed.link import LinkState
from pexdash.session.membership import leaving
from tests.eventually import AT_ONCE_SECONDS, eventually
from tests.manual_clock import ManualClock
from tests.session.host import ALIAS, OPEN, hosting, membership_on, settled


async def test_close_releases_once_however_often_it_is_called() -> None:
    async with hosting() as host:
        me = host.me
        await asyncio.gather(*(host.membership.close() for _ in range(3)))
        await host.membership.close()
        assert host.count("release_token") == 1
        assert me not in host.conference.participants
        assert await host.running == ""
        await host.clock.advance(30)
        await settled()
        assert host.node.received[-1].path.endswith("/release_token")
        assert host.feed.link.state is LinkState.ENDED


async def test_close_after_run_was_cancelled_releases() -> None:
    async with hosting() as host:
        host.running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await host.running
        assert host.count("release_token") == 0
        assert host.feed.link.state is LinkState.ENDED
        await host.membership.close()
        assert host.count("release_token") == 1
        assert not host.conference.participants


async def test_close_while_the_line_is_down_releases() -> None:
    async with hosting() as host:
        host.node.faults.answer("events", 502, b"", "", times=9)
        host.node.faults.cut_streams()
        await eventually(lambda: host.feed.link.state is LinkState.LOST)
        await host.membership.close()
        assert host.count("release_token") == 1


async def test_close_releases_no_token_that_the_node_gave_up() -> None:
    async with hosting() as host:
        host.node.faults.answer("request_token", 503, b"", "", times=99)
        host.conference.remove(host.me, "Media node disconnected")
        await eventually(lambda: host.said)
        await host.membership.close()
        assert host.count("release_token") == 0


async def test_close_while_joining_anew_is_not_held_up() -> None:
    async with hosting() as host:
        refusal = {"status": "success", "result": "Invalid token"}
        host.node.faults.answer("refresh_token", 403, refusal)
        host.node.faults.answer("request_token", 503, b"", "", times=9)
        await host.clock.advance(60)
        await eventually(lambda: host.count("request_token") == 2)
        began = time.monotonic()
        await host.membership.close()
        assert time.monotonic() - began < AT_ONCE_SECONDS
        assert host.count("release_token") == 1


@pytest.mark.parametrize("closes_first", [True, False])
async def test_a_token_given_to_one_who_is_told_to_leave_over_and_over_is_released(
    closes_first: bool,
) -> None:
    """A signal closes the session, and the screen that ends cancels what runs it once more."""
    async with EmbeddedNode(OPEN) as node:
        answer = node.faults.hold("request_token")
        membership = membership_on(node.url, SystemClock())
        running = asyncio.create_task(membership.run())
        await eventually(lambda: requests(node) == ["request_token"])
        closing = asyncio.create_task(membership.close() if closes_first else settled())
        await settled()
        for _ in range(3):
            running.cancel()
            await settled()
        answer.set()
        await closing
        await membership.close()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert requests(node) == ["request_token", "release_token"]
        assert not node.conference(ALIAS).participants


def requests(node: EmbeddedNode) -> list[str]:
    """What was asked of a node."""
    return [one.path.rpartition("/")[2] for one in node.received]


async def test_close_before_joining_does_nothing_and_run_joins_no_more() -> None:
    async with EmbeddedNode(OPEN) as node:
        membership = membership_on(node.url, ManualClock())
        await membership.close()
        assert await membership.run() == ""
        assert node.received == []


async def test_close_when_the_node_is_gone() -> None:
    clock = ManualClock()
    async with EmbeddedNode(OPEN, clock=clock) as node:
        membership = membership_on(node.url, clock)
        running = asyncio.create_task(membership.run())
        await eventually(lambda: membership.feed.link.is_live)
    await eventually(lambda: membership.feed.link.state is LinkState.LOST)
    await membership.close()
    assert await running == ""


@pytest.mark.parametrize("status", [200, 403, 502])
async def test_close_whatever_the_node_says_to_it(status: int) -> None:
    async with hosting() as host:
        host.node.faults.answer("release_token", status, b"<html>", "text/html")
        await host.membership.close()
        assert host.count("release_token") == 1


async def test_close_waits_for_a_node_that_is_slow_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert leaving.RELEASE_SECONDS == 8.0
    monkeypatch.setattr(leaving, "RELEASE_SECONDS", 0.5)
    async with EmbeddedNode(OPEN) as node:
        membership = membership_on(node.url, SystemClock())
        running = asyncio.create_task(membership.run())
        await eventually(lambda: membership.feed.link.is_live)
        node.faults.hold("release_token")
        began = time.monotonic()
        await membership.close()
        assert 0.4 < time.monotonic() - began < AT_ONCE_SECONDS
        assert await running == ""


async def test_a_close_that_is_given_up_goes_on() -> None:
    async with hosting() as host:
        answer = host.node.faults.hold("release_token")
        closing = asyncio.create_task(host.membership.close())
        await eventually(lambda: host.count("release_token") == 1)
        closing.cancel()
        await asyncio.gather(closing, return_exceptions=True)
        answer.set()
        await host.membership.close()
        assert host.count("release_token") == 1
