"""Whatever is under way when a host leaves, the token is released exactly once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from pexdash.errors import PexdashError
from pexdash.node.faults.stream_faults import GARBLED
from pexdash.node.wire.sent_events import frame
from pexdash.session.feed.link import LinkState
from tests.eventually import eventually
from tests.session.host import Host, hosting, settled

Situation = Callable[[Host], Awaitable[asyncio.Task[None] | None]]
LATE_SECONDS = 0.02
"""How long an answer is under way, so that it comes while we leave."""


async def nothing_special(host: Host) -> None:
    await settled()


async def silent(host: Host) -> None:
    host.node.faults.silence(True)


async def within_a_list(host: Host) -> None:
    host.conference.publish("participant_sync_begin", None)
    await eventually(lambda: host.feed.conference.syncing)


async def within_an_event(host: Host) -> None:
    host.node.faults.send_raw(GARBLED["half an event"])
    await settled()


async def flooded(host: Host) -> None:
    host.node.faults.send_raw(frame("stage", 1, []), times=20_000)
    await settled()


async def throttled(host: Host) -> None:
    host.node.faults.throttle(10)
    host.conference.join("Ann")


async def line_down(host: Host) -> None:
    host.node.faults.answer("events", 502, b"", "", times=9)
    host.node.faults.cut_streams()
    await eventually(lambda: host.feed.link.state is LinkState.LOST)


async def opening(host: Host) -> None:
    host.node.faults.hold("events")
    host.node.faults.cut_streams()
    await host.pass_time_until(lambda: host.count("events") == 2)


async def refreshing(host: Host) -> None:
    answer = host.node.faults.hold("refresh_token")
    await host.clock.advance(60)
    await eventually(lambda: host.count("refresh_token") == 1)
    asyncio.get_running_loop().call_later(LATE_SECONDS, answer.set)


async def acting(host: Host) -> asyncio.Task[None]:
    host.node.faults.delay("lock", 1)
    acting = asyncio.create_task(host.act("lock"))
    await eventually(lambda: host.conference.locked)
    return acting


async def answer_lost(host: Host) -> None:
    host.node.faults.lose_answer("lock")
    await host.act("lock")


async def dripping(host: Host) -> None:
    host.node.faults.drip("participants", 100)
    host.conference.publish("participant_sync_begin", None)
    await host.pass_time_until(lambda: host.count("participants") == 1)


SITUATIONS: list[Situation] = [
    nothing_special,
    silent,
    within_a_list,
    within_an_event,
    flooded,
    throttled,
    line_down,
    opening,
    refreshing,
    acting,
    answer_lost,
    dripping,
]


async def leave(host: Host) -> None:
    await host.membership.close()


async def leave_twice(host: Host) -> None:
    await asyncio.gather(host.membership.close(), host.membership.close())


async def be_cancelled(host: Host) -> None:
    host.running.cancel()
    with suppress(asyncio.CancelledError):
        await host.running
    await host.membership.close()


async def fail(host: Host) -> None:
    """A fault of our own in what hears of the events."""

    host.expected = fault = ZeroDivisionError("a fault of ours")

    def break_down() -> None:
        watch.close()
        raise fault

    watch = host.feed.watch(break_down)
    host.node.faults.throttle(None)
    host.node.faults.silence(False)
    host.conference.publish("conference_update", {"locked": not host.feed.conference.status.locked})
    with suppress(ZeroDivisionError, TimeoutError):
        await asyncio.wait_for(asyncio.shield(host.running), 0.2)
    await host.membership.close()


@pytest.mark.fault(100)
@pytest.mark.parametrize(
    "exit_", [leave, leave_twice, be_cancelled, fail], ids=lambda one: one.__name__
)
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: one.__name__)
async def test_each_exit_releases_the_token_once(
    situation: Situation, exit_: Callable[[Host], Awaitable[None]]
) -> None:
    async with hosting() as host:
        under_way = await situation(host)
        await exit_(host)
        assert host.count("release_token") == 1
        assert host.feed.link.state is LinkState.ENDED
        people = host.conference.participants.values()
        assert all(one.protocol != "api" for one in people)
        if under_way is not None:
            under_way.cancel()
            with suppress(asyncio.CancelledError, PexdashError):
                await under_way
