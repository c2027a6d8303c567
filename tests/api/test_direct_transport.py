"""Connections that are kept for the next request: which are, for how long, and what ends them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from pexdash.api.http import kept_connections
from pexdash.api.http.direct_transport import DirectTransport
from pexdash.api.http.kept_connections import KEPT
from pexdash.api.sse import EVENT_STREAM
from tests.api.counting_server import GOOD, Server, asking, tls_of_client
from tests.eventually import PATIENCE_SECONDS, eventually
from tests.raw_server import raw_server

UNFRAMED = b"HTTP/1.1 200 OK\r\n\r\ngood"


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
async def test_requests_one_after_the_other_share_a_connection(tls: bool) -> None:
    server = Server(GOOD)
    async with asking(server, tls=tls) as client:
        for _ in range(3):
            assert (await client.post("/", content=b"")).text == "good"
    assert server.requests == [3]


@pytest.mark.parametrize(
    ("method", "headers", "connections"),
    [
        ("GET", {}, [3]),
        ("GET", {"accept": "application/json"}, [3]),
        ("POST", {"accept": EVENT_STREAM}, [3]),
        ("GET", {"accept": EVENT_STREAM}, [1, 1, 1]),
    ],
)
async def test_only_an_event_stream_has_a_connection_to_itself(
    method: str, headers: dict[str, str], connections: list[int]
) -> None:
    server = Server(GOOD)
    async with asking(server) as client:
        for _ in range(3):
            await client.request(method, "/", headers=headers, content=b"")
    assert server.requests == connections


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
async def test_a_large_request_arrives_whole(tls: bool) -> None:
    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        taken.append(await reader.readexactly(len(large)))
        writer.write(GOOD)
        await writer.drain()

    taken: list[bytes] = []
    large = bytes(range(256)) * 32 * 1024
    server = Server(GOOD)
    server.serve = take  # type: ignore[method-assign]
    async with asking(server, tls=tls) as client:
        assert (await client.post("/", content=large)).text == "good"
    assert taken == [large]


async def test_requests_at_a_time_have_a_connection_each() -> None:
    server = Server(GOOD)
    async with asking(server) as client:
        await asyncio.gather(*(client.get("/") for _ in range(3)))
        assert sorted(server.requests) == [1, 1, 1]
        await client.get("/")
    assert sorted(server.requests) == [1, 1, 2]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\ngood",
        b"HTTP/1.0 200 OK\r\ncontent-length: 4\r\n\r\ngood",
        GOOD + b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nbad",
        GOOD + b"bad",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\ngood\r\n0\r\n\r\nbad",
    ],
    ids=["close", "HTTP/1.0", "a second answer", "more than the answer", "more than the chunks"],
)
async def test_a_connection_that_may_not_go_on_is_closed(answer: bytes) -> None:
    server = Server(answer)
    async with asking(server) as client:
        for _ in range(2):
            assert (await client.get("/")).text == "good"
    assert server.requests == [1, 1]


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
async def test_a_connection_over_which_something_came_unasked_is_closed(tls: bool) -> None:
    server = Server(GOOD)
    async with asking(server, tls=tls) as client:
        for number in (1, 2):
            assert (await client.get("/")).text == "good"
            server.writers[-1].write(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nbad")
            await eventually(lambda number=number: server.ended == number)  # type: ignore[misc]
    assert server.requests == [1, 1]


async def test_an_answer_that_is_not_read_to_its_end_closes_the_connection() -> None:
    server = Server(GOOD.removesuffix(b"od"), GOOD)
    async with asking(server) as client:
        async with client.stream("GET", "/") as response:
            assert response.status_code == 200
        assert (await client.get("/")).text == "good"
    assert server.requests == [1, 1]


async def test_a_connection_the_node_has_closed_is_not_used_again() -> None:
    server = Server(GOOD)
    server.closes = True
    async with asking(server) as client:
        for _ in range(2):
            response = await client.post("/")
            assert response.text == "good"
            await eventually(response.extensions["transport"].is_closing)
    assert server.requests == [1, 1]


async def test_a_request_whose_connection_breaks_is_not_sent_again() -> None:
    server = Server(GOOD, b"")
    async with asking(server) as client:
        await client.post("/")
        with pytest.raises(httpx.RemoteProtocolError):
            await client.post("/")
    assert server.requests == [2]


async def test_a_connection_is_kept_for_a_while_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_connections, "KEPT_SECONDS", 0.05)
    server = Server(GOOD)
    async with asking(server) as client:
        await client.get("/")
        await eventually(lambda: server.ended == 1)
        await client.get("/")
    assert server.requests == [1, 1]


async def test_no_more_are_kept_than_may_be_needed() -> None:
    server = Server(GOOD)
    async with asking(server) as client:
        await asyncio.gather(*(client.get("/") for _ in range(KEPT + 5)))
        await eventually(lambda: server.ended == 5)
        await asyncio.gather(*(client.get("/") for _ in range(KEPT)))
        assert len(server.requests) == KEPT + 5
        assert server.ended == 5


async def test_closing_closes_what_is_kept() -> None:
    server = Server(GOOD)
    async with asking(server) as client:
        await client.get("/")
        assert server.ended == 0
        await client.aclose()
        await eventually(lambda: server.ended == 1)


async def test_closing_does_not_complete_a_body_that_ends_with_its_connection() -> None:
    server = Server(UNFRAMED)
    async with asking(server) as client, client.stream("GET", "/") as response:
        body = response.aiter_raw()
        assert await anext(body) == b"good"
        await client.aclose()
        with pytest.raises(httpx.RemoteProtocolError):
            await anext(body)


@pytest.mark.parametrize("is_framed", [False, True], ids=["unframed", "framed"])
async def test_only_a_framed_body_is_whole_where_tls_is_cut_off(is_framed: bool) -> None:
    server = Server(GOOD if is_framed else UNFRAMED)
    async with asking(server, tls=True) as client, client.stream("GET", "/") as response:
        server.writers[0].get_extra_info("socket").shutdown(socket.SHUT_WR)
        await eventually(response.extensions["transport"].is_closing)
        if is_framed:
            assert await response.aread() == b"good"
        else:
            with pytest.raises(httpx.RemoteProtocolError):
                await response.aread()


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
async def test_a_body_that_ends_with_its_connection_is_whole_where_the_node_ends_it(
    tls: bool,
) -> None:
    server = Server(UNFRAMED)
    server.closes = True
    async with asking(server, tls=tls) as client:
        assert (await client.get("/")).text == "good"


async def test_closing_ends_what_waits_for_an_answer() -> None:
    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        asked.set()
        await asyncio.Event().wait()

    asked = asyncio.Event()
    async with raw_server(never) as port:
        client = httpx.AsyncClient(transport=DirectTransport(None), timeout=5.0)
        asking = asyncio.create_task(client.post(f"http://127.0.0.1:{port}/"))
        await asked.wait()
        await client.aclose()
        with pytest.raises(httpx.RemoteProtocolError):
            await asyncio.wait_for(asking, PATIENCE_SECONDS)


@pytest.mark.parametrize("headers", [{}, {"accept": "text/event-stream"}], ids=["one", "stream"])
@pytest.mark.parametrize("held", ["the look-up", "the connection", "the handshake"])
async def test_closing_ends_what_is_not_connected_yet(
    held: str, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    connected = loop.sock_connect
    endpoints: list[socket.socket] = []
    looked_up: list[object] = []

    async def look_up(*asked: object, **how: object) -> None:
        looked_up.append(asked)
        await asyncio.Event().wait()

    async def connect(endpoint: socket.socket, address: Any) -> None:
        endpoints.append(endpoint)
        await (asyncio.Event().wait() if held == "the connection" else connected(endpoint, address))

    monkeypatch.setattr(loop, "sock_connect", connect)
    if held == "the look-up":
        monkeypatch.setattr(loop, "getaddrinfo", look_up)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.setblocking(False)
        client = httpx.AsyncClient(transport=DirectTransport(tls_of_client()), timeout=None)
        url = f"https://localhost:{silent.getsockname()[1]}/"
        asking = asyncio.create_task(client.get(url, headers=headers))
        await eventually(lambda: looked_up if held == "the look-up" else endpoints)
        if held == "the handshake":
            peer, _ = await loop.sock_accept(silent)
            with peer:
                assert await loop.sock_recv(peer, 1)
                assert not asking.done()
                await client.aclose()
        else:
            assert not asking.done()
            await client.aclose()
        assert all(endpoint.fileno() == -1 for endpoint in endpoints)
        with pytest.raises(httpx.ConnectError):
            await asyncio.wait_for(asking, PATIENCE_SECONDS)


async def test_nothing_is_sent_after_closing() -> None:
    server = Server(GOOD)
    async with raw_server(server.serve) as port:
        transport = DirectTransport(None)
        await transport.aclose()
        with pytest.raises(httpx.ConnectError):
            await transport.handle_async_request(httpx.Request("GET", f"http://127.0.0.1:{port}/"))
    assert server.requests == []


async def test_a_body_whose_length_is_not_known_is_not_sent() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"POST / HTTP/1.1\r\n\r\n"

    server = Server(GOOD)
    async with asking(server) as client:
        with pytest.raises(httpx.LocalProtocolError):
            await client.post("/", content=pieces())
    assert server.requests == []
