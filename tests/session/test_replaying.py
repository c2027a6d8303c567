"""A recording is told again at its own pace, each record at its own time."""

from __future__ import annotations

import asyncio

from pexdash.model.events import ParticipantCreated, SyncBegun, SyncEnded
from pexdash.model.participant import Participant, Role
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.recorded import Record
from pexdash.session.feed.replay_source import PlayedClock, ReplaySource
from pexdash.session.feed.told import Heard, Line, Me, Said
from tests.manual_clock import ManualClock

STARTED = 1_770_000_000.0


def meeting() -> list[Record]:
    bob = ParticipantCreated(Participant(uuid="bob", display_name="Bob"))
    return [
        Record(1.0, Me("alice", Role.HOST)),
        Record(1.0, Line(LinkState.LIVE)),
        Record(2.0, Heard([SyncBegun(), bob, SyncEnded()])),
        Record(62.0, Said("hello")),
    ]


async def test_each_record_is_told_when_its_time_has_come() -> None:
    real = ManualClock()
    clock = PlayedClock(STARTED, real)
    feed = Feed("meet.alice", clock)
    playing = asyncio.create_task(ReplaySource(meeting(), feed, clock).run())
    await real.advance(0.5)
    assert (clock.position, feed.conference.me) == (0.5, "")
    await real.advance(1)
    assert (feed.conference.me, feed.role, feed.link.is_live) == ("alice", Role.HOST, True)
    assert feed.is_listing
    await real.advance(60)
    assert feed.conference.synced_at == STARTED + 2
    assert not feed.conference.chat.messages
    await real.advance(1)
    assert [message.time for message in feed.conference.chat.messages] == [STARTED + 62]
    await playing
    await real.advance(100)
    assert clock.wall() == STARTED + 62, "the last moment stays"


async def test_twice_as_fast_takes_half_the_time_and_tells_the_same_moments() -> None:
    real = ManualClock()
    clock = PlayedClock(STARTED, real, speed=2.0)
    feed = Feed("meet.alice", clock)
    playing = asyncio.create_task(ReplaySource(meeting(), feed, clock).run())
    await real.advance(30.5)
    assert not playing.done()
    await real.advance(0.5)
    await playing
    assert [message.time for message in feed.conference.chat.messages] == [STARTED + 62]


async def test_what_is_told_late_happened_at_its_own_time() -> None:
    real = ManualClock()
    clock = PlayedClock(STARTED, real)
    feed = Feed("meet.alice", clock)
    playing = asyncio.create_task(ReplaySource(meeting(), feed, clock).run())
    await asyncio.sleep(0)
    await real.leap(600)
    await playing
    assert feed.conference.synced_at == STARTED + 2
    assert [message.time for message in feed.conference.chat.messages] == [STARTED + 62]
