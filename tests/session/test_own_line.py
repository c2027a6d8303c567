"""Our line to a conference, as alarms see it: live only with a stream and a whole list."""

from __future__ import annotations

import asyncio

import pytest

from pexdash.errors import NodeUnreachable, NoSuchConference
from pexdash.model.line import Line, LineState
from pexdash.model.participant import Role
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.session.feed.told import Heard, Listed
from tests.api.broken_server import closed_port
from tests.eventually import eventually
from tests.manual_clock import JumpingClock, ManualClock
from tests.session.host import (
    OPEN,
    Host,
    hosting,
    membership_on,
    plain_server,
    settled,
)
from tests.session.raw_node import RawNode


def line(host: Host) -> Line:
    return host.membership.line


async def test_a_line_is_live_since_its_list_was_complete() -> None:
    async with hosting() as host:
        await host.clock.advance(20)
        assert line(host) == Line(
            LineState.LIVE,
            1000.0,
            node=f"127.0.0.1:{host.membership.node.port}" if host.membership.node else "",
            role=Role.HOST,
            node_ahead=1_700_000_000.0 - 1000.0,
            skew=0.0,
            token_life=120.0,
        )


async def test_it_is_joining_from_its_turn_on() -> None:
    clock = ManualClock()
    membership = membership_on(f"http://127.0.0.1:{closed_port()}", clock)
    assert membership.line == Line(LineState.JOINING)
    await clock.advance(5)
    with pytest.raises(NodeUnreachable):
        await membership.run()
    told = membership.line
    assert (told.state, told.since) == (LineState.JOINING, 1005.0)
    await membership.close()


async def test_a_lost_line_is_stale_since_the_node_was_last_heard() -> None:
    async with hosting() as host:
        await host.clock.advance(7)
        await host.someone("Bob")
        heard = host.clock.monotonic()
        host.node.faults.silence(True)
        host.node.faults.lose_request("participants", times=100)
        host.node.faults.lose_request("events", times=100)
        await host.pass_time_until(lambda: not host.feed.is_live)
        assert host.clock.monotonic() > heard + 20
        assert (line(host).state, line(host).since) == (LineState.LOST, heard)
        host.node.faults.silence(False)
        host.node.faults.recover()
        await host.pass_time_until(lambda: host.feed.is_live)
        assert (line(host).state, line(host).since) == (LineState.LIVE, host.clock.monotonic())


async def test_a_stream_without_its_list_is_not_live_yet() -> None:
    async with hosting() as host:
        live = host.feed.live_since
        host.node.faults.break_in_list(1, times=50)
        host.node.faults.end_streams()
        await eventually(lambda: not host.feed.is_live)
        for _ in range(8):
            await host.clock.advance(0.5)
            await settled()
            assert line(host).state is LineState.LOST
            assert host.feed.live_since == live
        host.node.faults.break_in_list(1, times=0)


async def test_a_list_that_is_fetched_makes_a_line_live_and_is_told_though_it_changes_nothing() -> (
    None
):
    async with hosting() as host:
        watch = host.feed.watch()
        people = tuple(host.feed.conference.participants.values())
        host.feed.is_listing, host.feed.is_live = True, False
        host.feed.tell(Listed(people))
        assert host.feed.is_live
        assert watch.take_changes().own
        host.feed.tell(Listed(people))
        assert not watch.take_changes()


async def test_a_stream_that_brings_no_event_is_not_live() -> None:
    node, clock = RawNode(), ManualClock()
    node.withheld = True
    async with plain_server(node.serve) as url:
        membership = membership_on(url, clock)
        running = asyncio.create_task(membership.run())
        try:
            await eventually(lambda: membership.feed.link.is_live)
            for _ in range(7):
                await clock.advance(1)
                await settled()
            assert membership.feed.link.is_held_back
            told = membership.line
            assert (told.state, told.since) == (LineState.JOINING, 1000.0)
            await node.send(node.listed())
            await eventually(lambda: membership.feed.is_live)
            told = membership.line
            assert (told.state, told.since) == (LineState.LIVE, 1007.0)
        finally:
            await membership.close()
            node.break_off()
            await asyncio.gather(running, return_exceptions=True)


async def test_a_refresh_that_fails_tells_when_the_token_ends() -> None:
    async with hosting(expires=120) as host:
        host.node.faults.answer("refresh_token", 502, b"", "", times=2)
        watch = host.feed.watch()
        await host.clock.advance(60)
        await eventually(lambda: line(host).token_ends is not None)
        assert watch.take_changes().own
        assert (line(host).token_ends, line(host).token_life) == (1120.0, 120.0)
        for asked in (2, 3):
            await host.clock.advance(30)
            await eventually(lambda: host.count("refresh_token") == asked)  # noqa: B023
        await eventually(lambda: line(host).token_ends is None)
        assert watch.take_changes().own


async def test_the_clocks_are_compared_as_they_were_when_we_joined() -> None:
    clock = JumpingClock()
    async with hosting(clock=clock) as host:
        clock.jump(3600)
        host.conference.update(host.me, start_time=clock.wall())
        await eventually(
            lambda: host.feed.conference.participants[host.me].start_time == clock.wall()
        )
        assert (line(host).node_ahead, line(host).skew) == (1_700_000_000.0 - 1000.0, 0.0)


async def test_who_waits_to_be_let_in_is_told_by_the_list_and_the_token() -> None:
    async with hosting() as host:
        host.conference.update(host.me, service_type="waiting_room")
        await eventually(lambda: line(host).service_type == "waiting_room")
        assert line(host).state is LineState.LIVE
        # A node may send those who wait no list at all.
        host.feed.is_listing, host.feed.is_live = True, False
        assert line(host).state is LineState.LIVE
        host.conference.admit(host.me)
        await eventually(lambda: line(host).service_type == "conference")


async def test_a_removal_and_a_refusal_are_told_in_the_node_s_words() -> None:
    async with hosting() as host:
        told: list[Line] = []
        host.feed.on_told(lambda one: None if isinstance(one, Heard) else told.append(line(host)))
        host.conference.remove(host.me, "Call rejected")
        await eventually(host.running.done)
        assert (told[-1].state, told[-1].why) == (LineState.REMOVED, "Call rejected")
        assert LineState.ENDED not in [one.state for one in told]
        host.expected = host.running.exception()


async def test_a_meeting_that_is_over_has_ended() -> None:
    async with hosting(OPEN) as host:
        await host.clock.advance(3)
        host.conference.end()
        await eventually(host.running.done)
        assert (line(host).state, line(host).since) == (LineState.ENDED, 1003.0)


async def test_a_conference_that_is_not_there_is_refused() -> None:
    clock = ManualClock()
    async with EmbeddedNode(ConferenceSettings("other"), clock=clock) as node:
        membership = membership_on(node.url, clock)
        with pytest.raises(NoSuchConference):
            await membership.run()
        told = membership.line
        assert (told.state, told.since) == (LineState.REFUSED, 1000.0)
        assert told.why == "Neither conference nor gateway found"
        await membership.close()
