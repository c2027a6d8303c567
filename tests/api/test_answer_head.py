"""The head of an answer is read in little time, and says when a connection is not to be trusted."""

from __future__ import annotations

import time

import pytest

from pexdash.api.http.answer_head import Unreadable, head_of
from pexdash.api.http.connection import SLOW_READ_SIZE, Connection
from tests.api.arriving import Transport, arrive

START = b"HTTP/1.1 200 OK\r\n"
STREAM = START + b"Content-Type: text/event-stream\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
MOST = 128 * 1024


@pytest.mark.parametrize(
    "header",
    [
        b"a:" + b" " * 40_000 + b"\0",
        b"a" + b"\t" * 40_000 + b"b",
        b"a" * 40_000 + b"(",
        b"a:\n" * 33_000 + b"a:",
        b"Content-Length:" + b"1," * 20_000 + b"x",
        b"a: b\r\n" + b" \r\n" * 20_000 + b"\0",
    ],
)
def test_no_head_takes_long(header: bytes) -> None:
    began = time.process_time()
    with pytest.raises(Unreadable):
        head_of(START + header + b"\r\n\r\n")
    # A millisecond or two; to try each blank would take seconds.
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n" + CHUNKED,
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" + CHUNKED,
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n" + CHUNKED,
    ],
)
def test_no_answer_follows_one_that_may_not_be_over(head: bytes) -> None:
    assert not head_of(head).goes_on


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + CHUNKED,
        b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n",
    ],
)
def test_another_answer_follows_one_that_is_over(head: bytes) -> None:
    assert head_of(head).goes_on


@pytest.mark.parametrize(
    ("came", "most"),
    [
        (b"", SLOW_READ_SIZE),
        (START, SLOW_READ_SIZE),
        (START + CHUNKED + b"1\r\n", SLOW_READ_SIZE),
        (STREAM + CHUNKED + b"1;x\r\n", SLOW_READ_SIZE),
        (STREAM + CHUNKED + b"1\r\n", MOST),
        (START + b"Content-Length: 9\r\n\r\n", MOST),
    ],
)
def test_little_is_read_at_once_of_what_takes_long(came: bytes, most: int) -> None:
    connection = Connection(memoryview(bytearray(MOST)))
    connection.connection_made(Transport())
    arrive(connection, *([came] if came else []))
    assert len(connection.get_buffer(-1)) == most
