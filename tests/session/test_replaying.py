"""A recording is told again at its own pace, each record at its own time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from pexdash.model.events import ParticipantCreated, SyncBegun, SyncEnded
from pexdash.model.participant import Participant, Role
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.played_clock import PlayedClock
from pexdash.session.feed.recorded import Record
from pexdash.session.feed.replay_feed import ReplayFeed
from pexdash.session.feed.replay_feeds import ReplayFeeds
from pexdash.session.feed.replay_source import LONGEST_IDLE_SECONDS, ReplaySource
from pexdash.session.feed.told import Heard, Line, Me, Said
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.list_tape import ListTape

STARTED = 1_770_000_000.0


def meeting() -> list[Record]:
    bob = ParticipantCreated(Participant(uuid="bob", display_name="Bob"))
    return [
        Record(1.0, Me("alice", Role.HOST)),
        Record(1.0, Line(LinkState.LIVE)),
        Record(2.0, Heard([SyncBegun(), bob, SyncEnded()])),
        Record(22.0, Said("hello")),
    ]


@asynccontextmanager
async def playing(
    records: list[Record], *, speed: float = 1.0
) -> AsyncIterator[tuple[ReplaySource, ReplayFeed, PlayedClock, ManualClock]]:
    real = ManualClock()
    clock = PlayedClock(STARTED, real, speed=speed)
    feed = ReplayFeed("meet.alice", clock)
    source = ReplaySource(ListTape(records), ReplayFeeds([feed]), clock)
    task = asyncio.create_task(source.run())
    await real.advance(0)
    yield source, feed, clock, real
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert not clock.is_playing


async def test_each_record_is_told_when_its_time_has_come() -> None:
    async with playing(meeting()) as (source, feed, clock, real):
        await real.advance(0.5)
        assert (clock.position, feed.conference.me) == (0.5, "")
        await real.advance(1)
        assert (feed.conference.me, feed.role, feed.link.is_live) == ("alice", Role.HOST, True)
        assert feed.is_listing
        await real.advance(20)
        assert feed.conference.synced_at == STARTED + 2
        assert not feed.conference.chat.messages
        await real.advance(6)
        await eventually(lambda: source.is_at_end)
        assert [message.time for message in feed.conference.chat.messages] == [STARTED + 22]
        await real.advance(100)
        assert clock.wall() == STARTED + 22, "the last moment stays"


async def test_twice_as_fast_takes_half_the_time_and_tells_the_same_moments() -> None:
    async with playing(meeting(), speed=2.0) as (source, feed, _, real):
        await real.advance(10.5)
        assert not source.is_at_end
        await real.advance(0.5)
        await eventually(lambda: source.is_at_end)
        assert [message.time for message in feed.conference.chat.messages] == [STARTED + 22]


async def test_what_is_told_late_happened_at_its_own_time() -> None:
    async with playing(meeting()) as (source, feed, _, real):
        await real.leap(600)
        await eventually(lambda: source.is_at_end)
        assert feed.conference.synced_at == STARTED + 2
        assert [message.time for message in feed.conference.chat.messages] == [STARTED + 22]


async def test_it_stands_still_and_goes_on_and_begins_anew_at_the_end() -> None:
    async with playing(meeting()) as (source, feed, clock, real):
        await real.advance(3)
        source.pause()
        assert source.is_paused
        await real.advance(100)
        assert clock.position == 3
        source.pause()
        await real.advance(19.5)
        await eventually(lambda: source.is_at_end)
        source.pause()
        await eventually(lambda: not source.is_at_end and clock.is_playing)
        assert not feed.conference.participants
        await real.advance(2)
        assert "bob" in feed.conference.participants


async def test_one_goes_back_and_on_while_it_stands_still() -> None:
    async with playing(meeting()) as (source, feed, clock, _):
        source.pause()
        for goal, people, lines in ((5.0, 1, 0), (0.5, 0, 0), (21.9, 1, 0), (30.0, 1, 1)):
            source.go_to(goal)
            await eventually(lambda: not source.is_going and source.goal is None)
            assert len(feed.conference.participants) == people, goal
            assert len(feed.conference.chat.messages) == lines
            assert clock.position == min(goal, 22.0)


@pytest.mark.parametrize("is_paused", [True, False])
async def test_who_goes_back_from_the_end_finds_it_playing_or_paused_as_before(
    is_paused: bool,
) -> None:
    async with playing(meeting()) as (source, _, clock, real):
        if is_paused:
            source.pause()
        for goal in (5.0, 30.0, 40.0):
            source.go_to(goal)
            await eventually(lambda: not source.is_going and source.goal is None)
        await eventually(lambda: source.is_at_end)
        assert not clock.is_playing
        source.go_to(12.0)
        await eventually(lambda: not source.is_at_end and source.goal is None)
        await real.advance(1)
        assert (source.is_paused, clock.position) == (is_paused, 12.0 if is_paused else 13.0)


async def test_a_watch_is_told_of_a_leap_once_and_of_nobody_who_came() -> None:
    async with playing(meeting()) as (source, feed, _, _):
        watch = feed.watch()
        source.go_to(30.0)
        await eventually(lambda: "bob" in feed.conference.participants)
        changes = watch.take_changes()
        assert changes.before == {"bob": None}
        assert not changes.arrived
        assert changes.synced
        assert not watch.take_notices()
        source.go_to(0.0)
        await eventually(lambda: not feed.conference.participants)
        assert watch.take_changes().before.keys() == {"bob"}


async def test_a_time_in_which_nothing_happens_is_passed_over() -> None:
    later = [*meeting(), Record(5000.0, Said("still there?"))]
    async with playing(later) as (source, feed, _, real):
        await real.advance(22 + LONGEST_IDLE_SECONDS)
        await eventually(lambda: source.is_at_end)
        assert feed.conference.chat.messages[-1].time == STARTED + 5000
