"""A node behind a proxy: what the proxy sees, and who is to blame when it fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pexdash.api.address import NodeAddress
from pexdash.api.client import NodeClient
from pexdash.errors import AnswerLost, NodeUnreachable, NodeUntrusted, PexdashError, UsageFault
from pexdash.secret import Secret
from tests.api.broken_server import broken_server, closed_port, http
from tests.api.client.authorities import (
    AUTHORITY,
    GOOD,
    OTHER_AUTHORITY,
    client_trusting,
    fingerprint_of,
    server_tls,
    showing,
)
from tests.api.client.clients import ALIAS, CANARY, TOKEN, joined, no_tls, unlogged
from tests.api.client.proxies import tunnel
from tests.raw_server import Serve, raw_server

NODE = NodeAddress("https", "node.example", 443)
PASSWORD = "s3cretCanary"


pytestmark = pytest.mark.usefixtures("no_proxies")


@asynccontextmanager
async def behind(
    port: int, ca_file: Path, proxy: str = f"http://user:{PASSWORD}@127.0.0.1"
) -> AsyncIterator[NodeClient]:
    """A client of the node behind the proxy on `port`, which wants a name and a password."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTTPS_PROXY", f"{proxy}:{port}")
        client = client_trusting(NODE, ca_file)
    try:
        yield client
    finally:
        await client.aclose()


def saying(answer: bytes) -> Serve:
    """A proxy with one answer to everybody."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    return serve


def check(error: PexdashError, port: int) -> None:
    """The proxy is named, and neither its password nor our token is."""
    assert f"the proxy 127.0.0.1:{port}" in str(error)
    assert "node.example" in str(error) or "cannot be reached" in str(error)
    assert str(error).isprintable()
    for text in unlogged(error):
        assert PASSWORD not in text
        assert CANARY not in text


async def test_a_proxy_carries_what_it_cannot_read(ca_file: Path) -> None:
    seen: list[bytes] = []
    tls = showing(AUTHORITY.issue_cert("node.example"))
    async with (
        broken_server(GOOD, tls) as server,
        raw_server(tunnel(seen, server.address.port)) as port,
        behind(port, ca_file) as client,
    ):
        assert await client.participants(TOKEN) == []
        assert CANARY.encode() in server.requests[0]
        assert b"proxy-authorization" not in server.requests[0].lower()
    assert seen[0].startswith(b"CONNECT node.example:443 HTTP/1.1\r\n")
    assert b"proxy-authorization: basic" in seen[0].lower()
    assert CANARY.encode() not in b"".join(seen)


async def test_a_proxy_of_tls_proves_who_it_is_to_the_same_authorities(ca_file: Path) -> None:
    seen: list[bytes] = []
    tls = showing(AUTHORITY.issue_cert("node.example"))
    proxy = f"https://user:{PASSWORD}@localhost"
    async with broken_server(GOOD, tls) as server:
        serve = tunnel(seen, server.address.port)
        async with raw_server(serve, server_tls()) as port, behind(port, ca_file, proxy) as client:
            assert await client.participants(TOKEN) == []
        assert b"proxy-authorization: basic" in seen[0].lower()
        seen.clear()
        false = showing(OTHER_AUTHORITY.issue_cert("localhost"))
        async with raw_server(serve, false) as port, behind(port, ca_file, proxy) as client:
            with pytest.raises(NodeUntrusted, match="through the proxy localhost"):
                await client.participants(TOKEN)
        assert seen == [], "not even the password of the proxy"


async def test_a_node_behind_a_proxy_that_cannot_prove_who_it_is(ca_file: Path) -> None:
    seen: list[bytes] = []
    certificate = OTHER_AUTHORITY.issue_cert("node.example")
    async with (
        broken_server(GOOD, showing(certificate)) as server,
        raw_server(tunnel(seen, server.address.port)) as port,
        behind(port, ca_file) as client,
    ):
        with pytest.raises(NodeUntrusted, match="issued by Nobody We Know") as raised:
            await client.request_token("Alice", pin=Secret("1234"))
        assert server.requests == []
    assert fingerprint_of(certificate) in str(raised.value)
    check(raised.value, port)
    heads = [one for one in seen if b"HTTP/1.1\r\n" in one]
    assert [one.split()[0] for one in heads] == [b"CONNECT"] * 3


async def test_a_balancer_behind_a_proxy_gets_its_cookie_back(ca_file: Path) -> None:
    tls = showing(AUTHORITY.issue_cert("node.example"))
    answer = http("200 OK", b'{"result": []}', "set-cookie: kept-at=2; Path=/; Secure")
    async with (
        broken_server(answer, tls) as server,
        raw_server(tunnel([], server.address.port)) as port,
        behind(port, ca_file) as client,
    ):
        for _ in range(2):
            assert await client.participants(TOKEN) == []
        assert client.address is None, "the proxy looks the name up"
        assert await client.tried_addresses() == frozenset()
    assert [b"cookie: kept-at=2" in one.lower() for one in server.requests] == [False, True]


@pytest.mark.fault(30)
async def test_a_proxy_that_wants_another_password_says_so(ca_file: Path) -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"
    async with raw_server(saying(refusal)) as port, behind(port, ca_file) as client:
        for asking in (client.participants(TOKEN), client.request_token("Alice")):
            with pytest.raises(NodeUnreachable, match=r"407 Proxy Auth.*password into") as raised:
                await asking
            check(raised.value, port)
        with pytest.raises(NodeUnreachable, match="407"):
            async with client.events(TOKEN, on_bytes=lambda: None):
                pass


async def test_a_proxy_that_forbids_the_node_says_so_in_clean_words(ca_file: Path) -> None:
    refusal = b"HTTP/1.1 403 not \xc2\x9b2J you\r\ncontent-length: 0\r\n\r\n"
    async with raw_server(saying(refusal)) as port, behind(port, ca_file) as client:
        with pytest.raises(NodeUnreachable, match="lets nobody through") as raised:
            await client.participants(TOKEN)
    check(raised.value, port)


@pytest.mark.fault(30)
async def test_a_proxy_that_is_not_there_is_to_blame(ca_file: Path) -> None:
    port = closed_port()
    async with behind(port, ca_file) as client:
        with pytest.raises(NodeUnreachable, match="cannot be reached") as raised:
            await client.participants(TOKEN)
    check(raised.value, port)


@pytest.mark.fault(30)
@pytest.mark.parametrize("answer", [b"", b"\x00\x01nonsense\r\n\r\n"], ids=["dies", "nonsense"])
async def test_a_proxy_that_dies_is_to_blame(answer: bytes, ca_file: Path) -> None:
    async with raw_server(saying(answer)) as port, behind(port, ca_file) as client:
        with pytest.raises(NodeUnreachable) as raised:
            await client.participants(TOKEN)
        check(raised.value, port)
        with pytest.raises(AnswerLost) as lost:
            await client.request_token("Alice")
        check(lost.value, port)


@pytest.mark.fault(30)
async def test_a_proxy_that_is_silent_is_to_blame(ca_file: Path, impatient: None) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with raw_server(silent) as port, behind(port, ca_file) as client:
        with pytest.raises(NodeUnreachable) as raised:
            await client.participants(TOKEN)
    check(raised.value, port)


def test_plain_http_through_a_proxy_is_refused_before_a_byte_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with pytest.raises(UsageFault, match="could read the PIN"):
        NodeClient(NodeAddress("http", "node.example", 80), ALIAS, tls=no_tls)


async def test_a_node_on_this_machine_is_asked_without_the_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    async with joined() as (_, client, token):
        assert await client.participants(token)
