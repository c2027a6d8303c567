"""The feed counts who talks, from the node's events and from a recording alike."""

from __future__ import annotations

import asyncio

from pexdash.model.airtime import Talk
from pexdash.model.events import (
    ParticipantCreated,
    ParticipantDeleted,
    Speaker,
    StageUpdated,
    SyncBegun,
    SyncEnded,
)
from pexdash.model.participant import Participant
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.played_clock import PlayedClock
from pexdash.session.feed.recorded import Record
from pexdash.session.feed.replay_feed import ReplayFeed
from pexdash.session.feed.replay_feeds import ReplayFeeds
from pexdash.session.feed.replay_source import ReplaySource
from pexdash.session.feed.told import Heard, Line, Listed, Told
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.host import hosting
from tests.session.list_tape import ListTape


def stage(*uuids: str) -> StageUpdated:
    return StageUpdated(tuple(Speaker(uuid, at, 60) for at, uuid in enumerate(uuids)))


def people(*uuids: str) -> list[ParticipantCreated]:
    return [ParticipantCreated(Participant(uuid=uuid, display_name=uuid)) for uuid in uuids]


async def after(*steps: tuple[float, Told]) -> Feed:
    """A feed that was told each record, each so many seconds after the one before."""
    clock = ManualClock()
    feed = Feed("meet.alice", clock)
    feed.tell(Line(LinkState.LIVE))
    for seconds, told in steps:
        await clock.leap(seconds)
        feed.tell(told)
    return feed


def seconds_of(feed: Feed, uuid: str) -> float:
    return feed.airtime.talk(uuid, feed.clock.monotonic()).seconds


async def test_a_lost_line_ends_a_turn_at_the_last_event() -> None:
    feed = await after(
        (0, Heard([SyncBegun(), *people("ann"), SyncEnded()])),
        (0, Heard([stage("ann")])),
        (7, Heard(people("bob"))),
        (30, Line(LinkState.LOST, "silent")),
    )
    assert seconds_of(feed, "ann") == 7


async def test_a_line_that_is_held_back_ends_a_turn_too() -> None:
    feed = await after(
        (0, Heard([SyncBegun(), *people("ann"), SyncEnded(), stage("ann")])),
        (30, Line(LinkState.LIVE, "no events come")),
        (30, Line(LinkState.LIVE)),
        (2, Heard([stage("ann")])),
        (5, Heard([stage()])),
    )
    assert seconds_of(feed, "ann") == 5


async def test_a_list_that_comes_again_interrupts_nobody_who_is_in_it() -> None:
    feed = await after(
        (0, Heard([SyncBegun(), *people("ann", "bob"), SyncEnded(), stage("ann", "bob")])),
        (10, Heard([SyncBegun(), *people("ann"), SyncEnded()])),
        (10, Listed([Participant(uuid="ann", display_name="ann")])),
        (5, Heard([stage()])),
    )
    assert seconds_of(feed, "ann") == 25
    assert seconds_of(feed, "bob") == 10


async def test_who_leaves_in_the_middle_of_a_word_talks_no_more() -> None:
    feed = await after(
        (0, Heard([SyncBegun(), *people("ann"), SyncEnded(), stage("ann")])),
        (4, Heard([ParticipantDeleted("ann")])),
        (60, Heard(people("bob"))),
    )
    assert seconds_of(feed, "ann") == 4


async def test_a_recording_comes_to_what_was_counted_live() -> None:
    told: list[tuple[float, Told]] = [
        (0, Heard([SyncBegun(), *people("ann", "bob"), SyncEnded(), stage("ann")])),
        (12, Heard([stage("ann", "bob")])),
        (3, Heard([stage("bob")])),
        (9, Line(LinkState.LOST, "silent")),
        (20, Line(LinkState.LIVE)),
        (0, Heard([SyncBegun(), *people("ann", "bob"), SyncEnded(), stage("bob")])),
        (6, Heard([stage()])),
    ]
    live = await after(*told)
    records, at = [Record(0.0, Line(LinkState.LIVE))], 0.0
    for seconds, one in told:
        at += seconds
        records.append(Record(at, one))
    real = ManualClock()
    played = PlayedClock(1_770_000_000.0, real, speed=8.0)
    feed = ReplayFeed("meet.alice", played)
    source = ReplaySource(ListTape(records), ReplayFeeds([feed]), played)
    playing = asyncio.create_task(source.run())
    await real.advance(at)
    await eventually(lambda: source.is_at_end, "the end")
    playing.cancel()
    for uuid, talk in {"ann": Talk(15, 1, 15), "bob": Talk(9, 2, 6)}.items():
        assert live.airtime.talk(uuid, live.clock.monotonic()) == talk
        assert feed.airtime.talk(uuid, played.monotonic()) == talk


async def test_it_counts_the_voices_of_a_node() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        host.conference.speak({bob.uuid: 80})
        await eventually(lambda: host.feed.conference.speakers, "a voice")
        await host.clock.leap(5)
        assert seconds_of(host.feed, bob.uuid) == 5
