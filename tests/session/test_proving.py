"""A stream that is not silent and yet keeps something back: proved now and then."""

from __future__ import annotations

from tests.eventually import eventually
from tests.session.host import Host, hosting, settled
from tests.session.raw_node import BOB, Watcher, watching

DAY = 86_400.0
QUARTER = 900.0


async def pass_quietly(host: Host, seconds: float) -> list[float]:
    """Let time pass in steps that the node's pings fit in; when the list was asked for."""
    moments: list[float] = []
    end = host.clock.monotonic() + seconds
    while host.clock.monotonic() < end:
        asked = host.count("participants")
        await host.clock.advance(10)
        await settled()
        moments += [host.clock.monotonic()] * (host.count("participants") - asked)
    return moments


async def test_a_line_that_agrees_is_asked_about_four_times_an_hour_and_left_alone() -> None:
    async with hosting(expires=DAY) as host:
        await host.someone("Bob")
        before = len(host.node.received)
        moments = await pass_quietly(host, 4 * QUARTER)
        waits = [later - first for first, later in zip([1000.0, *moments], moments, strict=False)]
        assert 3 <= len(moments) <= 5
        assert all(0.8 * QUARTER <= wait <= 1.2 * QUARTER + 10 for wait in waits)
        assert len({round(wait, -1) for wait in waits}) > 1
        assert len(host.node.received) - before == len(moments)
        assert host.said == []


async def test_a_line_of_pings_that_hides_something_is_opened_again_once() -> None:
    async with hosting(expires=DAY) as host:
        bob = await host.someone("Bob")
        del host.conference.participants[bob.uuid]
        await pass_quietly(host, 0.7 * QUARTER)
        assert bob.uuid in host.feed.conference.participants
        await host.pass_time_until(lambda: host.count("events") == 2, within=0.5 * QUARTER + 10)
        await eventually(host.agrees)
        await eventually(lambda: host.feed.link.is_live)
        assert bob.uuid not in host.feed.conference.participants
        assert host.said == ["Connection lost: the line kept something back"]
        await pass_quietly(host, 3 * QUARTER)
        assert host.count("events") == 2


async def test_a_node_whose_list_never_agrees_with_its_events_is_not_left_for_it() -> None:
    async with hosting(expires=DAY) as host:
        ghost = {"uuid": "ghost", "display_name": "Ghost"}
        for number in range(9):
            listed = [*host.conference.roster(), {**ghost, "overlay_text": str(number)}]
            answer = {"status": "success", "result": listed}
            host.node.faults.answer("participants", 200, answer)
        await pass_quietly(host, 6 * QUARTER)
        assert host.count("participants") >= 4
        assert host.count("events") == 2


async def test_a_proof_that_fails_proves_nothing() -> None:
    async with hosting(expires=DAY) as host:
        host.node.faults.answer("participants", 502, b"", "", times=9)
        moments = await pass_quietly(host, 3 * QUARTER)
        assert len(moments) >= 2
        assert host.count("events") == 1
        assert host.feed.link.is_live
        assert host.said == []


async def proved(watcher: Watcher) -> None:
    """Let time pass, and pings come, until the node was asked for its list in this very second."""
    due = watcher.membership.source.proof_due
    while not watcher.node.asked("participants"):
        await watcher.node.send(b": ping\n\n")
        await eventually(lambda: (watcher.feed.link.age or 0) < 20)
        await watcher.clock.advance(min(20, max(1, due - 1 - watcher.clock.monotonic())))
        await settled()


async def test_a_list_that_is_ahead_of_its_event_is_no_reason() -> None:
    async with watching() as watcher:
        watcher.feed.conference.keeps_sources = True
        watcher.node.people.append(BOB)
        await proved(watcher)
        await eventually(lambda: watcher.shown == ["Ann", "Bob"])
        event = b'event: participant_create\ndata: {"uuid":"bob","display_name":"Bob"}\n\n'
        await watcher.node.send(event)
        await eventually(lambda: "bob" in watcher.feed.conference.sources, "the event")
        await watcher.clock.advance(10)
        await settled()
        assert watcher.feed.link.is_live
        assert len(watcher.node.asked("events")) == 1


async def test_a_list_whose_events_do_not_come_is_one() -> None:
    async with watching() as watcher:
        watcher.node.people.append(BOB)
        await proved(watcher)
        await eventually(lambda: watcher.shown == ["Ann", "Bob"])
        await watcher.seconds_until(2, within=5)
        assert watcher.said == ["Connection lost: the line kept something back"]
