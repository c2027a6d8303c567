"""More than a line or a reader carries at once: a crowd on a slow line, and a flood of events."""

from __future__ import annotations

import asyncio
import gc
import sys
import time

import pytest

from pexdash.node.wire.sent_events import frame
from pexdash.session.feed.link import LinkState
from pexdash.ui.framework.frames import FrameGate
from tests.eventually import eventually
from tests.session.host import Host, hosting
from tests.turns import Turns

pytestmark = pytest.mark.timeout(180)
PEOPLE = 1000
A_SECOND_S_FLOOD = 20_000
FRAME_SECONDS = 0.05
KEY_SECONDS = 0.1
MOST_BLOCKS = 2_000


@pytest.mark.fault(32)
async def test_a_slow_line_with_a_thousand_people_is_not_old_and_whole_in_the_end() -> None:
    """The stream alone brings the list: where it is asked for beside, the node refuses."""
    async with hosting() as host:
        host.node.faults.answer("participants", 502, b"", "", times=10_000)
        host.node.faults.throttle(1024)
        host.node.faults.cut_streams()
        await eventually(lambda: host.feed.link.state is LinkState.LOST)
        for number in range(PEOPLE):
            host.conference.join(f"Guest {number}")
        host.notices.clear()
        await host.pass_time_until(lambda: host.feed.link.is_live)
        conference, link, began = host.feed.conference, host.feed.link, host.clock.monotonic()
        while len(conference.participants) < PEOPLE:
            assert len(conference.participants) == 1, "half a list never shows"
            await host.clock.advance(1)
            await eventually(lambda: link.is_live and link.age is not None and link.age <= 1)
        assert host.clock.monotonic() - began > PEOPLE / 4, "a slow line"
        assert host.agrees()
        assert host.count("events") == 2
        assert host.said == []


def flood(host: Host, uuid: str) -> bytes:
    """A hundred events that change what is shown of a person each time."""
    (one,) = (one for one in host.conference.roster() if one["uuid"] == uuid)
    stages = [[{"participant_uuid": uuid, "stage_index": 0, "vad": vad}] for vad in (9, 90)]
    return b"".join(
        frame("stage", number, stages[number % 2])
        + frame("participant_update", number, one | {"overlay_text": f"{number % 2}"})
        for number in range(50)
    )


@pytest.mark.fault(33)
async def test_a_flood_lets_keys_through_and_keeps_nothing() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        events = flood(host, bob.uuid)
        painted: list[float] = []
        gate = FrameGate(FRAME_SECONDS, lambda: painted.append(time.monotonic()))
        watch = host.feed.watch(gate.poke)

        async def weather(name: str) -> None:
            """A key is answered amid the flood, which ends with somebody's coming."""
            host.node.faults.send_raw(events, times=A_SECOND_S_FLOOD // 100)
            last = host.conference.join(name)
            await host.act("mute", bob.uuid)
            assert last.uuid not in host.feed.conference.participants, "the flood is over"
            await eventually(lambda: last.uuid in host.feed.conference.participants)
            host.conference.leave(last.uuid)
            await eventually(lambda: last.uuid not in host.feed.conference.participants)
            watch.take_changes()

        await weather("Ann")
        gc.collect()
        before, began, turns = sys.getallocatedblocks(), time.monotonic(), Turns()
        painted.clear()
        watching = asyncio.create_task(turns.watch())
        await weather("Zoe")
        watching.cancel()
        took = time.monotonic() - began
        gc.collect()
        assert sys.getallocatedblocks() - before < MOST_BLOCKS
        assert turns.longest < KEY_SECONDS
        assert 1 < len(painted) <= took / FRAME_SECONDS + 2
        gate.close()
