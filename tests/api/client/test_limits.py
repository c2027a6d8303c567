"""Answers that are too large, or packed so that their size cannot be told."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable
from functools import cache

import pytest

from pexdash.api import client as client_module
from pexdash.api import requests as table
from pexdash.api.address import About
from pexdash.api.client import ANSWER_LIMIT, PARTICIPANTS_LIMIT, PICTURE_LIMIT, NodeClient
from pexdash.api.requests import Request
from pexdash.errors import BadAnswer, NodeUnavailable
from tests.api.broken_server import Answer, broken_server, http
from tests.api.client.clients import GZIP, STREAM, TOKEN, check_secrecy, client_of

LIMITS = [
    (table.LOCK, ANSWER_LIMIT),
    (table.REFRESH_TOKEN, ANSWER_LIMIT),
    (table.PARTICIPANTS, PARTICIPANTS_LIMIT),
    (table.AVATAR, PICTURE_LIMIT),
]
by_name = pytest.mark.parametrize(("request_", "limit"), LIMITS, ids=lambda one: str(one)[:30])


def announcing(length: int) -> Answer:
    """An answer that says how long it will be and then never comes."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: {length}\r\n\r\n"
        writer.write(head.encode())
        await writer.drain()
        await asyncio.Event().wait()

    return answer


async def flood(writer: asyncio.StreamWriter) -> None:
    """A body without a length and without an end."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\n\r\n" + b'{"result": "')
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def fetch(client: NodeClient, request: Request) -> object:
    if request.result is table.Result.PICTURE:
        return await client.picture(request, TOKEN.secret, About("p-1"))
    return await client.call(request, TOKEN.secret)


@by_name
async def test_a_length_beyond_the_limit_is_refused_before_a_byte_is_read(
    request_: Request, limit: int
) -> None:
    async with broken_server(announcing(limit + 1)) as server, client_of(server) as client:
        with pytest.raises(BadAnswer, match=f"more than {limit} bytes"):
            await fetch(client, request_)


@by_name
async def test_a_body_without_end_is_given_up_at_the_limit(request_: Request, limit: int) -> None:
    async with broken_server(flood) as server, client_of(server) as client:
        with pytest.raises(BadAnswer, match=f"more than {limit} bytes"):
            await fetch(client, request_)


@pytest.mark.parametrize("request_", [table.LOCK, table.PARTICIPANTS], ids=["LOCK", "PARTICIPANTS"])
async def test_the_largest_answer_is_read_whole(request_: Request) -> None:
    limit = PARTICIPANTS_LIMIT if request_ is table.PARTICIPANTS else ANSWER_LIMIT
    text = "x" * (limit - len('{"result": ""}'))
    body = json.dumps({"result": text}).encode()
    assert len(body) == limit
    async with broken_server(http("200 OK", body)) as server, client_of(server) as client:
        assert await client.call(request_, TOKEN.secret) == text


async def test_the_refusal_of_an_event_stream_has_a_limit_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client_module, "ANSWER_LIMIT", 1000)
    answer = http("403 Forbidden", b"x" * 1001, STREAM)
    async with broken_server(answer) as server, client_of(server) as client:
        with pytest.raises(BadAnswer, match="more than 1000 bytes"):
            async with client.events(TOKEN, on_bytes=lambda: None):
                pass


@cache
def bomb() -> bytes:
    """A few bytes that are 300 MB once they are unpacked twice."""
    return gzip.compress(gzip.compress(bytes(300_000_000), 1), 1)


def packed() -> bytes:
    return gzip.compress(PLAIN)


def plain() -> bytes:
    return PLAIN


PLAIN = b'{"result": []}'
PACKED = [
    (packed, GZIP),
    (bomb, GZIP),
    (bomb, "content-encoding: gzip, gzip"),
    (plain, "content-encoding: br"),
    (plain, "content-encoding: zstd"),
    (plain, "content-encoding: nonsense"),
]
PACKED_NAMES = ["gzip", "bomb", "bomb named", "br", "zstd", "nonsense"]


@pytest.mark.fault(60)
@pytest.mark.parametrize("request_", [table.LOCK, table.PARTICIPANTS, table.AVATAR], ids=str)
# Not made before they are needed: a bomb takes a second, and every worker collects this file.
@pytest.mark.parametrize(("body", "encoding"), PACKED, ids=PACKED_NAMES)
async def test_a_packed_answer_is_refused_unread(
    request_: Request, body: Callable[[], bytes], encoding: str
) -> None:
    answer = http("200 OK", body(), encoding, "content-type: image/png")
    async with broken_server(answer) as server, client_of(server) as client:
        with pytest.raises(BadAnswer, match="encoding nobody asked for") as raised:
            await fetch(client, request_)
    check_secrecy(raised.value)


async def test_every_request_asks_for_plain_answers() -> None:
    good = http("200 OK", b'{"result": []}')
    async with broken_server(good) as server, client_of(server) as client:
        await client.participants(TOKEN)
        await client.call(table.LOCK, TOKEN.secret)
        with pytest.raises(BadAnswer):
            await client.picture(table.PRESENTATION, TOKEN.secret)
    assert len(server.requests) == 3
    for received in server.requests:
        encodings = [one for one in received.lower().split(b"\r\n") if one.startswith(b"accept-e")]
        assert encodings == [b"accept-encoding: identity"]


@pytest.mark.parametrize("encoding", ["identity", "Identity", ""])
async def test_an_answer_that_says_it_is_plain_is_read(encoding: str) -> None:
    answer = http("200 OK", b'{"result": [{"uuid": "a"}]}', f"content-encoding: {encoding}")
    async with broken_server(answer) as server, client_of(server) as client:
        assert [one.uuid for one in await client.participants(TOKEN)] == ["a"]


async def test_a_busy_node_is_busy_in_any_encoding() -> None:
    answer = http("503 Busy", gzip.compress(b"<html>"), GZIP, "retry-after: 7")
    async with broken_server(answer) as server, client_of(server) as client:
        with pytest.raises(NodeUnavailable) as raised:
            await client.participants(TOKEN)
    assert raised.value.retry_after == 7
