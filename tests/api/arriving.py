"""A connection that is handed bytes as they would arrive over a socket."""

from __future__ import annotations

import asyncio

from pexdash.api.http.connection import Connection, State

END = b""
"""The other end closes in good order."""


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
