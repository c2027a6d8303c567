"""What a test can ask of event streams, as a plain socket or HTTP client sees it."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest

from pexdash.node.faults.stream_faults import GARBLED
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.node.wire.connections import ConnectionEnd
from pexdash.node.wire.sent_events import frame
from tests.eventually import AT_ONCE_SECONDS, eventually
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, joined
from tests.node.raw_stream import RawStream

OPEN = ConferenceSettings(ALIAS)
CROWD = ConferenceSettings(ALIAS, participants=20)
GREETED = b"event: presentation_stop"
HALF = GARBLED["half an event"]


@pytest.mark.parametrize("kind", GARBLED)
async def test_raw_bytes_come_as_they_are_among_events(kind: str) -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        node.faults.without_chunks(True)
        async with RawStream(client) as stream:
            await stream.until(GREETED)
            node.faults.send_raw(GARBLED[kind])
            node.conference(ALIAS).publish("after", None)
            await stream.until(b"event: after")
            assert GARBLED[kind] + b"event: after" in stream.seen


async def test_raw_bytes_for_one_participant_alone() -> None:
    async with (
        EmbeddedNode(OPEN) as node,
        joined(node) as alice,
        joined(node, "Bob") as bob,
        RawStream(alice) as to_alice,
        RawStream(bob) as to_bob,
    ):
        await to_alice.until(GREETED)
        await to_bob.until(GREETED)
        node.faults.send_raw(b": for Bob\n", to=bob.uuid)
        node.conference(ALIAS).publish("after", None)
        await to_alice.until(b"event: after")
        await to_bob.until(b"event: after")
        assert b": for Bob" not in to_alice.seen
        assert b": for Bob" in to_bob.seen


async def test_a_line_without_end_is_many_pieces() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        node.faults.without_chunks(True)
        async with RawStream(client) as stream:
            await stream.until(GREETED)
            node.faults.send_raw(b"data: ")
            node.faults.send_raw(b"x" * 1000, times=2000)
            node.faults.end_streams()
            assert (await stream.rest()).endswith(b"data: " + b"x" * 2_000_000)


async def test_a_flood_is_an_event_many_times() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        stream = await client.listen_in()
        node.faults.send_raw(frame("stage", 1, []), times=50_000)
        node.conference(ALIAS).publish("after", None)
        assert len(await stream.until("after")) == 50_001


async def test_a_clean_end_in_mid_event() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client, RawStream(client) as stream:
        await stream.until(GREETED)
        node.faults.send_raw(HALF)
        node.faults.end_streams(ConnectionEnd.CLEAN)
        await stream.until(b"0\r\n\r\n")
        assert stream.seen.endswith(HALF + b"\r\n0\r\n\r\n")


async def test_fin_in_mid_event_between_two_chunks() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client, RawStream(client) as stream:
        await stream.until(GREETED)
        node.faults.send_raw(HALF)
        node.faults.end_streams(ConnectionEnd.FIN)
        assert (await stream.rest()).endswith(HALF + b"\r\n")
        assert stream.fault is None


async def test_fin_in_mid_event_without_any_framing_is_no_error_of_http() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        node.faults.without_chunks(True)
        headers = {"token": client.token}
        async with client.http.stream("GET", client.path + "events", headers=headers) as answer:
            assert "transfer-encoding" not in answer.headers
            assert answer.headers["content-type"] == "text/event-stream"
            node.faults.send_raw(HALF)
            node.faults.end_streams(ConnectionEnd.FIN)
            assert (await answer.aread()).endswith(HALF)
        node.faults.without_chunks(False)
        assert await (await client.listen()).first("hello") is None


async def test_fin_within_a_chunk() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        stream = await client.listen_in()
        node.faults.end_streams(ConnectionEnd.TORN_CHUNK)
        await stream.rest()
        assert isinstance(stream.fault, httpx.RemoteProtocolError)
        async with RawStream(client) as raw:
            await raw.until(GREETED)
            node.faults.end_streams(ConnectionEnd.TORN_CHUNK)
            assert (await raw.rest()).endswith(b"\r\n1000\r\nevent: ")
            assert raw.fault is None


async def test_reset_in_mid_event() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client, RawStream(client) as stream:
        await stream.until(GREETED)
        node.faults.send_raw(HALF)
        node.faults.end_streams(ConnectionEnd.RESET)
        await stream.rest()
        assert stream.is_reset


async def test_cut_streams_are_reset_at_once_even_while_nothing_is_sent() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client, RawStream(client) as stream:
        await stream.until(GREETED)
        node.faults.silence(True)
        node.conference(ALIAS).publish("never", None)
        node.faults.cut_streams()
        assert b"never" not in await stream.rest()
        assert stream.is_reset


async def test_one_participants_stream_ends_and_the_others_stay() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice, joined(node, "Bob") as bob:
        to_alice, to_bob = await alice.listen_in(), await bob.listen_in()
        node.faults.end_streams(ConnectionEnd.FIN, to=bob.uuid)
        await to_bob.rest()
        node.conference(ALIAS).publish("after", 1)
        assert await to_alice.first("after") == 1
        node.faults.cut_streams(to=alice.uuid)
        await to_alice.rest()
        assert to_alice.fault is not None


@pytest.mark.parametrize("how", ConnectionEnd)
async def test_a_drop_within_the_list_befalls_the_next_streams(how: ConnectionEnd) -> None:
    async with EmbeddedNode(CROWD) as node, joined(node) as client:
        node.faults.break_in_list(7, how, times=2)
        for _ in range(2):
            events = await (await client.listen()).rest()
            names = [one.name for one in events]
            assert names[:3] == ["hello", "conference_update", "participant_sync_begin"]
            assert names[3:] == ["participant_create"] * 7
        events = await (await client.listen()).until("participant_sync_end")
        assert len(events) == 25


async def test_a_drop_within_the_list_of_one_participant_alone() -> None:
    async with EmbeddedNode(CROWD) as node, joined(node) as alice, joined(node, "Bob") as bob:
        node.faults.break_in_list(3, ConnectionEnd.CLEAN, to=bob.uuid)
        assert len(await (await alice.listen()).until("participant_sync_end")) == 26
        assert len(await (await bob.listen()).rest()) == 6
        assert len(await (await bob.listen()).until("participant_sync_end")) == 26


async def test_a_list_without_an_end_and_one_begun_twice() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        stream = await client.listen_in()
        for _ in range(2):
            node.conference(ALIAS).publish("participant_sync_begin", None)
        node.conference(ALIAS).join("Ann")
        names = [one.name for one in await stream.until("layout")]
        assert names == ["participant_sync_begin"] * 2 + ["participant_create", "layout"]


async def test_a_throttled_stream_takes_its_time() -> None:
    clock = ManualClock()
    async with EmbeddedNode(CROWD, clock=clock) as node, joined(node) as client:
        node.faults.throttle(1000)
        node.faults.without_chunks(True)
        async with RawStream(client) as stream:
            await stream.until(b"\r\n\r\n")
            body = stream.seen.index(b"\r\n\r\n") + 4
            for second in range(1, 4):
                await clock.advance(1)
                while len(stream.seen) < body + 1000 * second:
                    assert await stream.read()
                assert len(stream.seen) <= body + 1000 * second + 100
            node.faults.throttle(None)
            await clock.advance(1)
            await stream.until(GREETED)


async def test_a_node_that_leaves_does_not_wait_for_a_throttled_stream() -> None:
    async with EmbeddedNode(CROWD, clock=ManualClock()) as node, joined(node) as client:
        node.faults.throttle(10)
        await client.listen()
        began = time.monotonic()
        await node.__aexit__(None, None, None)
        assert time.monotonic() - began < AT_ONCE_SECONDS


async def test_a_stream_of_a_wrong_type_and_one_of_a_strange_encoding() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        node.faults.answer("events", 200, b"<html>", "text/html")
        node.faults.answer(
            "events", 200, b"\x1f\x8b", "text/event-stream", headers={"content-encoding": "gzip"}
        )
        answer = await client.send("events", method="GET")
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        async with RawStream(client) as stream:
            await stream.until(b"\x1f\x8b")
            assert b"content-encoding: gzip\r\n" in stream.seen


async def test_slow_headers_and_a_stream_that_never_answers() -> None:
    clock = ManualClock()
    async with EmbeddedNode(OPEN, clock=clock) as node, joined(node) as client:
        node.faults.drip("events", 1)
        async with RawStream(client) as stream:
            for length in range(1, 5):
                while len(stream.seen) < length:
                    assert await stream.read()
                assert stream.seen == b"HTTP"[:length]
                await clock.advance(1)
        held = node.faults.hold("events")
        async with RawStream(client) as stream:
            await eventually(lambda: len(node.received) == 3)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(stream.read(), 0.05)
            held.set()
            await stream.until(GREETED)
