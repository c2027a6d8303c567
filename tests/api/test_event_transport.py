"""The connection of an event stream against servers that frame, cut and end it as they like."""

from __future__ import annotations

import asyncio
import socket
import struct

import httpx
import pytest

from pexdash.api.http.connection import FRAMING_LIMIT, READ_AT_ONCE, UNREAD_LIMIT
from tests.api.broken_server import Answer, BrokenServer, broken_server, hang_up
from tests.api.streaming import (
    BODY,
    CHUNKED,
    EVENTS,
    FRAMINGS,
    HEAD,
    client,
    closed_by_client,
    in_pieces,
    url_of,
)
from tests.eventually import eventually


async def body_from(server: BrokenServer) -> bytes:
    """The whole body of the stream that `server` sends."""
    async with client() as http, http.stream("GET", url_of(server), headers=EVENTS) as response:
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/event-stream"
        return b"".join([chunk async for chunk in response.aiter_raw()])


@pytest.mark.parametrize("framing", FRAMINGS)
async def test_a_body_is_whole_wherever_it_was_cut(framing: str) -> None:
    sent = FRAMINGS[framing]
    for at in range(len(sent)):
        async with broken_server(in_pieces(sent[:at], sent[at:])) as server:
            assert await body_from(server) == BODY, at


@pytest.mark.parametrize("framing", FRAMINGS)
async def test_a_body_is_whole_byte_by_byte(framing: str) -> None:
    sent = FRAMINGS[framing]
    async with broken_server(in_pieces(*(sent[at : at + 1] for at in range(len(sent))))) as server:
        assert await body_from(server) == BODY


async def test_what_arrived_is_handed_on_before_more_comes() -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED + b"3\r\nabc\r\n")
        await asyncio.Event().wait()

    async with (
        broken_server(answer) as server,
        client() as http,
        http.stream("GET", url_of(server), headers=EVENTS) as response,
    ):
        assert await anext(response.aiter_raw()) == b"abc"


