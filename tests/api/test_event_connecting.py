"""How the connection of an event stream comes about, and what does not go over it."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import trustme

from tests.api.broken_server import broken_server, silence
from tests.api.streaming import (
    BODY,
    CHUNKED,
    EVENTS,
    FRAMINGS,
    HEAD,
    client,
    in_pieces,
    url_of,
)
from tests.raw_server import raw_server


def refused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_nobody_listens() -> None:
    async with client() as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(f"http://127.0.0.1:{refused_port()}/events", headers=EVENTS)


@pytest.mark.parametrize("host", ["a" * 64, "a..b", "unknown.invalid"])
async def test_a_host_that_is_none(host: str) -> None:
    async with client() as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(f"http://{host}/events", headers=EVENTS)


async def test_an_address_of_a_kind_this_system_has_not_is_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()
    known = loop.getaddrinfo
    unknown_kind = 0x7FFF

    async def look_up(*asked: Any, **how: Any) -> list[Any]:
        found = await known(*asked, **how)
        return [(unknown_kind, *found[0][1:]), *found]

    monkeypatch.setattr(loop, "getaddrinfo", look_up)
    async with broken_server(FRAMINGS["length"]) as server, client() as http:
        url = url_of(server).replace("127.0.0.1", "localhost")
        assert "localhost" in url
        assert (await http.get(url, headers=EVENTS)).content == BODY


async def test_an_address_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look-up has a thread, which a busy start lets wait for longer than a node nearby."""

    async def look_up(*asked: object, **how: object) -> None:
        raise AssertionError(f"looked up {asked}")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up)
    async with broken_server(FRAMINGS["length"]) as server, client() as http:
        assert (await http.get(url_of(server), headers=EVENTS)).content == BODY


@asynccontextmanager
async def deaf_server() -> AsyncIterator[tuple[str, asyncio.Future[bytes]]]:
    """Where it listens, and all that one client sends until it hangs up."""
    heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.set_result(await reader.read())

    async with raw_server(hear) as port:
        yield f"127.0.0.1:{port}", heard


async def test_the_options_of_the_socket_are_set_before_it_connects() -> None:
    nothing_has_this = (socket.SOL_SOCKET, 0x7FFF, 1)
    async with deaf_server() as (place, heard), client(socket_options=[nothing_has_this]) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(f"http://{place}/", headers=EVENTS)
        assert not heard.done()


async def test_a_header_with_a_line_break_is_not_sent_and_not_quoted() -> None:
    async with broken_server(silence) as server, client() as http:
        for text in ("Canary\r\nx: y", "Canary\n", "Canary\0"):
            with pytest.raises(httpx.LocalProtocolError) as raised:
                await http.get(url_of(server), headers={**EVENTS, "token": text})
            assert "Canary" not in f"{raised.value!r}"
        assert server.requests == []


# TLS

AUTHORITY = trustme.CA()


def server_tls(name: str = "127.0.0.1") -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert(name).configure_cert(tls)
    return tls


def client_tls() -> ssl.SSLContext:
    tls = ssl.create_default_context()
    AUTHORITY.configure_trust(tls)
    return tls


@pytest.mark.parametrize("framing", FRAMINGS)
async def test_a_body_over_tls(framing: str) -> None:
    sent = FRAMINGS[framing]
    answer = in_pieces(sent[:50], sent[50:60], sent[60:])
    async with (
        broken_server(answer, server_tls()) as server,
        client(client_tls()) as http,
        http.stream("GET", url_of(server), headers=EVENTS) as response,
    ):
        assert b"".join([chunk async for chunk in response.aiter_raw()]) == BODY


async def test_a_body_over_tls_that_breaks_is_handed_on_first() -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        await in_pieces(CHUNKED + b"3\r\nabc\r\n")(writer)
        writer.transport.abort()

    async with (
        broken_server(answer, server_tls()) as server,
        client(client_tls()) as http,
        http.stream("GET", url_of(server), headers=EVENTS) as response,
    ):
        body = response.aiter_raw()
        assert await anext(body) == b"abc"
        with pytest.raises(httpx.TransportError):
            await anext(body)


async def test_large_bodies_over_tls() -> None:
    large = bytes(range(256)) * 4096

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"content-length: %d\r\n\r\n" % len(large) + large)
        await writer.drain()

    async with (
        broken_server(answer, server_tls()) as server,
        client(client_tls()) as http,
        http.stream("GET", url_of(server), headers=EVENTS) as response,
    ):
        assert b"".join([chunk async for chunk in response.aiter_raw()]) == large


@pytest.mark.parametrize(
    ("serving", "asking"),
    [
        (server_tls("another.example"), client_tls()),
        (server_tls(), ssl.create_default_context()),
    ],
    ids=["another name", "no authority"],
)
async def test_tls_that_does_not_hold_sends_nothing(
    serving: ssl.SSLContext, asking: ssl.SSLContext
) -> None:
    async with broken_server(silence, serving) as server, client(asking) as http:
        with pytest.raises(httpx.ConnectError) as raised:
            await http.get(url_of(server), headers=EVENTS)
        assert isinstance(raised.value.__cause__, ssl.SSLError)
        assert server.requests == []


async def test_a_name_no_certificate_can_have_is_refused_before_it_connects(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connected = []

    async def look_up(*asked: object, **how: object) -> list[object]:
        connected.append(asked)
        return []

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up)
    async with client(client_tls()) as http:
        with pytest.raises(httpx.ConnectError, match="label empty"):
            await http.get("https://.example/", headers=EVENTS)
    assert connected == []


async def test_a_handshake_that_is_never_answered() -> None:
    async with deaf_server() as (place, heard), client(client_tls()) as http:
        with pytest.raises(httpx.ConnectTimeout):
            await http.get(f"https://{place}/", headers=EVENTS, timeout=httpx.Timeout(0.05))
        assert b"GET" not in await heard


async def test_an_https_url_without_tls_is_refused() -> None:
    async with broken_server(silence) as server, client() as http:
        with pytest.raises(httpx.UnsupportedProtocol):
            await http.get(url_of(server).replace("http:", "https:"), headers=EVENTS)
        assert server.requests == []
