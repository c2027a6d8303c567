"""The state of the line, by itself and as a session passes it."""

from __future__ import annotations

import asyncio

from pexdash.node.server import EmbeddedNode
from pexdash.session.feed.link import Link, LinkState
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.host import OPEN, membership_on


def test_the_states_of_a_line() -> None:
    clock = ManualClock()
    link = Link(clock)
    seen: list[tuple[LinkState, str, bool, float | None]] = []

    def look() -> None:
        seen.append((link.state, link.fault, link.is_live, link.age))

    look()
    for state in (LinkState.CONNECTING, LinkState.LIVE):
        link.become(state)
        look()
    link.become(LinkState.LOST, "gone")
    look()
    for state in (LinkState.CONNECTING, LinkState.LIVE, LinkState.ENDED):
        link.become(state)
        look()
    assert seen == [
        (LinkState.JOINING, "", False, None),
        (LinkState.CONNECTING, "", False, None),
        (LinkState.LIVE, "", True, 0.0),
        (LinkState.LOST, "gone", False, 0.0),
        (LinkState.LOST, "gone", False, 0.0),
        (LinkState.LIVE, "", True, 0.0),
        (LinkState.ENDED, "", False, 0.0),
    ]


async def test_the_states_of_the_line_as_a_session_passes_them() -> None:
    async with EmbeddedNode(OPEN) as node:
        clock = ManualClock()
        membership = membership_on(node.url, clock)
        seen = [membership.feed.link.state]
        membership.feed.watch(lambda: seen.append(membership.feed.link.state))
        running = asyncio.create_task(membership.run())
        await eventually(lambda: membership.feed.conference.synced_at)
        await clock.advance(7)
        assert membership.feed.link.age == 7
        node.faults.cut_streams()
        await eventually(lambda: membership.feed.link.state is LinkState.LOST)
        assert membership.feed.link.age == 7
        await clock.advance(0.25)
        await eventually(lambda: membership.feed.link.is_live)
        assert membership.feed.link.age is not None
        assert membership.feed.link.age <= 0.25
        await membership.close()
        await running
        states = [one for place, one in enumerate(seen) if place == 0 or one is not seen[place - 1]]
        assert states == [
            LinkState.JOINING,
            LinkState.CONNECTING,
            LinkState.LIVE,
            LinkState.LOST,
            LinkState.LIVE,
            LinkState.ENDED,
        ]
