"""Many meetings for a wall: the same for the same seed, of several kinds, none like the others."""

from __future__ import annotations

from pexdash.node.many_meetings import GONE_FOR, MOST_MEETINGS, go_and_come, many_meetings
from pexdash.node.meeting import Meeting
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.node.tasks import Tasks
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, joined


def test_the_same_seed_gives_the_same_meetings() -> None:
    every = many_meetings(MOST_MEETINGS, 7)
    assert every == many_meetings(MOST_MEETINGS, 7)
    assert len({one.alias for one in every}) == MOST_MEETINGS
    assert every[:24] == many_meetings(24, 7)
    assert {one.alias for one in many_meetings(24, 8)} != {one.alias for one in every[:24]}


def test_most_have_a_host_who_lets_people_in_and_a_few_have_not() -> None:
    few = many_meetings(24, 7)
    assert sum(one.habits.lets_in for one in few) == 23
    assert sum(not one.started for one in few) == 2
    assert sum(one.habits.is_recorded for one in few) == 1
    assert any(one.habits.unencrypted for one in few)


async def ten_minutes(settings: ConferenceSettings) -> tuple[Meeting, float]:
    """A meeting after ten minutes, and the longest that anybody was seen to wait, in seconds."""
    clock = ManualClock()
    node = EmbeddedNode(settings, clock=clock)
    meeting, longest = node.conference(settings.alias), 0.0
    async with node:
        for _ in range(30):
            await clock.advance(20)
            waits = [one.start_time for one in meeting.participants.values() if one.waiting]
            longest = max([longest, *(clock.wall() - since for since in waits)])
    return meeting, longest


async def test_nobody_waits_long_where_a_host_lets_people_in() -> None:
    (settings,) = (one for one in many_meetings(3, 7) if one.participants == 8)
    meeting, longest = await ten_minutes(settings)
    assert longest < 55
    assert 5 <= meeting.people <= 15


async def test_where_nobody_lets_them_in_the_same_people_wait_on() -> None:
    settings = many_meetings(5, 7)[4]
    meeting, longest = await ten_minutes(settings)
    assert longest > 500
    assert sum(one.waiting for one in meeting.participants.values()) == 4


async def test_where_the_host_is_late_people_wait_until_then_and_the_meeting_goes_on() -> None:
    settings = many_meetings(8, 7)[7]
    assert settings.habits.host_after is not None
    meeting, longest = await ten_minutes(settings)
    assert settings.habits.host_after - 40 < longest < settings.habits.host_after + 20
    roles = [one.role for one in meeting.participants.values() if not one.waiting]
    assert "chair" in roles
    assert len(roles) >= 4


async def test_a_node_goes_and_comes_back() -> None:
    clock, tasks = ManualClock(), Tasks()
    async with EmbeddedNode(ConferenceSettings(ALIAS), clock=clock) as node:
        async with joined(node):
            tasks.start(go_and_come(node, clock))
            await clock.advance(25)
            assert node.connections == 0
            await clock.advance(GONE_FOR)
        async with joined(node):
            pass
        await tasks.close()
