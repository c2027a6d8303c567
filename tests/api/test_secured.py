"""TLS over a connection that takes nothing of what it is to send."""

from __future__ import annotations

import asyncio
import ssl

import pytest
import trustme

from pexdash.api.http.tls_in_memory import (
    LEAST_READ_SIZE,
    MUCH,
    SMALL_READ_SIZE,
    UNSENT_LIMIT,
    Secured,
)

AUTHORITY = trustme.CA()
MOST = 128 * 1024


class Reader(asyncio.BufferedProtocol):
    taken = 1024

    def get_buffer(self, sizehint: int) -> bytearray:
        return bytearray(self.taken)

    def buffer_updated(self, nbytes: int) -> None:
        pass


class Stalled(asyncio.Transport):
    """Keeps all that is written, as where the other end reads nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.unsent = bytearray()
        self.was_aborted = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.unsent += data

    def get_write_buffer_size(self) -> int:
        return len(self.unsent)

    def is_closing(self) -> bool:
        return self.was_aborted

    def close(self) -> None:
        pass

    def abort(self) -> None:
        self.was_aborted = True


def arrive(ours: Secured, came: bytes) -> None:
    ours.get_buffer(-1)[: len(came)] = came
    ours.buffer_updated(len(came))


def secured() -> tuple[Secured, Stalled]:
    """The client's end of a connection whose handshake is done."""
    return whole()[:2]


def whole() -> tuple[Secured, Stalled, ssl.SSLObject, ssl.MemoryBIO]:
    """Both ends, the second with what it says."""
    trusting = ssl.create_default_context()
    AUTHORITY.configure_trust(trusting)
    showing = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("node.example").configure_cert(showing)
    heard, said = ssl.MemoryBIO(), ssl.MemoryBIO()
    node = showing.wrap_bio(heard, said, server_side=True)
    ours = Secured(Reader(), trusting, "node.example", memoryview(bytearray(MOST)))
    line = Stalled()
    ours.connection_made(line)
    while not ours.secured.done():
        heard.write(line.unsent)
        line.unsent.clear()
        with pytest.raises(ssl.SSLWantReadError):
            node.do_handshake()
        arrive(ours, said.read())
    heard.write(line.unsent)
    node.do_handshake()
    arrive(ours, said.read())
    line.unsent.clear()
    return ours, line, node, said


async def test_a_request_may_wait_until_it_is_taken() -> None:
    ours, line = secured()
    ours.write(b"x" * 8 * UNSENT_LIMIT)
    assert not line.was_aborted
    assert len(line.unsent) > 8 * UNSENT_LIMIT


async def test_what_tls_answers_unasked_is_not_kept_without_end() -> None:
    """A node that demands new keys and takes none can have us write as much as it likes."""
    ours, line = secured()
    line.unsent += b"x" * UNSENT_LIMIT
    no_record_of_these_keys = b"\x17\x03\x03\x00\x20" + b"x" * 32
    arrive(ours, no_record_of_these_keys)
    assert len(line.unsent) > UNSENT_LIMIT
    assert line.was_aborted


@pytest.mark.parametrize("taken", [1, SMALL_READ_SIZE, MOST])
async def test_no_more_arrives_at_once_than_is_taken_and_little_at_first(taken: int) -> None:
    ours, _ = secured()
    assert isinstance(ours.inner, Reader)
    ours.inner.taken = taken
    assert len(ours.get_buffer(-1)) == max(min(taken, SMALL_READ_SIZE), LEAST_READ_SIZE)


async def test_as_much_arrives_at_once_as_is_taken_while_much_comes() -> None:
    ours, _, node, said = whole()
    assert isinstance(ours.inner, Reader)
    ours.inner.taken = MOST
    node.write(bytes(2 * MUCH * SMALL_READ_SIZE))
    for _ in range(MUCH):
        assert len(ours.get_buffer(-1)) == SMALL_READ_SIZE
        arrive(ours, said.read(SMALL_READ_SIZE))
    assert len(ours.get_buffer(-1)) == MOST
    arrive(ours, said.read(MOST))
    assert len(ours.get_buffer(-1)) == SMALL_READ_SIZE
