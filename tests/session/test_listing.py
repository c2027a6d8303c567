"""A list that comes soon is told of when it is complete, and not held up by a paint before it."""

from __future__ import annotations

import asyncio

from pexdash.node.server import EmbeddedNode
from pexdash.session.link import LinkState
from pexdash.session.session import LIST_SECONDS, Session
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.host import ALIAS, OPEN, plain_server, session_on
from tests.session.raw_node import RawNode

Told = tuple[LinkState, int]


def told_of(session: Session) -> list[Told]:
    """The line and the number of people whenever something is to be shown."""
    told: list[Told] = []
    session.changed = lambda: told.append(
        (session.link.state, len(session.conference.participants))
    )
    return told


async def test_a_stream_and_its_list_are_told_of_together() -> None:
    async with EmbeddedNode(OPEN) as node:
        for number in range(50):
            node.conference(ALIAS).join(f"Guest {number}")
        session = session_on(node.url, ManualClock())
        told = told_of(session)
        running = asyncio.create_task(session.run())
        await eventually(lambda: session.conference.synced_at is not None)
        assert {people for line, people in told if line is LinkState.LIVE} == {51}
        await session.close()
        await running


class WithoutList(RawNode):
    """Opens the stream and says nothing more."""

    def listed(self) -> bytes:
        return b": hello\n\n"

    def leave(self) -> None:
        """Let go of the connections."""
        self._ended.set()


async def test_a_stream_without_a_list_is_told_of_soon_as_well() -> None:
    node = WithoutList()
    async with plain_server(node.serve) as url:
        session = session_on(url, ManualClock())
        told = told_of(session)
        running = asyncio.create_task(session.run())
        await eventually(lambda: session.link.is_live)
        began = asyncio.get_running_loop().time()
        await eventually(lambda: told[-1] == (LinkState.LIVE, 0))
        assert asyncio.get_running_loop().time() - began < LIST_SECONDS + 1
        await session.close()
        await running
        node.leave()
        assert told[-1] == (LinkState.ENDED, 0)


async def test_a_session_that_ends_before_the_list_came_calls_nobody_later() -> None:
    node = WithoutList()
    async with plain_server(node.serve) as url:
        session = session_on(url, ManualClock())
        told = told_of(session)
        running = asyncio.create_task(session.run())
        await eventually(lambda: session.link.is_live)
        await session.close()
        await running
        node.leave()
        calls = len(told)
        await asyncio.sleep(LIST_SECONDS * 1.5)
        assert len(told) == calls
