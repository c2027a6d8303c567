"""What the stream does not tell: a line gone silent, and a list without an end."""

from __future__ import annotations

import pytest

from pexdash.session.feed import fetching
from pexdash.session.feed.link import LinkState
from tests.eventually import eventually
from tests.session.host import Host, hosting, settled


async def silent_for(host: Host, seconds: float) -> None:
    """Let time pass in which the node sends nothing on the stream."""
    end = host.clock.monotonic() + seconds
    while host.clock.monotonic() < end:
        await host.clock.advance(1)
        await settled()


async def test_pings_keep_a_quiet_line_from_being_probed() -> None:
    async with hosting() as host:
        await silent_for(host, 100)
        assert host.count("participants") == 0
        assert host.count("events") == 1


@pytest.mark.fault(16)
async def test_a_silent_line_that_agrees_stays() -> None:
    async with hosting() as host:
        host.node.faults.silence(True)
        await silent_for(host, 29)
        assert host.count("participants") == 0
        await silent_for(host, 2)
        assert host.count("participants") == 1
        assert host.feed.link.is_live
        age = host.feed.link.age
        assert age is not None
        assert age < 2
        await silent_for(host, 31)
        assert host.count("participants") == 2
        assert host.count("events") == 1
        assert host.said == []


async def test_a_silent_line_that_hides_something_is_made_anew() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        host.node.faults.silence(True)
        host.conference.leave(bob.uuid)
        ann = host.conference.join("Ann")
        await silent_for(host, 31)
        assert host.count("participants") == 1
        await eventually(host.agrees)
        assert ann.uuid in host.feed.conference.participants
        await host.pass_time_until(lambda: host.count("events") == 2, 2)
        assert host.said == ["Connection lost: the line went silent"]
        host.node.faults.silence(False)
        await eventually(lambda: host.feed.link.is_live)
        await eventually(host.agrees)


@pytest.mark.fault(15)
async def test_a_silent_line_whose_probe_fails_is_made_anew() -> None:
    async with hosting() as host:
        host.node.faults.silence(True)
        host.node.faults.answer("participants", 502, b"", "")
        await silent_for(host, 32)
        await host.pass_time_until(lambda: host.count("events") == 2, 2)


@pytest.mark.fault(15)
async def test_a_line_that_carries_nothing_in_either_direction_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A cable that was pulled: 10 seconds of the 45 until another stream are the probe's own."""
    assert fetching.PROBE_SECONDS == 10
    monkeypatch.setattr(fetching, "PROBE_SECONDS", 0.2)
    async with hosting() as host:
        host.node.faults.silence(True)
        answers = host.node.faults.hold("participants")
        taken = await host.pass_time_until(lambda: host.count("participants"), 32)
        assert taken >= 30
        await eventually(lambda: host.feed.link.state is LinkState.LOST)
        assert await host.pass_time_until(lambda: host.count("events") == 2, 2) + taken <= 35
        answers.set()
        assert host.said == ["Connection lost: the line went silent"]


@pytest.mark.fault(16)
async def test_a_stall_that_ends_in_time_costs_nothing() -> None:
    async with hosting() as host:
        await host.someone("Bob")
        for _ in range(3):
            host.node.faults.silence(True)
            await silent_for(host, 29)
            ann = host.conference.join("Ann")
            host.node.faults.silence(False)
            await eventually(lambda: ann.uuid in host.feed.conference.participants)  # noqa: B023
        assert host.agrees()
        assert host.count("participants") == 0
        assert host.count("events") == 1
        assert host.said == []


async def test_a_line_that_died_while_the_token_is_refreshed_in_vain_is_noticed() -> None:
    async with hosting() as host:
        await host.clock.advance(40)
        host.node.faults.silence(True)
        host.node.faults.answer("refresh_token", 502, b"", "", times=100)
        host.node.faults.answer("participants", 502, b"", "", times=100)
        host.node.faults.answer("events", 502, b"", "", times=100)
        await host.pass_time_until(lambda: host.feed.link.state is LinkState.LOST, 45)


@pytest.mark.fault(47)
async def test_a_list_without_an_end_is_fetched_after_ten_seconds() -> None:
    async with hosting() as host:
        host.conference.audience.tell(host.me, "participant_sync_begin", None)
        await eventually(lambda: host.feed.conference.syncing)
        ann = host.conference.join("Ann")
        await silent_for(host, 9)
        assert host.count("participants") == 0
        assert ann.uuid not in host.feed.conference.participants
        await silent_for(host, 3)
        assert host.count("participants") == 1
        assert host.agrees()
        assert host.feed.link.is_live
        assert host.count("events") == 1
        await silent_for(host, 12)
        assert host.count("participants") == 1


@pytest.mark.fault(47)
async def test_a_list_without_an_end_is_fetched_again_where_that_failed() -> None:
    async with hosting() as host:
        host.node.faults.answer("participants", 502, b"", "")
        host.conference.audience.tell(host.me, "participant_sync_begin", None)
        await eventually(lambda: host.feed.conference.syncing)
        host.conference.join("Ann")
        await silent_for(host, 24)
        assert host.count("participants") == 2
        assert host.agrees()


async def test_an_answer_older_than_an_event_does_not_undo_it() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        host.node.faults.silence(True)
        await silent_for(host, 29)
        answer = host.node.faults.hold("participants")
        await host.clock.advance(2)
        await eventually(lambda: host.count("participants") == 1)
        host.node.faults.silence(False)
        host.conference.update(bob.uuid, is_muted="YES")
        await eventually(lambda: host.shown(bob.uuid).is_muted)
        answer.set()
        await eventually(lambda: host.count("participants") == 2)
        await settled()
        assert host.shown(bob.uuid).is_muted
        assert host.agrees()
