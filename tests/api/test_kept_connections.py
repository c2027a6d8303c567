"""What becomes of a kept connection while nobody looks, and of one that must not be kept."""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import Callable

import httpx
import pytest

from pexdash.api.http import kept_connections
from pexdash.api.http.connection import UNREAD_LIMIT
from pexdash.api.http.endurance import FAILED_SECONDS
from pexdash.api.http.kept_connections import KEPT_SECONDS, SURE_SECONDS
from pexdash.api.http.route import REPEATABLE
from tests.api.counting_server import GOOD, Server, asking
from tests.eventually import eventually

SURPLUS = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nbad"
both = pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])


class HastyServer(Server):
    """Answers the head of a request and takes no body."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.requests.append(1)
        writer.write(GOOD)
        await asyncio.Event().wait()


def say_more(writer: asyncio.StreamWriter) -> None:
    writer.write(SURPLUS)


def end(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").shutdown(socket.SHUT_WR)


def has_arrived(response: httpx.Response, seconds: float) -> bool:
    """Whether the system has something for us from this connection within that time.

    The loop does not turn meanwhile.
    """
    poll = select.poll()
    poll.register(response.extensions["transport"].get_extra_info("socket"), select.POLLIN)
    return bool(poll.poll(seconds * 1000))


@both
@pytest.mark.parametrize("meanwhile", [say_more, end])
async def test_what_came_while_the_loop_was_busy_ends_a_kept_connection(
    meanwhile: Callable[[asyncio.StreamWriter], None], tls: bool
) -> None:
    server = Server(GOOD)
    async with asking(server, tls=tls) as client:
        first = await client.post("/")
        meanwhile(server.writers[0])
        assert has_arrived(first, 5.0)
        assert (await client.post("/")).text == "good"
    assert server.requests == [1, 1]


@both
async def test_a_connection_that_grew_old_while_the_loop_was_busy_is_not_used(
    tls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(GOOD)
    loop = asyncio.get_running_loop()
    now = loop.time
    async with asking(server, tls=tls) as client:
        await client.post("/")
        monkeypatch.setattr(loop, "time", lambda: now() + KEPT_SECONDS)
        await client.post("/")
    assert server.requests == [1, 1]


async def test_what_nobody_read_does_not_keep_the_end_of_a_kept_connection_from_us(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # It is not to be the time that ends it.
    monkeypatch.setattr(kept_connections, "KEPT_SECONDS", 60.0)
    body = UNREAD_LIMIT + 20_000
    answer = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % body + b"x" * body
    before = UNREAD_LIMIT - 1000
    server = Server(answer[:before])
    async with asking(server, tls=True) as client:
        async with client.stream("GET", "/") as response:
            sender = server.writers[0]
            await eventually(
                lambda: (
                    not sender.transport.get_write_buffer_size() and not has_arrived(response, 0)
                )
            )
            # Both of these records arrive at once: one is too much, the other is the last.
            sender.write(answer[before:])
            transport = response.extensions["transport"]
            await eventually(lambda: not transport.is_reading())
        assert not transport.is_closing()
        sender.close()
        await eventually(transport.is_closing)


@both
async def test_a_connection_with_unsent_bytes_is_not_kept(tls: bool) -> None:
    server = HastyServer(GOOD)
    async with asking(server, tls=tls) as client:
        response = await client.post("/", content=b"x" * 32 * 1024 * 1024)
        assert response.text == "good"
        assert response.extensions["transport"].is_closing()
        assert (await client.post("/")).text == "good"
    assert server.requests == [1, 1]


@both
async def test_what_must_not_be_repeated_waits_for_a_proof_that_connections_last(
    tls: bool,
) -> None:
    server = Server(GOOD)
    async with asking(server, tls=tls, repeatable=False) as client:
        await client.post("/")
        await client.post("/")
        assert server.requests == [1, 1]
        client.event_hooks = {}
        await client.get("/", extensions={REPEATABLE: True})
        assert server.requests == [1, 2]
        await client.post("/")
        await client.post("/")
    assert server.requests == [1, 4]


async def test_what_must_not_be_repeated_goes_over_no_connection_that_was_long_idle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server(GOOD)
    loop = asyncio.get_running_loop()
    now = loop.time
    async with asking(server) as client:
        for _ in range(2):
            await client.get("/")
        client.event_hooks = {}
        monkeypatch.setattr(loop, "time", lambda: now() + SURE_SECONDS)
        await client.post("/")
        assert server.requests == [2, 1]
        await client.get("/", extensions={REPEATABLE: True})
    assert sum(server.requests) == 4


@both
async def test_where_one_connection_broke_none_is_kept_for_a_while(
    tls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(GOOD)
    loop = asyncio.get_running_loop()
    now = loop.time
    async with asking(server, tls=tls) as client:
        for _ in range(3):
            response = await client.get("/")
        end(server.writers[0])
        await eventually(response.extensions["transport"].is_closing)
        for _ in range(3):
            await client.get("/")
        assert server.requests == [3, 1, 1, 1]
        monkeypatch.setattr(loop, "time", lambda: now() + FAILED_SECONDS)
        for _ in range(3):
            await client.get("/")
    assert server.requests == [3, 1, 1, 1, 3]


async def test_a_connection_that_ends_when_it_was_long_idle_is_no_reason_to_keep_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server(GOOD)
    loop = asyncio.get_running_loop()
    now = loop.time
    async with asking(server) as client:
        response = await client.get("/")
        monkeypatch.setattr(loop, "time", lambda: now() + SURE_SECONDS)
        end(server.writers[0])
        await eventually(response.extensions["transport"].is_closing)
        for _ in range(2):
            await client.get("/")
    assert server.requests == [1, 2]
