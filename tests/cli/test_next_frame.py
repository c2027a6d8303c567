"""The picture of a presentation, of which the next frame is waited for."""

from __future__ import annotations

import asyncio
import json

import pytest

from pexdash.errors import Refused, Removed
from pexdash.session.membership import visit
from tests.cli.guide_node import ANN, FRAME, JPEG, TOKEN, GuideNode
from tests.cli.visiting import asked
from tests.eventually import eventually

PICTURE = ("image/jpeg", JPEG)
ROOM = "5e9a0f4b-7c5b-4f0e-9a44-6b3f6d3a1c0d"


async def test_without_an_id_the_next_frame_is_waited_for() -> None:
    stream = f"event: presentation_frame\nid: {FRAME}\n\n".encode()
    async with GuideNode(answers={"presentation.jpeg": PICTURE}) as node:
        asking = asyncio.ensure_future(asked(node, "presentation.jpeg"))
        await eventually(lambda: node.asked("events"))
        node.send(b"event: presentation_start\ndata: {}\n\n" + stream)
        assert await asking == JPEG
        assert node.requests() == [("GET", "events"), ("GET", "presentation.jpeg")]
        assert node.seen[2].query == {"id": [FRAME]}
        assert all("token" not in one.query for one in node.seen)
        assert node.released() == [TOKEN]


async def test_of_a_room_the_next_frame_of_that_room_is_waited_for() -> None:
    def told(room: str, frame: str) -> bytes:
        data = {"breakout_uuid": room, "event": "presentation_frame", "id": frame, "data": None}
        return f"event: breakout_event\ndata: {json.dumps(data)}\n\n".encode()

    others = b"event: presentation_frame\nid: of-all\n\n" + told(ANN, "of-another")
    room = ROOM.upper()
    picture = f"breakouts/{room}/presentation.jpeg"
    async with GuideNode(answers={picture: PICTURE}) as node:
        asking = asyncio.ensure_future(asked(node, "presentation.jpeg", room=room))
        await eventually(lambda: node.asked("events"))
        node.send(others + told(ROOM, FRAME))
        assert await asking == JPEG
        assert node.seen[2].query == {"id": [FRAME]}
        assert node.requests() == [("GET", "events"), ("GET", picture)]


async def test_where_nobody_presents_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit, "FRAME_SECONDS", 0.05)
    async with GuideNode() as node:
        with pytest.raises(Refused, match="no picture of a presentation"):
            await asked(node, "presentation.jpeg")
        assert node.released() == [TOKEN]


async def test_being_removed_while_waiting_for_a_frame() -> None:
    async with GuideNode(stream=b'event: disconnect\ndata: {"reason": "out"}\n\n') as node:
        with pytest.raises(Removed, match="out"):
            await asked(node, "presentation.jpeg")
