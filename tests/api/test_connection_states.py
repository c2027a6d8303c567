"""The states of a connection: which one follows what arrives."""

from __future__ import annotations

import pytest

from pexdash.api.http.connection import State
from tests.api.arriving import END, arrive, opened

HEAD = b"HTTP/1.1 200 OK\r\n"
WITH_LENGTH = HEAD + b"Content-Length: 3\r\n\r\n"
UNFRAMED = HEAD + b"\r\n"
INTERIM = b"HTTP/1.1 103 Early Hints\r\n\r\n"
LAST_ANSWER = HEAD + b"Connection: close\r\nContent-Length: 3\r\n\r\nabc"


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
