"""What a stream tells of how to come back to it."""

from __future__ import annotations

import pytest

from pexdash.api.client import NodeClient
from pexdash.api.stream import LONGEST_RETRY, EventStream
from pexdash.api.tls import trust
from pexdash.api.token import Token
from pexdash.model import events
from pexdash.model.participant import Role
from pexdash.secret import Secret
from tests.api.broken_server import broken_server, http

TOKEN = Token(Secret("t=="), 120.0, "me", Role.HOST, "Alice", "conference", True, "36")


async def read(body: bytes, last_id: str = "") -> tuple[EventStream, list[events.Event]]:
    """A stream of `body` read to its end, and its events."""
    answer = http("200 OK", body, "content-type: text/event-stream")
    async with broken_server(answer) as server:
        client = NodeClient(server.address, "meet", tls=lambda: trust(None, insecure=False))
        try:
            async with client.events(TOKEN, on_bytes=lambda: None, last_id=last_id) as stream:
                return stream, [event async for together in stream for event in together]
        finally:
            await client.aclose()


@pytest.mark.parametrize(
    ("body", "last_id"),
    [
        (b"", "before"),
        (b": ping\n\n", "before"),
        (b"id: 5\nevent: presentation_stop\n\n", "5"),
        (b"id: 5\ndata: x\n\ndata: y\n\n", "5"),
        (b"id: 5\ndata: x\n\nid: 6\ndata: cut off", "5"),
        (b"id: 5\ndata: x\n\nid: 6\0\ndata: y\n\n", "5"),
        (b"id: 5\ndata: x\n\nid\ndata: y\n\n", ""),
        (b"data: x\n\n", ""),
    ],
)
async def test_the_last_id_is_that_of_the_last_whole_event(body: bytes, last_id: str) -> None:
    stream, _ = await read(body, last_id="before")
    assert stream.last_id == last_id


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (b"data: x\n\n", 0.0),
        (b"retry: 3000\n\n", 3.0),
        (b"retry:03000\ndata: x\n\n", 3.0),
        (b"retry: 3000\nretry: 1000x\nretry: -5\nretry\n\n", 3.0),
        (b"retry: 3000\nretry: 250\n\n", 0.25),
        (b"retry: 60001\n\n", LONGEST_RETRY),
        (b"retry: %s\n\n" % (b"9" * 900), LONGEST_RETRY),
    ],
)
async def test_the_wait_a_node_asks_for(body: bytes, seconds: float) -> None:
    stream, _ = await read(body)
    assert stream.retry == seconds


async def test_the_events_are_typed_and_in_order() -> None:
    _, told = await read(b"event: presentation_stop\n\nevent: new\n\nevent: refresh_token\n\n")
    assert told == [
        events.PresentationStopped(),
        events.UnknownEvent("new"),
        events.RefreshDemanded(),
    ]
