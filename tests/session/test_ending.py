"""The end that a node tells, or that we told it, and what is no end."""

from __future__ import annotations

import asyncio

import pytest

from pexdash.errors import GivenUp, NoSuchConference, Removed
from pexdash.node.server import EmbeddedNode
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.told import Line
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.host import ALIAS, OPEN, Host, hosting, membership_on, settled


@pytest.mark.fault(70)
@pytest.mark.parametrize(
    "reason",
    [
        "Disconnected by another participant",
        "Disconnected by an administrator",
        "API initiated participant disconnect",
        "Participant exceeded PIN entry retries",
        "CALL REJECTED",
        "Disabled",
    ],
)
async def test_being_removed_says_why_releases_nothing_and_joins_no_more(reason: str) -> None:
    async with hosting() as host:
        host.conference.remove(host.me, reason)
        with pytest.raises(Removed, match=rf"removed from meet\.alice.*: {reason}") as removed:
            await host.running
        assert removed.value.exit_status == 5
        assert removed.value.reason == reason
        assert host.feed.link.state is LinkState.ENDED
        await host.clock.advance(60)
        await host.membership.close()
        await settled()
        assert host.count("release_token") == 0
        assert host.count("events") == 1
        assert host.count("request_token") == 1
        assert host.said == []


NODE_S_OWN = [
    "Signaling node disconnected",
    "Media process disconnected",
    "Media node disconnected",
    "Proxied participant disconnected",
    "System in maintenance mode",
    "Out of proxying resource",
    "OUT OF RESOURCE",
    "Resource unavailable",
    "Timer expired awaiting token refresh",
    "Invalid token",
    "502 Bad Gateway",
    "503 Service Unavailable",
]


def told(reason: object) -> str:
    return "The node disconnected us" + (f": {reason}" if reason else "")


async def disconnected(host: Host, reason: object) -> None:
    """The node ends our part, and we notice."""
    before = len(host.said)
    host.conference.remove(host.me, reason)  # type: ignore[arg-type]
    await eventually(lambda: told(reason) in host.said[before:])


async def back_again(host: Host, before: str) -> float:
    return await host.pass_time_until(
        lambda: host.me != before and host.feed.link.is_live and host.agrees()
    )


@pytest.mark.parametrize("reason", NODE_S_OWN)
async def test_a_node_that_cannot_keep_us_is_joined_again(reason: str) -> None:
    async with hosting() as host:
        before = host.me
        await disconnected(host, reason)
        assert await back_again(host, before) <= 1
        assert "Joined again" in host.said
        assert host.count("refresh_token") == 0, "a token that is dead is not refreshed"
        await host.clock.advance(120)
        assert not host.running.done()


async def test_a_node_that_gives_us_up_again_and_again_is_asked_ever_less() -> None:
    async with hosting() as host:
        waits = []
        for _ in range(8):
            before = host.me
            await disconnected(host, "Media node disconnected")
            waits.append(await back_again(host, before))
        assert waits[0] <= 1
        assert waits[-1] >= 7
        await host.clock.advance(61)
        before = host.me
        await disconnected(host, "Media node disconnected")
        assert await back_again(host, before) <= 1


@pytest.mark.parametrize("reason", [None, "", "Ice failure", "No more cake"])
async def test_for_a_reason_nobody_knows_one_more_try_is_made(reason: object) -> None:
    async with hosting() as host:
        before = host.me
        await disconnected(host, reason)
        assert await back_again(host, before) <= 1
        await host.clock.advance(61)
        before = host.me
        await disconnected(host, reason)
        await back_again(host, before)
        assert not host.running.done(), "it had kept us for a minute"


@pytest.mark.parametrize("again", ["No more cake", "Media node disconnected", "the line"])
async def test_after_that_try_the_node_must_keep_us_for_a_minute(again: str) -> None:
    async with hosting() as host:
        before = host.me
        await disconnected(host, "No more cake")
        await back_again(host, before)
        await host.clock.advance(50)
        if again == "the line":
            host.node.faults.cut_streams()
        else:
            host.conference.remove(host.me, again)
        with pytest.raises(GivenUp) as gone:
            await host.running
        assert gone.value.exit_status == 6
        said = "No more cake" if again == "the line" else again
        assert str(gone.value) == f"The node disconnected us from {ALIAS}: {said}"
        await host.membership.close()
        assert host.count("release_token") == (again == "the line")


async def test_once_that_minute_is_over_the_line_may_break_again_and_again() -> None:
    async with hosting() as host:
        before = host.me
        await disconnected(host, "No more cake")
        await back_again(host, before)
        await host.clock.advance(61)
        for _ in range(2):
            host.node.faults.cut_streams()
            await eventually(lambda: host.feed.link.state is LinkState.LOST)
            await host.pass_time_until(lambda: host.feed.link.is_live)
        assert not host.running.done()


