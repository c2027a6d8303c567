"""Answers as other servers write them are read as the stock library of httpx reads them."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.api.http.answer_head import NoHttp, Unreadable
from pexdash.api.http.connection import Connection, State
from pexdash.api.http.direct_transport import DirectTransport
from tests.api.arriving import END, arrive, opened
from tests.api.broken_server import broken_server
from tests.api.foreign_answers import Read, answers, read_by_h11
from tests.api.streaming import in_pieces
from tests.raw_server import raw_server


def read_by_us(answer: bytes, cuts: list[int]) -> Read | None:
    """What our connection reads of an answer that arrives cut at `cuts`; None for no whole one."""
    at = sorted({0, len(answer), *(cut for cut in cuts if cut < len(answer))})
    connection = opened()
    arrive(connection, *(answer[start:end] for start, end in pairwise(at)))
    may_go_on = connection.can_go_on
    if connection.state in (State.HEAD, State.BODY):
        arrive(connection, END)
    if connection.state is State.BROKEN:
        return None
    # The body is all there, so nothing is waited for.
    body = b"".join(read_to_the_end(connection))
    headers = [(name.lower(), value) for name, value in connection.headers]
    return Read(connection.status, headers, body, may_go_on)


def read_to_the_end(connection: Connection) -> list[bytes]:
    async def pieces() -> list[bytes]:
        read = []
        while piece := await connection.read():
            read.append(piece)
        return read

    return asyncio.run(pieces())


@given(answers(), st.lists(st.integers(1, 400), max_size=3))
def test_whatever_h11_reads_is_read_with_the_same_result(answer: bytes, cuts: list[int]) -> None:
    expected = read_by_h11(answer)
    if expected is None:
        return
    read = read_by_us(answer, cuts)
    assert read is not None
    assert (read.status, read.body) == (expected.status, expected.body)
    framing = {name: int(value) for name, value in expected.headers if name == b"content-length"}
    if any(name == b"transfer-encoding" for name, _ in expected.headers):
        framing = {}
    assert framing == {n: int(v) for n, v in read.headers if n == b"content-length"}
    others = [header for header in expected.headers if header[0] != b"content-length"]
    assert [header for header in read.headers if header[0] != b"content-length"] == others
    # We keep a connection of HTTP/1.0 too, where its server says so.
    assert expected.may_go_on or not read.may_go_on or b"keep-alive" in answer


GOOD = b'{"status": "success", "result": 1}'
LENGTH = b"Content-Length: 34\r\n"
IN_CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
FOREIGN = {
    "LF alone": b"HTTP/1.1 200 OK\nContent-Length: 34\n\n" + GOOD,
    "the same length twice": b"HTTP/1.1 200 OK\r\n" + LENGTH * 2 + b"\r\n" + GOOD,
    "lengths in a list": b"HTTP/1.1 200 OK\r\nContent-Length: 34, 34\r\n\r\n" + GOOD,
    "chunked and a length": b"HTTP/1.1 200 OK\r\n"
    + LENGTH
    + b"Transfer-Encoding: chunked\r\n\r\n22\r\n"
    + GOOD
    + b"\r\n0\r\n\r\n",
    "blanks after a size": IN_CHUNKS + b"22  \r\n" + GOOD + b"\r\n0 \r\n\r\n",
    "an extension of any kind": IN_CHUNKS + b'22; a="b c\r\n' + GOOD + b"\r\n0;;\r\n\r\n",
    "a length in the trailers": IN_CHUNKS
    + b"22\r\n"
    + GOOD
    + b"\r\n0\r\nContent-Length: 9\r\n\r\n",
    "a folded header": b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\n" + LENGTH + b"\r\n" + GOOD,
    "no reason": b"HTTP/1.1 200\r\n" + LENGTH + b"\r\n" + GOOD,
    "a control character in a header": b"HTTP/1.1 200 OK\r\nX: \x01\r\n" + LENGTH + b"\r\n" + GOOD,
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\n\r\n" + GOOD,
    "an interim answer": b"HTTP/1.1 103 Early Hints\nLink: x\n\nHTTP/1.1 200 OK\n\n" + GOOD,
}
FOREIGN_TO_H11 = {
    "LF alone, in chunks": IN_CHUNKS + b"22\n" + GOOD + b"\n0\n\n",
    "a blank before the colon": b"HTTP/1.1 200 OK\r\nContent-Length : 34\r\n\r\n" + GOOD,
    "blanks before the status": b"HTTP/1.1  200 OK\r\n" + LENGTH + b"\r\n" + GOOD,
    "a coding that is none": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n" + GOOD,
}


async def answer_of(transport: httpx.AsyncBaseTransport, url: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=transport, timeout=5.0, trust_env=False) as client:
        return await client.post(url, content=b"")


@pytest.mark.parametrize("answer", FOREIGN.values(), ids=FOREIGN)
async def test_a_foreign_answer_is_read_as_httpx_reads_it(answer: bytes) -> None:
    async with broken_server(answer) as server:
        ours = await answer_of(DirectTransport(None), server.address.url)
        stock = await answer_of(httpx.AsyncHTTPTransport(), server.address.url)
    assert ours.content == stock.content == GOOD
    assert ours.headers.get("x") == stock.headers.get("x")


@pytest.mark.parametrize("answer", FOREIGN_TO_H11.values(), ids=FOREIGN_TO_H11)
async def test_what_curl_reads_is_read_too(answer: bytes) -> None:
    async with broken_server(answer) as server:
        assert (await answer_of(DirectTransport(None), server.address.url)).content == GOOD


CUT = [answer for answer in [*FOREIGN.values(), *FOREIGN_TO_H11.values()] if b"1.0" not in answer]


@pytest.mark.parametrize("answer", CUT)
def test_a_foreign_answer_may_come_byte_by_byte(answer: bytes) -> None:
    read = read_by_us(answer, [*range(len(answer))])
    assert read is not None
    assert read.body == GOOD


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\na",
        b"HTTP/1.1 200 OK\r\n folded\r\nContent-Length: 1\r\n\r\na",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n: x\r\n\r\na",
        IN_CHUNKS[:-2] + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 nonsense\r\n\r\n",
        IN_CHUNKS + b"0x1\r\na\r\n0\r\n\r\n",
        IN_CHUNKS + b"1\r\nabc\r\n0\r\n\r\n",
        IN_CHUNKS + b"-1\r\n",
    ],
)
async def test_an_answer_of_two_meanings_is_refused(answer: bytes) -> None:
    async with broken_server(answer) as server:
        with pytest.raises(Unreadable):
            await answer_of(DirectTransport(None), server.address.url)


async def test_a_connection_with_chunks_and_a_length_is_not_used_again() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(FOREIGN["chunked and a length"])

    connections: list[asyncio.StreamWriter] = []
    async with (
        raw_server(serve) as port,
        httpx.AsyncClient(transport=DirectTransport(None), trust_env=False) as client,
    ):
        for _ in range(2):
            assert (await client.post(f"http://127.0.0.1:{port}")).content == GOOD
    assert len(connections) == 2


@pytest.mark.parametrize(
    ("came", "protocol"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH"),
        (b"220 mail ESMTP\r\n", "SMTP or FTP"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "TLS"),
        (b"http/1.1 200 OK\r\n\r\n", ""),
        (b"<html>", ""),
    ],
)
async def test_what_is_no_http_is_known_before_its_end(came: bytes, protocol: str) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(came)
        await asyncio.Event().wait()

    async with broken_server(answer) as server:
        with pytest.raises(NoHttp) as caught:
            await answer_of(DirectTransport(None), server.address.url)
    assert caught.value.protocol == protocol


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
async def test_the_chunks_of_a_stream_may_be_framed_in_any_way(line_end: bytes) -> None:
    head = IN_CHUNKS.replace(b"\r\n\r\n", b"\r\nContent-Type: text/event-stream\r\n\r\n")
    chunks = [b"5 \r\nhello\r\n", b"3;x\r\nyou\r\n", b"0\r\n\r\n"]
    sent = [piece.replace(b"\r\n", line_end) for piece in [head, *chunks]]
    async with broken_server(in_pieces(*sent)) as server:
        assert (await answer_of(DirectTransport(None), server.address.url)).content == b"helloyou"


async def test_a_stream_whose_framing_changes_breaks_only_once() -> None:
    """The first chunk tells how a stream is framed, where the server is not known yet."""
    head = IN_CHUNKS.replace(b"\r\n\r\n", b"\r\nContent-Type: text/event-stream\r\n\r\n")
    chunks = [b"5\r\nhello\r\n", b"3 \nyou\n", b"0\r\n\r\n"]
    accept = {"accept": "text/event-stream"}
    async with (
        broken_server(in_pieces(head, *chunks)) as server,
        httpx.AsyncClient(transport=DirectTransport(None), timeout=5.0, trust_env=False) as client,
    ):
        with pytest.raises(Unreadable):
            await client.get(server.address.url, headers=accept)
        for _ in range(2):
            answer = await client.get(server.address.url, headers=accept)
            assert answer.content == b"helloyou"
