"""Event streams over real sockets: opened, read, broken and left."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable

import pytest

from pexdash.api.client import NodeClient
from pexdash.errors import (
    BadAnswer,
    NodeUnreachable,
    PexdashError,
    StreamLimit,
)
from pexdash.model import events
from tests.api.broken_server import Answer, broken_server, http
from tests.api.client.clients import (
    STREAM,
    TOKEN,
    check_secrecy,
    client_of,
)
from tests.api.streaming import closed_by_client
from tests.eventually import a_moment


def chunked(*chunks: bytes, end: bytes = b"") -> Answer:
    """An event stream in these chunks, ended in good order by `end` 0-chunk or cut off."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\n{STREAM}\r\ntransfer-encoding: chunked\r\n\r\n".encode())
        for chunk in chunks:
            writer.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            await writer.drain()
            await a_moment()
        writer.write(end)
        await writer.drain()

    return answer


async def collect(
    client: NodeClient, heard: Callable[[], None] = lambda: None
) -> list[events.Event]:
    """The events up to the end of the stream; the error of a broken one has them as notes."""
    seen: list[events.Event] = []
    async with client.events(TOKEN, on_bytes=heard) as stream:
        try:
            async for together in stream:
                seen += together
        except PexdashError as error:
            error.add_note(repr(seen))
            raise
    return seen


HELLO = b"event: presentation_stop\ndata: null\n\n"


async def test_a_stream_that_ends_in_good_order_just_ends() -> None:
    heard: list[int] = []
    server_answer = chunked(b": ping\n", HELLO, b"event: refresh_token\n\n", end=b"0\r\n\r\n")
    async with broken_server(server_answer) as server, client_of(server) as client:
        seen = await collect(client, lambda: heard.append(1))
    assert seen == [events.PresentationStopped(), events.RefreshDemanded()]
    assert len(heard) == 3


async def test_what_a_node_sent_stands_beside_the_events() -> None:
    sent = b'event: hello\nid: 1_1\n\nevent: stage\ndata: {"no JSON\n\n' + HELLO
    told: list[object] = []
    async with (
        broken_server(chunked(sent, end=b"0\r\n\r\n")) as server,
        client_of(server) as client,
        client.events(TOKEN, on_bytes=lambda: None) as stream,
    ):
        async for together in stream:
            told += zip(stream.sent, map(type, together), strict=True)
    assert told == [
        ((b"hello", b"1_1", b""), events.EmptyEvent),
        # The last id stands until another comes (WHATWG HTML).
        ((b"stage", b"1_1", b'{"no JSON'), events.UnknownEvent),
        ((b"presentation_stop", b"1_1", b"null"), events.PresentationStopped),
    ]


@pytest.mark.parametrize("end", [b"", b"ff\r\nhalf a chunk", b"nonsense\r\n"])
async def test_a_stream_that_breaks_is_unreachable_after_its_events(end: bytes) -> None:
    half_an_event = b"event: disconnect\ndata: {}\n"
    async with (
        broken_server(chunked(HELLO, half_an_event, end=end)) as server,
        client_of(server) as client,
    ):
        with pytest.raises(NodeUnreachable) as raised:
            await collect(client)
    assert raised.value.__notes__ == [repr([events.PresentationStopped()])]
    check_secrecy(raised.value)


async def test_an_event_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def flood(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\n{STREAM}\r\n\r\ndata: ".encode())
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    async with broken_server(flood) as server, client_of(server) as client:
        with pytest.raises(StreamLimit):
            await collect(client)


@pytest.mark.fault(60)
@pytest.mark.parametrize(
    "headers",
    [
        [STREAM, "content-encoding: gzip"],
        ["content-type: text/html"],
        ["content-type: application/json"],
        [],
    ],
)
async def test_what_is_no_plain_event_stream_is_refused(headers: list[str]) -> None:
    answer = http("200 OK", gzip.compress(HELLO), *headers)
    async with broken_server(answer) as server, client_of(server) as client:
        with pytest.raises(BadAnswer) as raised:
            await collect(client)
        check_secrecy(raised.value)


async def test_leaving_a_stream_closes_its_connection() -> None:
    closed = asyncio.Event()

    async def until_closed(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\n{STREAM}\r\n\r\n".encode() + HELLO)
        await closed_by_client(writer, b": ping\n\n")
        closed.set()

    async with broken_server(until_closed) as server, client_of(server) as client:
        async with client.events(TOKEN, on_bytes=lambda: None) as stream:
            assert await anext(stream) == [events.PresentationStopped()]
        await asyncio.wait_for(closed.wait(), 5)
