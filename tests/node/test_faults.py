"""The misbehaviour a test can ask for: of answers, and of the node's being there at all."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest

from pexdash.node.limits import Limits
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.eventually import AT_ONCE_SECONDS, eventually
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, joined
from tests.node.raw_stream import RawStream

OPEN = ConferenceSettings(ALIAS)


async def test_answer_in_place_of_handling() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        node.faults.answer("lock", 503, b"<html>busy</html>", "text/html", times=2)
        node.faults.answer("lock", 403, {"status": "success", "result": "Invalid token"})
        answers = [await client.send("lock") for _ in range(3)]
        assert [one.status_code for one in answers] == [503, 503, 403]
        assert answers[0].content == b"<html>busy</html>"
        assert answers[0].headers["content-type"].startswith("text/html")
        assert answers[2].json()["result"] == "Invalid token"
        assert not node.conference(ALIAS).locked
        assert await client.result("lock") is True
        assert len(node.received) == 5


async def test_events_can_be_refused_too() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        node.faults.answer("events", 500, b"", "")
        answer = await client.send("events", method="GET")
        assert answer.status_code == 500
        assert "content-type" not in answer.headers
        assert await (await client.listen()).first("hello") is None


async def test_a_lost_answer_was_carried_out() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        node.faults.lose_answer("lock")
        with pytest.raises(httpx.TransportError):
            await client.send("lock")
        assert node.conference(ALIAS).locked
        assert await client.result("unlock") is True


async def test_a_held_answer_comes_when_released() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        release = node.faults.hold("lock")
        answer = asyncio.create_task(client.send("lock"))
        await eventually(lambda: node.conference(ALIAS).locked)
        assert (await client.send("participants", method="GET")).status_code == 200
        assert not answer.done()
        release.set()
        assert (await answer).status_code == 200


async def test_answers_carry_headers() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        node.faults.answer("mute", 429, b"", "", headers={"Retry-After": "7"})
        node.faults.answer("lock", 307, b"", "", headers={"Location": "http://elsewhere.test/"})
        busy = await client.send("mute", uuid=client.uuid)
        assert (busy.status_code, busy.headers["retry-after"]) == (429, "7")
        moved = await client.send("lock")
        assert (moved.status_code, moved.headers["location"]) == (307, "http://elsewhere.test/")


async def test_a_lost_answer_is_a_reset_connection() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        node.faults.lose_answer("lock")
        async with RawStream(client, "lock", "POST") as answer:
            assert await answer.rest() == b""
            assert answer.is_reset
        assert node.conference(ALIAS).locked


async def test_a_lost_request_was_not_carried_out() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        node.faults.lose_request("lock")
        with pytest.raises(httpx.ReadError):
            await client.send("lock")
        assert not node.conference(ALIAS).locked
        assert node.received[-1].path.endswith("/lock")
        assert await client.result("lock") is True


async def test_a_delayed_answer_comes_by_the_clock_of_the_node() -> None:
    clock = ManualClock()
    async with EmbeddedNode(OPEN, clock=clock) as node, joined(node) as client:
        node.faults.delay("lock", 9)
        answer = asyncio.create_task(client.send("lock"))
        await eventually(lambda: node.conference(ALIAS).locked)
        await clock.advance(8.9)
        assert not answer.done()
        await clock.advance(0.1)
        assert (await answer).status_code == 200
        assert await client.result("unlock") is True


async def test_a_fault_may_come_with_another() -> None:
    clock = ManualClock()
    async with EmbeddedNode(OPEN, clock=clock) as node, joined(node) as client:
        node.faults.delay("lock", 3)
        node.faults.lose_answer("lock")
        answer = asyncio.create_task(client.send("lock"))
        await eventually(lambda: node.conference(ALIAS).locked)
        assert not answer.done()
        await clock.advance(3)
        with pytest.raises(httpx.ReadError):
            await answer


async def test_an_answer_that_drips() -> None:
    clock = ManualClock()
    async with EmbeddedNode(OPEN, clock=clock) as node, joined(node) as client:
        node.faults.drip("lock", 2)
        async with RawStream(client, "lock", "POST") as answer:
            for length in range(1, 20):
                while len(answer.seen) < length:
                    assert await answer.read()
                assert len(answer.seen) == length
                await clock.advance(2)
            await clock.advance(1000)
            head, _, body = (await answer.rest()).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK\r\ncontent-type: application/json")
            assert body == b'{"status": "success", "result": true}'


async def test_who_has_read_all_of_a_dripping_answer_is_not_cut_off() -> None:
    clock, limits = ManualClock(), Limits(answer_seconds=0.01)
    async with EmbeddedNode(OPEN, clock=clock, limits=limits) as node, joined(node) as client:
        node.faults.drip("lock", 2)
        async with RawStream(client, "lock", "POST") as answer:
            while b'{"st' not in answer.seen:
                assert await answer.read()
                await clock.advance(2)
            over = time.monotonic() + 5 * limits.answer_seconds
            await eventually(lambda: time.monotonic() > over)
            await clock.advance(1000)
            assert (await answer.rest()).endswith(b'{"status": "success", "result": true}')


async def test_a_node_that_leaves_waits_neither_for_delays_nor_for_drips() -> None:
    async with EmbeddedNode(OPEN, clock=ManualClock()) as node, joined(node) as client:
        node.faults.delay("lock", 1000)
        node.faults.drip("unlock", 1000)
        asked = [asyncio.create_task(client.send(name)) for name in ("lock", "unlock")]
        await eventually(lambda: len(node.received) == 3)
        began = time.monotonic()
        await node.__aexit__(None, None, None)
        assert time.monotonic() - began < AT_ONCE_SECONDS
        await asyncio.gather(*asked, return_exceptions=True)


async def test_a_node_recovers_from_what_was_still_to_come() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        node.faults.answer("lock", 502, b"", times=9)
        for fault in (node.faults.lose_answer, node.faults.lose_request):
            fault("lock", times=9)
        for wait in (node.faults.delay, node.faults.drip):
            wait("lock", 1000, times=9)
        node.faults.recover()
        assert await client.result("lock") is True


async def test_a_node_that_is_down_refuses_and_is_back_on_its_port() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        url = node.url
        async with RawStream(client) as stream:
            await stream.until(b"event: hello")
            await node.faults.stop_listening()
            await stream.rest()
            assert stream.is_reset
        for _ in range(2):
            with pytest.raises(httpx.ConnectError):
                await client.send("lock")
        await node.faults.stop_listening()
        await node.faults.listen_again()
        assert node.url == url
        assert await client.result("lock") is True
        assert await (await client.listen()).first("hello") is None


async def test_a_node_may_leave_while_it_is_down() -> None:
    async with EmbeddedNode(OPEN) as node:
        await node.faults.stop_listening()


async def test_cut_streams_break_mid_air() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        stream = await client.listen_in()
        node.faults.cut_streams()
        await stream.rest()
        assert stream.fault is not None
        again = await client.listen_in()
        node.conference(ALIAS).publish("back", None)
        assert await again.first("back") is None


async def test_silence_keeps_streams_open_and_everything_for_later() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        stream = await client.listen_in()
        node.faults.silence(True)
        node.conference(ALIAS).publish("later", 1)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stream.first("later"), 0.05)
        assert await client.get("participants")
        node.faults.silence(False)
        assert await stream.first("later") == 1


async def test_a_silent_node_still_ends_at_once() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        await client.listen_in()
        node.faults.silence(True)
        node.conference(ALIAS).publish("never", 1)
