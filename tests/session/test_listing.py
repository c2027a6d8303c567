"""A session says while its list of participants is coming, so that no paint holds it up."""

from __future__ import annotations

import asyncio

from pexdash.node.server import EmbeddedNode
from pexdash.session.membership.membership import Membership
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.host import ALIAS, OPEN, membership_on, plain_server
from tests.session.raw_node import RawNode


def seen_by(membership: Membership) -> list[tuple[bool, int]]:
    """Whether the list was coming and how many people were there, at each change on a live line."""
    seen: list[tuple[bool, int]] = []

    def changed() -> None:
        if membership.feed.link.is_live:
            seen.append((membership.feed.is_listing, len(membership.feed.conference.participants)))

    membership.feed.watch(changed)
    return seen


async def test_from_the_stream_to_the_end_of_its_list() -> None:
    async with EmbeddedNode(OPEN) as node:
        for number in range(50):
            node.conference(ALIAS).join(f"Guest {number}")
        membership = membership_on(node.url, ManualClock())
        seen = seen_by(membership)
        running = asyncio.create_task(membership.run())
        await eventually(lambda: membership.feed.conference.synced_at is not None)
        await eventually(lambda: seen[-1] == (False, 51))
        assert seen[0] == (True, 0)
        assert {people for is_listing, people in seen if not is_listing} == {51}
        await membership.close()
        await running


class WithoutList(RawNode):
    """Opens the stream and says nothing more."""

    def listed(self) -> bytes:
        return b": hello\n\n"

    def leave(self) -> None:
        """Let go of the connections."""
        self._ended.set()


async def test_no_list_is_coming_over_a_line_that_is_gone() -> None:
    node = WithoutList()
    async with plain_server(node.serve) as url:
        membership = membership_on(url, ManualClock())
        running = asyncio.create_task(membership.run())
        await eventually(lambda: membership.feed.is_listing)
        await membership.close()
        await running
        node.leave()
        assert not membership.feed.is_listing
