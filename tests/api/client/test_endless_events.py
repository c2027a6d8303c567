"""Events and lines without an end cost a connection, never the memory."""

from __future__ import annotations

import asyncio
import tracemalloc

import pytest

from pexdash.api.client import NodeClient
from pexdash.api.sse import EVENT_LIMIT
from pexdash.errors import StreamLimit
from tests.api.broken_server import Answer, broken_server
from tests.api.client.clients import STREAM, TOKEN, check_secrecy, client_of


def endless(start: bytes, again: bytes) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\n{STREAM}\r\n\r\n".encode() + start)
        while True:
            writer.write(again)
            await writer.drain()

    return answer


async def read_all(client: NodeClient) -> None:
    async with client.events(TOKEN, on_bytes=lambda: None) as events:
        async for _ in events:
            pass


CHUNK = b"x" * 65536


@pytest.mark.fault(57)
@pytest.mark.parametrize(
    "answer",
    [
        endless(b"data: ", CHUNK),
        endless(b"event: ", CHUNK),
        endless(b"", CHUNK),
        endless(b"", b"data: " + CHUNK + b"\n"),
    ],
    ids=["data", "name", "line", "many lines"],
)
async def test_what_has_no_end_is_given_up_within_bounded_memory(answer: Answer) -> None:
    async with broken_server(answer) as server, client_of(server) as client:
        tracemalloc.start()
        try:
            with pytest.raises(StreamLimit, match=f"more than {EVENT_LIMIT} bytes") as raised:
                await read_all(client)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 6 * EVENT_LIMIT
    check_secrecy(raised.value)
