"""The misbehaviour a test can ask for."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.node.client import ALIAS, eventually, joined

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
        await asyncio.sleep(0.02)
        assert not answer.done()
        release.set()
        assert (await answer).status_code == 200


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
