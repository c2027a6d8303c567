"""What an event costs on its way into the model, counted in calls: time would differ by machine."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from types import FrameType

from pexdash.api.client import NodeClient
from pexdash.api.tls import trust
from pexdash.api.token import Token
from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.participant import Role
from pexdash.secret import Secret
from tests.api.broken_server import Answer, broken_server

TOKEN = Token(Secret("t=="), 120.0, "me", Role.HOST, "Alice", "conference", True, "36")
EVENTS = 3000
FEW = 200
"""More than a connection costs, and far less than the events are."""


def update(number: int) -> bytes:
    """One event as nodes send them, which changes something."""
    fields = {
        "api_url": "/participants/x",
        "buzz_time": number // 50 % 2,
        "display_name": "Zoë" if number % 3 else "Ann",
        "has_media": True,
        "is_muted": "YES" if number // 50 % 2 else "NO",
        "is_presenting": "NO",
        "overlay_text": "",
        "protocol": "webrtc",
        "role": "guest",
        "rx_presentation_policy": "ALLOW",
        "service_type": "conference",
        "spotlight": 0,
        "start_time": 1_700_000_000.5,
        "uuid": f"11111111-2222-3333-4444-{number % 50:012}",
    }
    data = json.dumps(fields, ensure_ascii=False).encode()
    return b"event: participant_update\nid: %d\ndata: %b\n\n" % (number, data)


def chunk_by_chunk(*events: bytes) -> Answer:
    """An event stream with an HTTP chunk for each event."""
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(event), event) for event in events)

    async def answer(writer: asyncio.StreamWriter) -> None:
        head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
        writer.write(head + b"transfer-encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n")
        await writer.drain()

    return answer


async def called_for(events: list[bytes]) -> Counter[str]:
    """How often each Python function was called from the open stream to its end."""
    calls: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            calls[frame.f_code.co_name] += 1

    conference = Conference("meet")
    async with broken_server(chunk_by_chunk(*events)) as server:
        client = NodeClient(server.address, "meet", tls=lambda: trust(None, insecure=False))
        try:
            async with client.events(TOKEN, on_bytes=lambda: None) as stream:
                sys.setprofile(count)
                try:
                    async for together in stream:
                        changes = Changes()
                        for event in together:
                            conference.apply(event, 1.0, changes)
                finally:
                    sys.setprofile(None)
        finally:
            await client.aclose()
    assert len(conference.participants) == 50
    return calls


async def test_an_event_costs_five_calls() -> None:
    calls = await called_for([update(number) for number in range(EVENTS)])
    # Decoding in two steps, applying in two, and asking whether it moves in the roster.
    assert calls["event_of"] == EVENTS
    a_chunk = 60
    chunks = calls["feed"]
    assert chunks < EVENTS / 20
    assert sum(calls.values()) <= 5 * EVENTS + a_chunk * chunks + FEW


async def test_no_event_makes_a_task_a_timeout_or_a_context() -> None:
    calls = await called_for([update(number) for number in range(EVENTS)])
    for name in ("create_task", "ensure_future", "call_later", "call_at", "timeout", "__enter__"):
        assert calls[name] <= FEW, name
