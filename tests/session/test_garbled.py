"""Events whose data makes no sense: each costs itself alone, and several a look at the state."""

from __future__ import annotations

import pytest

from tests.eventually import eventually
from tests.session.host import settled
from tests.session.raw_node import BOB, Watcher, watching

GARBLED = [
    b'event: participant_create\ndata: {"uuid": "bob",\n\n',
    b"event: participant_update\ndata: [[[\n\n",
    b"event: participant_delete\ndata: {}\n\n",
    b"event: conference_update\ndata: 7\n\n",
    b'event: stage\ndata: {"a": NaN}\n\n',
    b"event: participant_create\ndata: " + b"[" * 100_000 + b"\n\n",
    b'event: participant_create\ndata: {"uuid": "\\ud800"}\n\n',
]
UNKNOWN = b"event: brand_new\ndata: {not even JSON\n\n"


async def say(watcher: Watcher, text: str) -> None:
    """A chat line goes through, so that all before it has been read."""
    data = b'{"origin":"x","type":"text/plain","uuid":"x","payload":"%b"}' % text.encode()
    await watcher.node.send(b"event: message_received\ndata: %b\n\n" % data)
    messages = watcher.feed.conference.chat.messages
    await eventually(lambda: messages and messages[-1].text == text, text)


def looks(watcher: Watcher) -> int:
    return len(watcher.node.asked("participants"))


@pytest.mark.fault(58)
@pytest.mark.parametrize("garbled", GARBLED, ids=range(len(GARBLED)))
async def test_a_garbled_event_costs_no_other(garbled: bytes) -> None:
    async with watching() as watcher:
        await watcher.node.send(garbled + garbled)
        await say(watcher, "after")
        await watcher.clock.advance(5)
        await settled()
        assert looks(watcher) == 0
        assert watcher.shown == ["Ann"]
        assert watcher.said == []
        assert len(watcher.node.asked("events")) == 1


@pytest.mark.fault(58)
@pytest.mark.parametrize("garbled", GARBLED[:5], ids=range(5))
async def test_three_garbled_events_within_ten_seconds_have_the_state_fetched(
    garbled: bytes,
) -> None:
    async with watching() as watcher:
        watcher.node.people.append(BOB)
        for number in range(3):
            assert looks(watcher) == 0
            await watcher.clock.advance(4.9)
            await watcher.node.send(garbled)
            await say(watcher, f"{number}")
        await eventually(lambda: watcher.shown == ["Ann", "Bob"])
        await eventually(lambda: len(watcher.node.asked("conference_status")) == 2)
        assert looks(watcher) == 1
        assert watcher.feed.link.is_live


async def test_three_garbled_events_far_apart_are_let_pass() -> None:
    async with watching() as watcher:
        for number in range(5):
            await watcher.node.send(GARBLED[0])
            await say(watcher, f"{number}")
            await watcher.clock.advance(5.1)
        assert looks(watcher) == 0


async def test_unknown_events_are_no_reason_however_many() -> None:
    async with watching() as watcher:
        await watcher.node.send(UNKNOWN * 50)
        await say(watcher, "after")
        await settled()
        assert looks(watcher) == 0


async def test_a_node_that_sends_nothing_else_is_asked_every_half_minute() -> None:
    async with watching() as watcher:
        for number in range(150):
            await watcher.node.send(GARBLED[0])
            await say(watcher, f"{number}")
            await watcher.clock.advance(1)
        assert 4 <= looks(watcher) <= 6
        watcher.node.people.append(BOB)
        await watcher.node.send(GARBLED[0] * 3)
        await say(watcher, "last")
        await watcher.clock.advance(29)
        await eventually(lambda: watcher.shown == ["Ann", "Bob"])
        assert looks(watcher) <= 7
