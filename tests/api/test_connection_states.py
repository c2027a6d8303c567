"""The states of a connection: which one follows what arrives."""

from __future__ import annotations

import asyncio

import pytest

from pexdash.api.http.connection import Connection, State

HEAD = b"HTTP/1.1 200 OK\r\n"
WITH_LENGTH = HEAD + b"Content-Length: 3\r\n\r\n"
UNFRAMED = HEAD + b"\r\n"
INTERIM = b"HTTP/1.1 103 Early Hints\r\n\r\n"
END = b""
"""The other end closes in good order."""
LAST_ANSWER = HEAD + b"Connection: close\r\nContent-Length: 3\r\n\r\nabc"


class Transport(asyncio.Transport):
    """Knows whether it was broken off."""

    def __init__(self) -> None:
        super().__init__()
        self.is_aborted = False

    def abort(self) -> None:
        self.is_aborted = True

    def is_closing(self) -> bool:
        return self.is_aborted

    def get_write_buffer_size(self) -> int:
        return 0


def arrive(connection: Connection, *pieces: bytes) -> list[State]:
    """Hand `pieces` to a connection as they would arrive; the states it went through."""
    states = [connection.state]
    for piece in pieces:
        if piece:
            connection.get_buffer(-1)[: len(piece)] = piece
            connection.buffer_updated(len(piece))
        else:
            connection.eof_received()
            connection.connection_lost(None)
        if connection.state is not states[-1]:
            states.append(connection.state)
    return states


def opened() -> Connection:
    connection = Connection(memoryview(bytearray(1024)))
    connection.connection_made(Transport())
    return connection


@pytest.mark.parametrize(
    ("pieces", "states"),
    [
        ([WITH_LENGTH, b"ab", b"c"], [State.HEAD, State.BODY, State.DONE]),
        ([INTERIM, WITH_LENGTH], [State.HEAD, State.BODY]),
        ([WITH_LENGTH, b"abc", b"x"], [State.HEAD, State.BODY, State.DONE, State.MUST_CLOSE]),
        ([WITH_LENGTH, b"abc" + HEAD], [State.HEAD, State.BODY, State.MUST_CLOSE]),
        ([LAST_ANSWER], [State.HEAD, State.MUST_CLOSE]),
        ([UNFRAMED, b"abc", END], [State.HEAD, State.BODY, State.MUST_CLOSE]),
        ([WITH_LENGTH, b"a", END], [State.HEAD, State.BODY, State.BROKEN]),
        ([END], [State.HEAD, State.BROKEN]),
        ([b"no HTTP\r\n\r\n", WITH_LENGTH], [State.HEAD, State.BROKEN]),
    ],
)
def test_a_state_follows_from_what_arrives(pieces: list[bytes], states: list[State]) -> None:
    assert arrive(opened(), *pieces) == states


@pytest.mark.parametrize(
    ("pieces", "can_go_on"),
    [
        ([], False),
        ([WITH_LENGTH, b"ab"], False),
        ([WITH_LENGTH, b"abc"], True),
        ([WITH_LENGTH, b"abc", b"x"], False),
        ([LAST_ANSWER], False),
    ],
)
def test_only_a_connection_that_is_done_can_go_on(pieces: list[bytes], can_go_on: bool) -> None:
    connection = opened()
    arrive(connection, *pieces)
    assert connection.can_go_on is can_go_on
