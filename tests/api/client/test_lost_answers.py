"""Answers that do not come, or not in time."""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import ExitStack

import pytest

from pexdash.api import requests as table
from pexdash.api.address import NodeAddress
from pexdash.api.client import NodeClient
from pexdash.api.requests import Request
from pexdash.errors import (
    AnswerLost,
    NodeUnreachable,
)
from tests.api.broken_server import Answer, broken_server, closed_port, hang_up, silence
from tests.api.client.clients import (
    ALIAS,
    TOKEN,
    check_secrecy,
    client_of,
    joined,
    no_tls,
)
from tests.eventually import a_moment, eventually


async def trickle(writer: asyncio.StreamWriter) -> None:
    """A body that comes so slowly that no single wait is long."""
    writer.write(b"HTTP/1.1 500 Oops\r\ncontent-length: 1000000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await a_moment()


async def trickle_of_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nx: ")
    while True:
        writer.write(b"x")
        await writer.drain()
        await a_moment()


async def please_wait(writer: asyncio.StreamWriter) -> None:
    """Interim answers for ever."""
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0)


async def headers_without_end(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n" + b"x: " + b"y" * 300_000 + b"\r\n")
    await writer.drain()
    await silence(writer)


async def half(writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"result"')
    await writer.drain()


async def nonsense(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 this is none\r\n\r\n")
    await writer.drain()


NO_HEADS = [
    silence,
    trickle_of_headers,
    please_wait,
    headers_without_end,
    hang_up,
    nonsense,
]


@pytest.mark.fault(31)
@pytest.mark.parametrize("answer", [*NO_HEADS, trickle, half])
async def test_a_lost_answer(answer: Answer, impatient: None) -> None:
    async with broken_server(answer) as server, client_of(server) as client:
        with pytest.raises(AnswerLost, match="may or may not") as lost:
            await client.call(table.LOCK, TOKEN.secret)
        check_secrecy(lost.value)
        # A busy machine may take longer to get there than we wait.
        assert len(server.requests) <= 1, "what changes something is sent once"
        with pytest.raises(NodeUnreachable) as raised:
            await client.participants(TOKEN)
        check_secrecy(raised.value)
        with pytest.raises(AnswerLost):
            await client.request_token("Alice")


@pytest.mark.fault(31)
@pytest.mark.parametrize("answer", [*NO_HEADS, trickle])
async def test_an_event_stream_that_does_not_open(answer: Answer, impatient: None) -> None:
    async with broken_server(answer) as server, client_of(server) as client:
        with pytest.raises(NodeUnreachable) as raised:
            async with client.events(TOKEN, on_bytes=lambda: None):
                pass
        check_secrecy(raised.value)


async def test_a_late_answer_was_carried_out(impatient: None) -> None:
    async with joined() as (node, client, token):
        node.faults.hold("lock")
        with pytest.raises(AnswerLost):
            await client.call(table.LOCK, token.secret)
        assert node.conference(ALIAS).locked


async def test_giving_up_is_no_error_of_the_node() -> None:
    async with broken_server(silence) as server, client_of(server) as client:
        asking = asyncio.create_task(client.call(table.LOCK, TOKEN.secret))
        await eventually(lambda: server.requests)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking


@pytest.mark.parametrize("request_", [table.LOCK, table.PARTICIPANTS], ids=["POST", "GET"])
async def test_nobody_listens(request_: Request) -> None:
    client = NodeClient(NodeAddress("http", "127.0.0.1", closed_port()), ALIAS, tls=no_tls)
    with pytest.raises(NodeUnreachable, match="cannot be reached") as raised:
        await client.call(request_, TOKEN.secret)
    check_secrecy(raised.value)
    await client.aclose()


@pytest.mark.fault(10)
@pytest.mark.skipif(sys.platform != "linux", reason="others answer what does not fit the queue")
async def test_a_node_that_drops_what_knocks_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as queue:
        address = full.getsockname()
        for _ in range(3):
            waiting = queue.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        client = NodeClient(NodeAddress("http", *address), ALIAS, tls=no_tls)
        with pytest.raises(NodeUnreachable, match=r"did not answer within 0\.2 s") as raised:
            await client.request_token("Alice", connect_seconds=0.2)
        check_secrecy(raised.value)
        await client.aclose()