async def test_what_is_told_of_the_line_within_that_minute_makes_it_no_longer() -> None:
    async with hosting() as host:
        before = host.me
        await disconnected(host, "No more cake")
        await back_again(host, before)
        await host.clock.advance(59)
        host.feed.tell(Line(LinkState.LIVE))
        await host.clock.advance(2)
        host.node.faults.cut_streams()
        await host.pass_time_until(lambda: host.count("events") == 3 and host.feed.link.is_live)
        assert not host.running.done()


async def test_a_refusal_long_after_that_try_is_told_for_what_it_is() -> None:
    async with hosting() as host:
        before = host.me
        await disconnected(host, "No more cake")
        await back_again(host, before)
        await host.clock.advance(61)
        refusal = {"status": "failed", "result": "Neither conference nor gateway found"}
        host.node.faults.answer("request_token", 404, refusal)
        invalid = {"status": "success", "result": "Invalid token"}
        host.node.faults.answer("refresh_token", 403, invalid, times=9)
        host.node.faults.answer("events", 403, invalid, times=9)
        host.node.faults.cut_streams()
        await host.pass_time_until(host.running.done)
        with pytest.raises(NoSuchConference):
            await host.running


async def test_a_try_that_is_refused_is_the_end() -> None:
    async with hosting() as host:
        refusal = {"status": "failed", "result": "Neither conference nor gateway found"}
        host.node.faults.answer("request_token", 404, refusal)
        await disconnected(host, "No more cake")
        await host.pass_time_until(host.running.done)
        with pytest.raises(GivenUp, match="No more cake"):
            await host.running


async def test_where_nobody_watches_it_is_given_up_after_the_time_that_was_given() -> None:
    async with EmbeddedNode(OPEN, clock=(clock := ManualClock())) as node:
        membership = membership_on(node.url, clock, patience=60)
        running = asyncio.create_task(membership.run())
        host = Host(membership, node, clock, running)
        membership.feed.watch(notify=host.notices.append)
        await host.live()
        node.faults.answer("request_token", 503, b"", "", times=1000)
        await disconnected(host, "System in maintenance mode")
        assert 59 <= await host.pass_time_until(running.done, 70) <= 61
        with pytest.raises(GivenUp, match="maintenance"):
            await running
        await membership.close()


@pytest.mark.fault(70)
@pytest.mark.parametrize(
    "reason",
    [
        "Conference terminated by another participant",
        "Conference terminated by a Host participant",
        "All conference hosts departed",
        "Conference host ended the conference with a DTMF command",
        "Last remaining participant removed from conference after timeout",
        "Test call finished",
        "CONFERENCE TERMINATED",
        "API initiated conference termination",
        "Conference terminated by an administrator",
        "No participants can keep conference alive",
    ],
)
async def test_the_end_of_the_conference_is_no_removal(reason: str) -> None:
    async with hosting() as host:
        host.conference.publish("disconnect", {"reason": reason})
        assert await host.running == reason
        await host.membership.close()
        assert host.count("release_token") == 0
        assert host.said == []


async def test_a_conference_we_ended_is_over_whatever_the_node_says_of_it() -> None:
    async with hosting() as host:
        host.node.faults.answer("disconnect", 200, {"status": "success", "result": True})
        await host.act("disconnect-all")
        host.node.conference(ALIAS).publish(
            "disconnect", {"reason": "API initiated participant disconnect"}
        )
        assert await host.running == "API initiated participant disconnect"


async def test_a_conference_we_ended_is_not_joined_again() -> None:
    async with hosting() as host:
        invalid = {"status": "success", "result": "Invalid token"}
        host.node.faults.answer("disconnect", 200, {"status": "success", "result": True})
        await host.act("disconnect-all")
        host.node.faults.answer("refresh_token", 403, invalid, times=9)
        host.node.faults.answer("events", 403, invalid, times=9)
        host.node.faults.cut_streams()
        await host.pass_time_until(host.running.done)
        assert await host.running == "you disconnected everyone"
        assert host.count("request_token") == 1


@pytest.mark.parametrize("status", [429, 503])
async def test_an_end_that_the_node_did_not_take_ends_nothing(status: int) -> None:
    async with hosting() as host:
        first = host.me
        host.node.faults.answer("disconnect", status, b"", "")
        await host.act("disconnect-all")
        host.node.faults.answer("refresh_token", 403, {"status": "success", "result": "no"})
        host.conference.publish("refresh_token", None)
        await host.pass_time_until(lambda: host.me != first and host.feed.link.is_live)
        assert not host.running.done()
