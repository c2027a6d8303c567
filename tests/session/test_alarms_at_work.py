"""Alarms at work: raised at the second their rule says, by the events of a node alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from pexdash.errors import UsageFault
from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.kept import LONGEST_SHELF_SECONDS, whole
from pexdash.model.alarms.keys import EVERYWHERE, AlarmKey, ConferenceKey
from pexdash.model.alarms.nodes import NodeStatus
from pexdash.model.alarms.policy import RuleSettings, policy_of
from pexdash.model.events import ParticipantCreated, SyncBegun, SyncEnded
from pexdash.model.line import Line, LineState
from pexdash.model.participant import Role
from pexdash.session.alarms.kept_file import KeptFile
from pexdash.session.alarms.kept_writer import LOOK_SECONDS
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.told import Heard, Me
from tests.eventually import eventually
from tests.manual_clock import JumpingClock, ManualClock
from tests.model.people import person
from tests.session.alarming import KEY, Wall, at_work, line_from, watching
from tests.session.host import Host, hosting, settled

WAITING = AlarmKey("waiting", KEY)
READ_SECONDS = 0.2
"""How long a thread is given to write or to read a file before the next look is due."""
WORDS = "1 waits, longest 1:00 Wendy example.com"


async def wendy_waits(host: Host) -> None:
    await host.someone("Bob", role="chair")
    await host.someone("Wendy", service_type="waiting_room")


def behind(clock: ManualClock) -> float:
    return clock.wall() - clock.monotonic()


async def test_an_alarm_is_raised_at_its_second_without_any_event() -> None:
    async with watching() as (host, wall):
        await host.clock.advance(10)
        await wendy_waits(host)
        await host.clock.advance(59.9)
        assert wall.edges == []
        await host.clock.advance(0.1)
        assert wall.times(Change.RAISED, "waiting") == [1070.0]
        assert wall.edges[0].text == WORDS
        await host.clock.advance(5)
        assert wall.times(Change.ANNOUNCED, "waiting") == [1075.0]
        assert wall.times(Change.BELL, "waiting") == [1075.0]


async def test_what_the_node_tells_ends_it_after_its_delay() -> None:
    async with watching() as (host, wall):
        await wendy_waits(host)
        await host.clock.advance(70)
        (wendy,) = host.feed.conference.waiting()
        wall.work.acknowledge([WAITING])
        assert wall.word("waiting") == "acked jo"
        host.conference.admit(wendy)
        await eventually(lambda: not host.feed.conference.waiting())
        await host.clock.advance(9.9)
        assert wall.times(Change.CLEARED, "waiting") == []
        await host.clock.advance(0.1)
        assert wall.times(Change.CLEARED, "waiting") == [1080.0]


async def test_a_lost_line_freezes_what_is_about_people_and_is_told_itself() -> None:
    async with watching() as (host, wall):
        await wendy_waits(host)
        await host.clock.advance(61)
        host.node.faults.lose_request("events", times=1000)
        host.node.faults.end_streams()
        await eventually(lambda: not host.feed.is_live)
        lost = host.clock.monotonic()
        await host.clock.advance(31)
        assert wall.times(Change.RAISED, "line-stale") == [lost + 30]
        assert wall.times(Change.SUPPRESSED, "waiting") == [lost + 30]
        host.node.faults.recover()
        await host.pass_time_until(lambda: host.feed.is_live)
        live = host.clock.monotonic()
        await host.clock.advance(10)
        assert wall.times(Change.RETURNED, "line-stale") == [live + 10]
        assert wall.times(Change.RETURNED, "waiting") == []


async def test_our_role_is_that_of_the_newest_token() -> None:
    async with watching() as (host, wall):
        host.conference.change_role(host.me, "guest")
        await eventually(lambda: wall.work.line(KEY).role is Role.GUEST)
        await host.clock.advance(5)
        assert wall.times(Change.RAISED, "demoted") == [1005.0]


async def test_what_was_acknowledged_is_so_after_a_restart(tmp_path: Path) -> None:
    async with hosting() as host:
        file = KeptFile(tmp_path / "alarms.json", lambda: behind(host.clock))
        async with at_work(host.clock, file=file) as wall:
            wall.work.follow(KEY, host.feed, line_from(host), policy_of())
            await wendy_waits(host)
            await host.clock.advance(66)
            wall.work.acknowledge([WAITING])
            wall.work.shelve(whole(ConferenceKey("", "other")), "they test", 3600)
        async with at_work(host.clock, file=file) as wall:
            wall.work.follow(KEY, host.feed, line_from(host), policy_of())
            assert wall.word("waiting") == "acked jo"
            await host.clock.advance(100)
            assert wall.times(Change.BELL, "waiting") == []
            assert [*wall.work.alarms.kept.shelves] == [whole(ConferenceKey("", "other"))]


async def looks_until(clock: ManualClock, holds: Callable[[], bool]) -> None:
    """Have the file looked at until something holds: a disk takes its own time for that."""
    looking = asyncio.ensure_future(eventually(holds))
    while not looking.done():
        await clock.advance(LOOK_SECONDS)
        await asyncio.wait({looking}, timeout=READ_SECONDS)
    await looking


async def test_two_walls_share_what_was_decided(tmp_path: Path) -> None:
    # However often the file has to be looked at, the alarm stays the one that was acknowledged.
    never_critical = policy_of(layers=({"waiting": RuleSettings(critical_after=1e9)},))
    async with hosting() as host:
        path, clock = tmp_path / "alarms.json", host.clock
        one, other = (KeptFile(path, lambda: behind(clock)) for _ in range(2))
        async with at_work(clock, file=one) as jo, at_work(clock, file=other, operator="al") as al:
            for wall in (jo, al):
                wall.work.follow(KEY, host.feed, line_from(host), never_critical)
            await wendy_waits(host)
            await clock.advance(66)
            jo.work.acknowledge([WAITING])
            await looks_until(clock, lambda: al.word("waiting") == "acked jo")
            assert al.times(Change.ACKED, "waiting")
            al.work.shelve(WAITING, "they know", LONGEST_SHELF_SECONDS)
            await looks_until(clock, lambda: jo.word("waiting") == "shelved")
            jo.work.unshelve(WAITING)
            await looks_until(clock, lambda: al.word("waiting") == "acked jo")
            assert jo.said == al.said == []


async def test_a_file_that_cannot_be_written_is_told_once_and_written_later(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "state"
    folder.write_text("no folder")
    async with hosting() as host:
        file = KeptFile(folder / "alarms.json", lambda: behind(host.clock))
        async with at_work(host.clock, file=file) as wall:
            (told,) = [one.partition(": ")[0] for one in wall.said]
            assert told.endswith("alarms.json, which keeps acknowledged alarms, cannot be read")
            wall.work.follow(KEY, host.feed, line_from(host), policy_of())
            await wendy_waits(host)
            await host.clock.advance(66)
            wall.work.acknowledge([WAITING])
            await eventually(lambda: len(wall.said) == 2)
            await host.clock.advance(20)
            await settled()
            assert len(wall.said) == 2
            assert wall.word("waiting") == "acked jo"
            folder.unlink()
            await host.pass_time_until(lambda: KeptFile(folder / "alarms.json").load().acks)


async def test_a_conference_that_is_joined_anew_keeps_its_alarms() -> None:
    async with hosting() as host, at_work(host.clock) as wall:
        wall.work.follow(KEY, host.feed, line_from(host), policy_of())
        await wendy_waits(host)
        await host.clock.advance(66)
        wall.work.acknowledge([WAITING])
        feed = Feed(host.feed.conference.alias, host.clock)
        wall.work.moved(KEY, feed)
        assert wall.word("waiting") == "acked jo"
        feed.tell(Me("me", Role.HOST))
        feed.tell(
            Heard(
                (
                    SyncBegun(),
                    ParticipantCreated(person("me", "Jo", role=Role.HOST, has_media=False)),
                    ParticipantCreated(person("bob", "Bob", role=Role.HOST)),
                    ParticipantCreated(
                        person("w", "Wendy", service_type="waiting_room", start_time=1.7e9)
                    ),
                    SyncEnded(),
                )
            )
        )
        (before,) = host.feed.conference.waiting()
        host.conference.leave(before)
        await eventually(lambda: not host.feed.conference.waiting())
        await host.clock.advance(30)
        assert wall.word("waiting") == "acked jo"


async def test_one_that_is_followed_no_longer_is_silent_and_its_alarms_are_gone() -> None:
    async with watching() as (host, wall):
        await wendy_waits(host)
        await host.clock.advance(66)
        wall.work.unfollow(KEY)
        assert wall.times(Change.CLEARED, "waiting") == [1066.0]
        told = len(wall.edges)
        await host.someone("Xaver", service_type="waiting_room")
        await host.clock.advance(100)
        assert len(wall.edges) == told


async def test_a_line_that_no_feed_tells_of_is_looked_at_when_we_are_told() -> None:
    clock, line = ManualClock(), Line(LineState.JOINING)
    async with at_work(clock) as wall:
        wall.work.follow(KEY, Feed("board", clock), lambda: line, policy_of())
        line = Line(LineState.REFUSED, clock.monotonic(), "Invalid PIN")
        await clock.advance(5)
        assert wall.edges == []
        wall.work.line_changed(KEY)
        assert [one.text for one in wall.edges] == ["cannot watch: Invalid PIN"]


async def test_other_rules_hold_from_when_they_are_given() -> None:
    async with watching() as (host, wall):
        await wendy_waits(host)
        await host.clock.advance(66)
        wall.work.become(KEY, policy_of("host"))
        (wendy,) = host.feed.conference.waiting()
        assert wall.word("waiting", wendy) == "UNACK"


async def test_a_node_and_this_program_have_alarms_too() -> None:
    clock = ManualClock()
    async with at_work(clock) as wall:
        node = ConferenceKey("main", "")
        wall.work.take_status("main", "node1", NodeStatus.MAINTENANCE, is_sure=True)
        wall.work.take_lag(7)
        wall.work.take_disk("recording of the wall stopped: disk full")
        await clock.advance(30)
        assert wall.word("node-maintenance", "node1", node) == "UNACK"
        words = {one.key: one.text for one in wall.edges}
        assert words[AlarmKey("program-behind", EVERYWHERE)] == "this screen is 7 s behind"
        assert AlarmKey("disk-full", EVERYWHERE) in words
        wall.work.take_disk("")
        wall.work.take_lag(0)
        await clock.advance(10)
        assert wall.times(Change.RETURNED, "program-behind") == [clock.monotonic()]
        assert wall.times(Change.RETURNED, "disk-full") == [1030.0]


async def test_nodes_and_this_program_are_judged_by_the_newest_rules() -> None:
    clock, cluster = ManualClock(), ConferenceKey("main", "")
    quiet = policy_of(
        own={
            "node-maintenance": RuleSettings(enabled=False),
            "program-behind": RuleSettings(value=20),
        }
    )
    async with at_work(clock) as wall:
        wall.work.take_status("main", "node1", NodeStatus.MAINTENANCE, is_sure=True)
        await clock.advance(30)
        assert wall.word("node-maintenance", "node1", cluster) == "UNACK"
        wall.work.become_everywhere(quiet)
        assert wall.word("node-maintenance", "node1", cluster) == ""
        wall.work.take_lag(19)
        await clock.advance(30)
        assert wall.times(Change.RAISED, "program-behind") == []
        wall.work.become_everywhere(policy_of())
        await clock.advance(30)
        assert wall.word("node-maintenance", "node1", cluster) == "UNACK"


async def test_a_call_of_ours_that_nobody_takes_is_an_alarm_and_another_s_is_none() -> None:
    async with watching() as (host, wall):
        await host.someone("Other", service_type="connecting", call_direction="out")
        (other,) = [
            one.uuid
            for one in host.conference.participants.values()
            if one.service_type == "connecting"
        ]
        host.conference.leave(other)
        call = {"destination": "reject@example.com", "role": "GUEST", "protocol": "sip"}
        await host.membership.dialled.dial(call)
        await host.pass_time_until(lambda: wall.times(Change.RAISED, "dial-failed"))
        (failed,) = [one for one in wall.edges if one.change is Change.RAISED]
        assert "rejected" in failed.text


async def test_a_role_that_we_gave_ourselves_is_no_news() -> None:
    policy = policy_of(own={"role-change": RuleSettings(enabled=True)})
    async with watching(policy=policy) as (host, wall):
        ann, bob = await host.someone("Ann"), await host.someone("Bob")
        await host.act("role", ann.uuid)
        await eventually(lambda: host.shown(ann.uuid).role is Role.HOST)
        host.conference.change_role(bob.uuid, "chair")
        await eventually(lambda: host.shown(bob.uuid).role is Role.HOST)
        raised = [one.text for one in wall.edges if one.change is Change.RAISED]
        assert raised == ["Bob became Host"]


async def test_words_have_the_time_of_day_that_it_is_now() -> None:
    clock = JumpingClock()
    line = Line(LineState.LOST, 1000.0, node="node1")
    async with at_work(clock) as wall:
        wall.work.follow(KEY, Feed("board", clock), lambda: line, policy_of())
        clock.jump(3600)
        await clock.advance(30)
        assert wall.edges[0].text == "line stale 0:30, last data +3600"


async def test_a_shelf_for_too_long_is_refused_and_one_ends_by_itself() -> None:
    async with watching() as (host, wall):
        await wendy_waits(host)
        await host.clock.advance(66)
        with pytest.raises(UsageFault, match="8 hours"):
            wall.work.shelve(WAITING, "", 8 * 3600 + 1)
        wall.work.shelve(WAITING, "", 900)
        await host.clock.advance(900)
        assert wall.times(Change.UNSHELVED, "waiting") == [1966.0]


async def test_every_hearer_is_told_in_the_same_order() -> None:
    async with watching() as (host, wall):
        heard: list[Change] = []
        later: list[Change] = []

        def answer(edges: list[Edge]) -> None:
            heard.extend(one.change for one in edges)
            if heard[-1] is Change.RAISED:
                wall.work.acknowledge([WAITING])

        wall.work.on_edges(answer)
        stop = wall.work.on_edges(lambda edges: later.extend(one.change for one in edges))
        await wendy_waits(host)
        await host.clock.advance(61)
        assert heard == later == [Change.RAISED, Change.ACKED]
        stop()
        wall.work.unfollow(KEY)
        assert later == [Change.RAISED, Change.ACKED]


async def test_one_timer_is_for_all_and_it_ends_with_us() -> None:
    async with hosting() as host:
        before = host.clock.sleepers
        async with at_work(host.clock) as wall:
            for at in range(50):
                key = ConferenceKey("", f"meet{at}")
                wall.work.follow(key, host.feed, line_from(host), policy_of())
            await wendy_waits(host)
            await host.clock.advance(1)
            assert host.clock.sleepers == before + 1
        assert wall.running.cancelled()


def last(wall: Wall) -> Change:
    return wall.edges[-1].change


async def test_a_fault_of_ours_ends_it_and_is_not_lost() -> None:
    clock = ManualClock()
    async with at_work(clock) as wall:

        def broken(edges: list[Edge]) -> None:
            raise ValueError("ours")

        wall.work.take_status("main", "node1", NodeStatus.MAINTENANCE, is_sure=True)
        wall.work.on_edges(broken)
        await clock.advance(40)
        await asyncio.wait({wall.running})
        assert isinstance(wall.running.exception(), ValueError)
        assert last(wall) is Change.RAISED
