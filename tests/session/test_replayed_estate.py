"""Recordings of several conferences are a wall, at any time the same as when it was live."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from pexdash.errors import UsageFault
from pexdash.model.alarms.alarm import State
from pexdash.model.alarms.keys import AlarmKey, Severity
from pexdash.model.line import LineState
from pexdash.session.estate.replayed import LOOK_SECONDS, ReplayedEstate
from pexdash.session.feed import keyframes
from pexdash.session.feed.playback import playback_of
from pexdash.session.feed.tape import tape_of
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.several_recordings import BERGEN, OSLO, SECONDS, two_recordings


@asynccontextmanager
async def replayed(folder: Path) -> AsyncIterator[tuple[ReplayedEstate, ManualClock]]:
    real = ManualClock()
    estate = ReplayedEstate(playback_of(tape_of(two_recordings(folder)), real), real)
    running = asyncio.create_task(estate.run())
    await eventually(lambda: estate.playback.keyframes.is_whole)
    estate.playback.source.pause()
    yield estate, real
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def go(estate: ReplayedEstate, goal: float) -> None:
    source = estate.playback.source
    source.go_to(goal)
    await eventually(lambda: not source.is_going and source.goal is None)


def states(estate: ReplayedEstate) -> list[LineState]:
    return [slot.line.state for slot in estate.slots]


async def test_each_has_its_place_and_is_live_while_its_recording_lasts(tmp_path: Path) -> None:
    async with replayed(tmp_path) as (estate, _):
        assert [slot.alias for slot in estate.slots] == [OSLO, BERGEN]
        joining, live = LineState.JOINING, LineState.LIVE
        stale, ended = LineState.LOST, LineState.ENDED
        for goal, expected in (
            (30.0, [live, joining]),
            (85.0, [live, live]),
            (95.0, [ended, stale]),
            (SECONDS, [ended, live]),
            (10.0, [live, joining]),
        ):
            await go(estate, goal)
            assert states(estate) == expected, goal
        lines = [(one.node, one.live, one.other) for one in estate.nodes()]
        assert lines == [("bergen.example.com", 0, 1), ("oslo.example.com", 1, 0)]


async def test_what_a_wall_shows_is_the_same_however_one_came_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyframes, "RECORDS_BETWEEN", 3)
    rng = random.Random(11)
    async with replayed(tmp_path) as (estate, _), replayed(tmp_path) as (straight, _):
        for goal in sorted(rng.random() * SECONDS for _ in range(30)):
            # One goes on all the time, the other comes from anywhere.
            await go(straight, goal)
            await go(estate, rng.random() * SECONDS)
            await go(estate, goal)
            for ours, theirs in zip(estate.slots, straight.slots, strict=True):
                assert estate.summary(ours.key) == straight.summary(theirs.key), goal
                assert ours.feed.alarms == theirs.feed.alarms
            assert estate.incidents == straight.incidents


async def test_a_summary_tells_who_waited_and_since_when(tmp_path: Path) -> None:
    async with replayed(tmp_path) as (estate, _):
        oslo, bergen = (slot.key for slot in estate.slots)
        await go(estate, 35.0)
        shown = estate.summary(oslo)
        assert (shown.people, shown.waiting, shown.waits, shown.waits_since) == (1, 1, "wendy", 10)
        assert (shown.node, shown.api, shown.began) == ("oslo.example.com", 1, 0)
        await go(estate, 82.0)
        assert (estate.summary(oslo).people, estate.summary(oslo).peak) == (1, 2)
        shown = estate.summary(bergen)
        assert (shown.people, shown.peak, shown.peak_at) == (2, 5, 68)


async def test_alarms_are_those_that_were_told_until_then(tmp_path: Path) -> None:
    async with replayed(tmp_path) as (estate, real):
        key = AlarmKey("waiting", estate.slots[0].key)
        changed: list[None] = []
        watch = estate.watch(lambda: changed.append(None))

        async def at(goal: float) -> tuple[State, Severity, str] | None:
            await go(estate, goal)
            alarm = estate.alarms.get(key)
            return None if alarm is None else (alarm.state, alarm.severity, alarm.state_word)

        assert await at(25.0) == (State.ACTIVE, Severity.WARNING, "UNACK")
        assert watch.take_changes().slots
        alarm = estate.alarms.get(key)
        assert alarm is not None
        assert estate.alarms.words(alarm, 25.0) == "1 waits, Wendy"
        assert (alarm.began, alarm.raised_at, alarm.age(25.0)) == (10, 20, 15)
        assert estate.alarms.counts(25.0).warning == 1
        assert await at(35.0) == (State.ACTIVE, Severity.WARNING, "acked jo")
        assert await at(55.0) == (State.RETURNED, Severity.WARNING, "acked jo")
        assert await at(75.0) == (State.ACTIVE, Severity.CRITICAL, "UNACK")
        assert estate.alarms.counts(75.0).lately == 2
        assert await at(15.0) is None
        assert not estate.alarms.listed()
        await go(estate, 100.0)
        await real.advance(LOOK_SECONDS)
        assert not estate.alarms.listed(), "its recording is over"
        told = [one.happening.words for one in estate.incidents]
        assert told == ["1 waits, Wendy raised", "1 waits, Wendy raised", "the end"]


async def test_nothing_can_be_done_in_it(tmp_path: Path) -> None:
    async with replayed(tmp_path) as (estate, _):
        key = estate.slots[0].key
        alarm = AlarmKey("waiting", key)
        deeds: list[Callable[[], None]] = [
            lambda: estate.try_again(key),
            lambda: estate.leave(key),
            lambda: estate.acknowledge([alarm]),
            lambda: estate.shelve(alarm, "", None),
            lambda: estate.unshelve(alarm),
        ]
        for deed in deeds:
            with pytest.raises(UsageFault, match="In a recording nothing is sent"):
                deed()
