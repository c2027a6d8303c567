"""A participant is handed on by its token: nobody joins twice, and nobody is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from pexdash.api.admission import Admission
from pexdash.api.token import Token
from pexdash.errors import PexdashError, Removed
from pexdash.node.server import EmbeddedNode
from pexdash.secret import Secret
from pexdash.session.membership.custody import Inherited
from pexdash.session.membership.membership import Membership
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.host import ALIAS, OPEN, WITH_PINS, membership_on

JOINED = ManualClock().wall()
"""When the clock of these tests begins."""


@dataclass
class Kept:
    """Takes tokens down, and lets the test say what it answers."""

    earlier: Inherited | PexdashError | None = None
    releases: bool = False
    kept: list[Admission] = field(default_factory=list)
    writes: asyncio.Event = field(default_factory=asyncio.Event)
    certain: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.writes.set()
        self.certain.set()

    @property
    def is_heir(self) -> bool:
        return self.earlier is not None

    def inherited(self) -> Inherited | None:
        if isinstance(self.earlier, PexdashError):
            raise self.earlier
        return self.earlier

    async def may_refresh(self, dies_at: float) -> None:
        await self.certain.wait()

    async def may_join(self) -> None:
        await self.certain.wait()

    async def keep(self, admission: Admission) -> None:
        self.kept.append(admission)
        await self.writes.wait()

    @property
    def last(self) -> Inherited:
        client, token = self.kept[-1]
        return Inherited(client.node, token, JOINED)


@asynccontextmanager
async def joined(
    node: EmbeddedNode, clock: ManualClock, custody: Kept, pin: str | None = None
) -> AsyncIterator[Membership]:
    """A membership that runs until the block ends."""
    membership = membership_on(node.url, clock, custody=custody, pin=pin)
    running = asyncio.create_task(membership.run())
    try:
        yield membership
    finally:
        await membership.close()
        await asyncio.gather(running, return_exceptions=True)


def count(node: EmbeddedNode, name: str) -> int:
    return sum(one.path.endswith(f"/{name}") for one in node.received)


async def test_who_inherits_a_token_goes_on_as_the_same_participant() -> None:
    clock, first, second = ManualClock(), Kept(), Kept()
    async with EmbeddedNode(OPEN, clock=clock) as node:
        people = node.conference(ALIAS).participants
        async with joined(node, clock, first) as one:
            await eventually(lambda: one.feed.is_live)
            (me,) = people
        assert [*people] == [me]
        assert count(node, "release_token") == 0
        await clock.advance(30)
        second.earlier = first.last
        async with joined(node, clock, second) as other:
            await eventually(lambda: other.feed.is_live)
            assert other.feed.conference.me == me
            assert [*people] == [me]
            assert other.feed.role is one.feed.role
            # The node's clock is known from when the participant joined, and not from now.
            assert other.tokens.joined_at_unix == JOINED
            assert other.tokens.joined_at == pytest.approx(clock.monotonic() - 30)
        assert count(node, "request_token") == 1
        second.releases = True
        assert second.last.token.secret.reveal() != first.last.token.secret.reveal()


async def test_a_token_that_is_taken_no_more_ends_in_a_new_join_without_the_old_participant() -> (
    None
):
    clock = ManualClock()
    async with EmbeddedNode(WITH_PINS, clock=clock) as node:
        meeting = node.conference(ALIAS)
        first = Kept()
        async with joined(node, clock, first, pin="1234") as one:
            await eventually(lambda: one.feed.is_live)
        (ghost,) = meeting.participants
        token = replace(first.last.token, secret=Secret("of-nobody"))
        heir = Kept(Inherited(first.last.node, token, JOINED))
        async with joined(node, clock, heir, pin="1234") as other:
            await eventually(lambda: other.feed.is_live)
            assert other.feed.conference.me != ghost
            assert [*meeting.participants] == [other.feed.conference.me]


async def test_a_token_is_written_down_before_it_is_used() -> None:
    clock, custody = ManualClock(), Kept()
    custody.writes.clear()
    async with (
        EmbeddedNode(OPEN, clock=clock) as node,
        joined(node, clock, custody) as membership,
    ):
        await eventually(lambda: custody.kept)
        assert {one.path.rpartition("/")[2] for one in node.received} == {"request_token"}
        custody.writes.set()
        await eventually(lambda: membership.feed.is_live)
        custody.writes.clear()
        before = custody.last.token
        await clock.advance(60)
        await eventually(lambda: len(custody.kept) == 2)
        assert membership.tokens.admission is not None
        assert membership.tokens.admission.token == before
        custody.writes.set()
        await eventually(lambda: _token(membership) == custody.last.token)


def _token(membership: Membership) -> Token | None:
    admission = membership.tokens.admission
    return None if admission is None else admission.token


async def test_who_may_not_refresh_waits_and_joins_nobody_anew() -> None:
    clock, custody = ManualClock(), Kept()
    async with (
        EmbeddedNode(OPEN, clock=clock) as node,
        joined(node, clock, custody) as membership,
    ):
        await eventually(lambda: membership.feed.is_live)
        custody.certain.clear()
        await clock.advance(110)
        assert count(node, "refresh_token") == 0
        custody.certain.set()
        await eventually(lambda: len(custody.kept) == 2)
        custody.certain.clear()
        await clock.advance(300)
        assert count(node, "request_token") == 1
        custody.certain.set()
        await eventually(lambda: count(node, "request_token") == 2)


async def test_nobody_joins_where_the_last_one_was_removed() -> None:
    clock = ManualClock()
    custody = Kept(Removed("You were removed", reason="by jo"))
    async with EmbeddedNode(OPEN, clock=clock) as node:
        membership = membership_on(node.url, clock, custody=custody)
        with pytest.raises(Removed):
            await membership.run()
        await membership.close()
        assert node.received == []