def reset(writer: asyncio.StreamWriter) -> None:
    """End the connection as a crashed machine does."""
    endpoint = writer.get_extra_info("socket")
    endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def then_reset(*pieces: bytes) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        await in_pieces(*pieces)(writer)
        reset(writer)

    return answer


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (hang_up, httpx.RemoteProtocolError),
        (then_reset(), httpx.ReadError),
        (in_pieces(b"HTTP/1.1 200"), httpx.RemoteProtocolError),
        (in_pieces(b"HTTP/1.1 100 Continue\r\n\r\n"), httpx.RemoteProtocolError),
        (in_pieces(HEAD), httpx.RemoteProtocolError),
        (in_pieces(b"\x16\x03\x01 no HTTP\r\n\r\n"), httpx.RemoteProtocolError),
        (in_pieces(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"), httpx.RemoteProtocolError),
        (in_pieces(HEAD + b"Content-Length: -1\r\n\r\n"), httpx.RemoteProtocolError),
        (in_pieces(HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n"), httpx.ProtocolError),
        (in_pieces(HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n"), httpx.ProtocolError),
        (in_pieces(HEAD + b"Transfer-Encoding: gzip\r\n\r\n"), httpx.RemoteProtocolError),
    ],
)
async def test_an_answer_that_is_none(answer: Answer, fault: type[Exception]) -> None:
    async with broken_server(answer) as server:
        with pytest.raises(fault):
            await body_from(server)


@pytest.mark.parametrize("status", [b"000", b"099"])
async def test_a_status_that_is_none_is_refused_at_once(status: bytes) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 %b X\r\nContent-Length: 0\r\n\r\n" % status)
        await asyncio.Event().wait()

    async with broken_server(answer) as server, asyncio.timeout(5):
        with pytest.raises(httpx.RemoteProtocolError):
            await body_from(server)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (in_pieces(CHUNKED + b"5\r\nabc"), httpx.RemoteProtocolError),
        (in_pieces(CHUNKED + b"3\r\nabc\r\n"), httpx.RemoteProtocolError),
        (in_pieces(CHUNKED + b"3\r\nabc\r\nnonsense\r\n"), httpx.RemoteProtocolError),
        (in_pieces(CHUNKED, b"3\r\nabcXX"), httpx.RemoteProtocolError),
        (in_pieces(CHUNKED + b"3\r\nabc\r\n0\r\n"), httpx.RemoteProtocolError),
        (in_pieces(HEAD + b"Content-Length: 5\r\n\r\nabc"), httpx.RemoteProtocolError),
        (then_reset(CHUNKED + b"3\r\nabc\r\n"), httpx.ReadError),
        (then_reset(HEAD + b"\r\nabc"), httpx.ReadError),
    ],
)
async def test_a_body_that_breaks_is_handed_on_first(
    answer: Answer, fault: type[Exception]
) -> None:
    async with (
        broken_server(answer) as server,
        client() as http,
        http.stream("GET", url_of(server), headers=EVENTS) as response,
    ):
        body = response.aiter_raw()
        assert await anext(body) == b"abc"
        with pytest.raises(fault):
            await anext(body)


@pytest.mark.parametrize(
    ("start", "more"),
    [
        (HEAD, b"x"),
        (HEAD + b"X: ", b"x"),
        (HEAD, b"X-Y: z\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (CHUNKED, b"0"),
        (CHUNKED + b"3;", b"x=1;"),
        (CHUNKED + b"3\r\nabc\r\n0\r\nX: ", b"x"),
        (CHUNKED + b"3\r\nabc\r\n0\r\n", b"X-Y: z\r\n"),
    ],
)
async def test_framing_without_end_is_given_up(start: bytes, more: bytes) -> None:
    sent = 0

    async def answer(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(start)
        while True:
            writer.write(more * (4096 // len(more)))
            await writer.drain()
            sent += 4096

    async with broken_server(answer) as server:
        with pytest.raises(httpx.RemoteProtocolError):
            await body_from(server)
    assert sent < FRAMING_LIMIT * 100


async def test_giving_up_an_answer_closes_the_connection() -> None:
    closed = asyncio.Event()

    async def until_closed(writer: asyncio.StreamWriter) -> None:
        await in_pieces(b"HTTP/1.1 200 OK\r\n")(writer)
        await closed_by_client(writer)
        closed.set()

    async with broken_server(until_closed) as server:
        asking = asyncio.create_task(body_from(server))
        await eventually(lambda: server.requests)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await asyncio.wait_for(closed.wait(), 5)


async def test_leaving_a_body_closes_the_connection() -> None:
    closed = asyncio.Event()

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"\r\n")
        await closed_by_client(writer)
        closed.set()

    async with broken_server(answer) as server, client() as http:
        async with http.stream("GET", url_of(server), headers=EVENTS) as response:
            assert await anext(response.aiter_raw())
        await asyncio.wait_for(closed.wait(), 5)


async def test_a_reader_that_does_not_read_stops_the_sender() -> None:
    sent, stalled = 0, asyncio.Event()

    async def flood(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(HEAD + b"Content-Length: 67108864\r\n\r\n")
        for _ in range(1024):
            writer.write(b"x" * 65536)
            try:
                await asyncio.wait_for(writer.drain(), 0.3)
            except TimeoutError:
                stalled.set()
                await writer.drain()
            sent += 65536

    async with (
        broken_server(flood) as server,
        client() as http,
        http.stream("GET", url_of(server), headers=EVENTS) as response,
    ):
        await asyncio.wait_for(stalled.wait(), 10)
        in_the_system = 16 * 1024 * 1024
        assert sent <= UNREAD_LIMIT + in_the_system
        parts = [len(chunk) async for chunk in response.aiter_raw()]
        assert sum(parts) == 67108864
        # Whoever waits for the next part keeps the last one.
        assert max(parts) <= 2 * READ_AT_ONCE
