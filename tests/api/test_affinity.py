"""A client's requests go to the address of its first answer, and what may be repeated is, once."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest

from pexdash.api.http import connecting
from pexdash.api.http.affinity import Affinity
from pexdash.api.http.direct_transport import DirectTransport
from pexdash.api.http.route import REPEATABLE
from pexdash.api.sse import EVENT_STREAM
from tests.api.broken_server import closed_port
from tests.api.counting_server import GOOD, Server, tls_of_client, tls_of_server
from tests.raw_server import raw_server

NAME = "node.example"
HERE = "127.0.0.1"


@asynccontextmanager
async def going(
    *ports: int, tls: bool = False
) -> AsyncIterator[tuple[Affinity, httpx.AsyncClient]]:
    """A client of NAME, which leads to these ports of this machine, each an address of its own.

    The first look-up gives them in this order, and each other one begins with the next.
    """
    loop = asyncio.get_running_loop()
    order = deque(ports)
    looked_up = loop.getaddrinfo

    async def look_up(host: bytes, port: int, **how: Any) -> list[Any]:
        if host != NAME.encode():
            return await looked_up(host, port, **how)
        kind = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        found = [(*kind, (HERE, one)) for one in order]
        order.rotate(-1)
        return found

    affinity = Affinity(DirectTransport(tls_of_client() if tls else None))
    async with httpx.AsyncClient(
        transport=affinity, base_url=f"http{'s' if tls else ''}://{NAME}", trust_env=False
    ) as client:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(loop, "getaddrinfo", look_up)
            yield affinity, client
    await affinity._transport.aclose()


@asynccontextmanager
async def servers(*each: Server) -> AsyncIterator[list[int]]:
    """Have these listen; yields their ports."""
    async with AsyncExitStack() as listening:
        yield [await listening.enter_async_context(raw_server(one.serve)) for one in each]


async def test_all_that_follows_the_first_answer_goes_where_it_came_from() -> None:
    first, second = Server(GOOD), Server(GOOD)
    async with servers(first, second) as ports, going(*ports) as (affinity, client):
        await client.get("/")
        assert affinity.address == (HERE, ports[0])
        for headers in ({}, {"accept": EVENT_STREAM}):
            await client.get("/", headers=headers)
            await client.post("/", headers=headers)
    assert sum(first.requests) == 5
    assert second.requests == []


async def test_an_address_that_is_to_be_avoided_is() -> None:
    first, second = Server(GOOD), Server(GOOD)
    async with servers(first, second) as ports, going(*ports) as (affinity, client):
        affinity.avoids = frozenset({(HERE, ports[0])})
        await client.get("/")
        assert (first.requests, second.requests) == ([], [1])
        other = Affinity(affinity._transport)
        other.avoids = frozenset((HERE, port) for port in ports)
        with pytest.raises(httpx.ConnectError, match=f"no other address for {NAME}"):
            await other.handle_async_request(httpx.Request("GET", f"http://{NAME}/"))


async def test_a_connection_another_client_kept_is_used_only_where_it_leads_the_right_way() -> None:
    first, second = Server(GOOD), Server(GOOD)
    async with servers(first, second) as ports, going(*ports) as (affinity, client):
        await client.get("/", extensions={REPEATABLE: True})
        other = Affinity(affinity._transport)
        other.avoids = frozenset({(HERE, ports[0])})
        async with httpx.AsyncClient(transport=other, base_url=f"http://{NAME}") as beside:
            await beside.get("/", extensions={REPEATABLE: True})
            await client.get("/", extensions={REPEATABLE: True})
            await beside.get("/", extensions={REPEATABLE: True})
    assert (first.requests, second.requests) == ([2], [2])


@pytest.mark.parametrize("is_held", [False, True], ids=["no token", "a token"])
async def test_where_an_address_is_gone_another_is_taken_unless_we_hold_a_token(
    is_held: bool,
) -> None:
    first, second = Server(GOOD), Server(GOOD)
    async with AsyncExitStack() as living, servers(second) as (other,):
        port = await living.enter_async_context(raw_server(first.serve))
        async with going(port, other) as (affinity, client):
            await client.get("/")
            if is_held:
                affinity.hold()
            await living.aclose()
            if is_held:
                with pytest.raises(httpx.ConnectError):
                    await client.post("/")
            else:
                await client.post("/")
            assert affinity.address == (HERE, port if is_held else other)
    assert second.requests == ([] if is_held else [1])


async def test_the_certificate_is_checked_against_the_name_whatever_the_address() -> None:
    server = Server(GOOD)
    async with raw_server(server.serve, tls_of_server()) as port, going(port, tls=True) as going_:
        affinity, client = going_
        with pytest.raises(httpx.ConnectError, match="Hostname mismatch"):
            await client.get("/")
        affinity.address = (HERE, port)
        with pytest.raises(httpx.ConnectError, match="Hostname mismatch"):
            await client.get("/")
    assert server.requests == []


@pytest.mark.parametrize("repeatable", [False, True])
async def test_a_request_whose_connection_breaks_is_sent_once_more_if_that_does_no_harm(
    repeatable: bool,
) -> None:
    server = Server(b"", GOOD)
    async with servers(server) as ports, going(*ports) as (_, client):
        asking = client.post("/", extensions={REPEATABLE: repeatable})
        if repeatable:
            assert (await asking).text == "good"
        else:
            with pytest.raises(httpx.RemoteProtocolError):
                await asking
    assert server.requests == ([1, 1] if repeatable else [1])


async def test_it_is_sent_over_a_new_connection_then_and_no_third_time() -> None:
    server = Server(GOOD, GOOD, GOOD, b"")
    async with servers(server) as ports, going(*ports) as (_, client):
        extensions = {REPEATABLE: True}
        await asyncio.gather(*(client.get("/", extensions=extensions) for _ in range(3)))
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/", extensions=extensions)
    assert sorted(server.requests) == [1, 1, 1, 2]


@pytest.mark.parametrize(
    "answer",
    [b"SSH-2.0-OpenSSH_9.6\r\n\r\n", b"HTTP/1.1 twice\r\n\r\n"],
    ids=["no HTTP", "unreadable"],
)
async def test_an_answer_that_cannot_be_read_is_asked_for_no_second_time(answer: bytes) -> None:
    server = Server(answer, GOOD)
    async with servers(server) as ports, going(*ports) as (_, client):
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/", extensions={REPEATABLE: True})
    assert server.requests == [1]


class Counted:
    """Counts which addresses are tried; those on `silent` ports never answer."""

    def __init__(self, patched: pytest.MonkeyPatch, *silent: int) -> None:
        loop = asyncio.get_running_loop()
        connect = loop.sock_connect
        self.tried: list[int] = []
        self.sockets: list[socket.socket] = []

        async def counted(endpoint: socket.socket, address: Any) -> None:
            self.tried.append(address[1])
            self.sockets.append(endpoint)
            await (asyncio.Event().wait() if address[1] in silent else connect(endpoint, address))

        patched.setattr(loop, "sock_connect", counted)


async def test_a_first_address_that_takes_no_connection_costs_but_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server, dead = Server(GOOD), closed_port()
    monkeypatch.setattr(connecting, "_NEXT_ADDRESS_SECONDS", 0.01)
    counted = Counted(monkeypatch, dead)
    async with servers(server) as (port,), going(dead, port) as (_, client):
        for _ in range(5):
            await client.post("/")
            await client.get("/", headers={"accept": EVENT_STREAM})
    assert counted.tried.count(dead) == 1
    assert len(server.requests) == 10
    assert {one.fileno() for one in counted.sockets} == {-1}


async def test_an_address_that_refuses_costs_no_time_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connecting, "_NEXT_ADDRESS_SECONDS", 60.0)
    server = Server(GOOD)
    async with servers(server) as (port,), going(closed_port(), port) as (_, client):
        assert (await asyncio.wait_for(client.get("/"), 5)).text == "good"


async def test_an_address_that_is_slow_may_still_be_the_first_to_accept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connecting, "_NEXT_ADDRESS_SECONDS", 0.01)
    server = Server(GOOD)
    loop = asyncio.get_running_loop()
    connect = loop.sock_connect
    dead = closed_port()
    tried = asyncio.Event()

    async def slowly(endpoint: socket.socket, address: Any) -> None:
        if address[1] == dead:
            tried.set()
            await asyncio.Event().wait()
        await tried.wait()
        await connect(endpoint, address)

    monkeypatch.setattr(loop, "sock_connect", slowly)
    async with servers(server) as (port,), going(port, dead) as (affinity, client):
        await client.get("/")
        assert affinity.address == (HERE, port)


async def test_where_no_address_accepts_no_socket_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connecting, "_NEXT_ADDRESS_SECONDS", 0.01)
    ports = [closed_port() for _ in range(3)]
    counted = Counted(monkeypatch, ports[0])
    async with going(*ports) as (_, client):
        with pytest.raises(httpx.ConnectTimeout):
            await client.get("/", timeout=httpx.Timeout(1.0))
    assert set(counted.tried) == set(ports)
    await asyncio.sleep(0)
    assert {one.fileno() for one in counted.sockets} == {-1}


async def test_a_name_that_nobody_looks_up_leads_nowhere_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def wait_for_ever(host: bytes, port: int, **how: Any) -> list[Any]:
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", wait_for_ever)
    monkeypatch.setattr(connecting, "_LOOK_UP_SECONDS", 0.01)
    async with asyncio.timeout(10):
        assert not await connecting.leads_beyond(NAME, 443, frozenset())
