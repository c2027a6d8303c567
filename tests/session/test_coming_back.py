"""How a stream that broke is come back to: from where, and after how long."""

from __future__ import annotations

import pytest

from pexdash.node.wire.sent_events import event_id, frame
from tests.eventually import eventually
from tests.session.host import settled
from tests.session.raw_node import BOB, RawNode, refusal, watching

CREATED = frame("participant_create", 9, BOB)


@pytest.mark.fault(11, 12)
@pytest.mark.parametrize("chunked", [True, False], ids=["chunks", "no length"])
@pytest.mark.parametrize("reset", [True, False], ids=["RST", "FIN"])
@pytest.mark.parametrize(
    "last_words",
    [
        pytest.param(b"", id="between events"),
        pytest.param(CREATED[:30], id="within an event"),
        pytest.param(CREATED[:-1], id="before an event's last byte"),
        pytest.param(b": alive\n", id="after a comment"),
    ],
)
async def test_a_stream_that_breaks_is_gone_on_from_its_last_whole_event(
    last_words: bytes, reset: bool, chunked: bool
) -> None:
    async with watching(RawNode(chunked=chunked)) as watcher:
        node = watcher.node
        size = b"%x\r\n" % len(last_words) if chunked and last_words else b""
        await watcher.breaks(size + last_words + (b"\r\n" if size else b""), reset=reset)
        assert watcher.shown == ["Ann"]
        assert await watcher.seconds_until(2) <= 0.3
        await watcher.live(2)
        assert watcher.shown == ["Ann"]
        assert node.last_ids() == [b"", event_id(2).encode()]
        assert watcher.said == []
        assert len(node.asked("request_token")) == 1


@pytest.mark.fault(13, 14)
@pytest.mark.parametrize(
    "last_words",
    [
        pytest.param(b"%x\r\n%b" % (len(CREATED) + 40, CREATED[:30]), id="end within a chunk"),
        pytest.param(b"0\r\n\r\n", id="proper end"),
        pytest.param(b"1e\r\n%b\r\n0\r\n\r\n" % CREATED[:30], id="proper end within an event"),
        pytest.param(b"nonsense\r\n", id="broken chunk"),
    ],
)
async def test_every_way_chunks_can_end_is_a_line_lost_and_found(last_words: bytes) -> None:
    async with watching() as watcher:
        await watcher.breaks(last_words)
        assert watcher.shown == ["Ann"]
        assert await watcher.seconds_until(2) <= 0.3
        await watcher.live(2)
        assert watcher.shown == ["Ann"]
        assert watcher.said == []


async def test_events_sent_again_change_nothing_and_announce_nobody() -> None:
    """A node that takes the last id up, or that sends everything twice (fault 72)."""
    async with watching() as watcher:
        node, membership = watcher.node, watcher.membership
        await node.send(CREATED)
        await eventually(lambda: watcher.shown == ["Ann", "Bob"])
        node.people.append(BOB)
        arrived: list[str] = []
        watch = membership.feed.watch(lambda: arrived.extend(watch.take_changes().arrived))
        await watcher.breaks()
        await watcher.seconds_until(2)
        await node.send(node.listed() + CREATED + CREATED)
        await node.send(frame("message", 10, {"origin": "Bob", "payload": "hi", "uuid": "bob"}))
        await eventually(lambda: membership.feed.conference.chat.messages)
        assert watcher.shown == ["Ann", "Bob"]
        assert arrived == []


async def test_a_new_participant_asks_for_nothing_of_the_old_one_s() -> None:
    async with watching() as watcher:
        node = watcher.node
        node.answers["events"] = [_invalid_token()]
        node.answers["refresh_token"] = [_invalid_token()]
        await watcher.breaks()
        await watcher.seconds_until(3)
        assert node.last_ids() == [b"", event_id(2).encode(), b""]
        assert len(node.asked("request_token")) == 2


async def test_a_refreshed_token_goes_on_where_the_old_one_was() -> None:
    async with watching() as watcher:
        node = watcher.node
        node.answers["events"] = [_invalid_token()]
        await watcher.breaks()
        await watcher.seconds_until(3)
        assert node.last_ids() == [b""] + [event_id(2).encode()] * 2


async def test_an_id_that_was_taken_back_is_not_sent() -> None:
    async with watching() as watcher:
        await watcher.node.send(b"id\nevent: participant_update\ndata: {}\n\n")
        await watcher.node.send(frame("participant_create", 9, BOB).replace(b"id: ", b"x: "))
        await eventually(lambda: watcher.shown == ["Ann", "Bob"])
        await watcher.breaks()
        await watcher.seconds_until(2)
        assert watcher.node.last_ids() == [b"", b""]


def _invalid_token() -> bytes:
    body = b'{"status":"success","result":"Invalid token"}'
    head = b"HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\nconnection: close\r\n"
    return head + b"content-length: %d\r\n\r\n" % len(body) + body


@pytest.mark.parametrize(
    ("asked", "least"),
    [
        (b"retry: 5000\n\n", 5),
        (b"retry: 3600000\n\n", 60),
        (b"retry: 0\n\n", 0.125),
        (b"retry: 5000x\n\n", 0.125),
        (b"retry: -5\n\n", 0.125),
    ],
)
async def test_the_node_s_retry_is_the_least_wait(asked: bytes, least: float) -> None:
    async with watching(RawNode(opening=asked)) as watcher:
        await watcher.breaks()
        await watcher.clock.advance(least - 0.0625)
        await settled()
        assert len(watcher.node.asked("events")) == 1
        assert await watcher.seconds_until(2) <= 0.1875


async def test_the_node_s_retry_holds_until_a_stream_is_open_again() -> None:
    async with watching(RawNode(opening=b"retry: 5000\n\n")) as watcher:
        node = watcher.node
        node.opening = b""
        node.answers["events"] = [refusal("502 Bad Gateway"), refusal("429 Busy", "retry-after: 8")]
        await watcher.breaks()
        waits = [await watcher.seconds_until(streams) for streams in (2, 3, 4)]
        assert 5.0 <= waits[0] <= 5.1
        assert 5.0 <= waits[1] <= 5.1
        assert 8.0 <= waits[2] <= 8.1
        await watcher.live(4)
        await watcher.breaks()
        assert await watcher.seconds_until(5) < 5
