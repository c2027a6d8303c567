"""A scheme that the port does not speak: told within five seconds, with what to do about it."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
from msgspec.structs import replace

from pexdash.api import client as client_module
from pexdash.api import requests as table
from pexdash.api.address import CONNECT_SECONDS, NodeAddress, parse_node
from pexdash.api.client import NodeClient
from pexdash.errors import AnswerLost, NodeUnreachable, Refused
from pexdash.secret import Secret
from tests.api.broken_server import broken_server, http, silence
from tests.api.client.authorities import AUTHORITY, GOOD, ask, by_name, client_trusting, server_tls
from tests.api.client.clients import ALIAS, TOKEN, check_secrecy, client_of, no_tls
from tests.ipv6 import HAS_IPV6
from tests.raw_server import Serve, raw_server


@pytest.mark.fault(10)
def test_a_connection_gets_five_seconds() -> None:
    assert CONNECT_SECONDS == 5
    assert client_module.ANSWER_SECONDS == 10


async def in_plain_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await writer.drain()


async def not_at_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)


async def in_silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


@pytest.mark.fault(9)
@pytest.mark.parametrize("serve", [in_plain_http, not_at_all, in_silence])
async def test_tls_spoken_to_a_plain_port(
    serve: Serve, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "CONNECT_SECONDS", 0.1)
    async with raw_server(serve) as port:
        with pytest.raises(NodeUnreachable, match=f"does not speak TLS on port {port}") as raised:
            await ask(NodeAddress("https", "127.0.0.1", port), ca_file)
    check_secrecy(raised.value)


HINT = "is for TLS, put https:// in front of the name"


@pytest.mark.fault(9)
async def test_plain_http_to_a_tls_port() -> None:
    async with broken_server(GOOD, server_tls()) as server:
        client = client_trusting(NodeAddress("http", "127.0.0.1", server.address.port), None)
        with pytest.raises(NodeUnreachable, match=HINT) as raised:
            await client.participants(TOKEN)
        check_secrecy(raised.value)
        with pytest.raises(AnswerLost, match=HINT):
            await client.request_token("Alice", pin=Secret("1234"))
        await client.aclose()
        assert server.requests == []


WEB_SERVERS = [
    b"<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head>",
    b"Client sent an HTTP request to an HTTPS server.\n",
]


@pytest.mark.fault(9)
@pytest.mark.parametrize("page", WEB_SERVERS)
async def test_plain_http_to_a_tls_port_that_answers_in_plain_http(page: bytes) -> None:
    answer = http("400 Bad Request", page, "content-type: text/html")
    async with broken_server(answer) as server, client_of(server) as client:
        for ask_for in (client.participants(TOKEN), client.call(table.LOCK, TOKEN.secret)):
            with pytest.raises(NodeUnreachable, match=HINT) as raised:
                await ask_for
            check_secrecy(raised.value)


async def test_a_400_of_the_api_is_no_matter_of_ports() -> None:
    answer = http("400 Bad Request", b'{"result": "no"}', "content-type: application/json")
    async with broken_server(answer) as server, client_of(server) as client:
        with pytest.raises(Refused, match=r"^no$"):
            await client.participants(TOKEN)


async def test_a_node_that_has_answered_is_not_suspected_of_tls(impatient: None) -> None:
    answers = iter([http("200 OK", b'{"result": []}'), b"", b""])

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(next(answers))
        await writer.drain()

    async with broken_server(answer) as server, client_of(server) as client:
        await client.participants(TOKEN)
        with pytest.raises(NodeUnreachable) as raised:
            await client.participants(TOKEN)
    assert "https" not in str(raised.value)


async def test_a_silent_node_is_not_suspected_of_tls(impatient: None) -> None:
    async with broken_server(silence) as server, client_of(server) as client:
        with pytest.raises(NodeUnreachable) as raised:
            await client.participants(TOKEN)
    assert "https" not in str(raised.value)


@pytest.mark.parametrize(
    ("alert", "said"), [(40, "handshake failure"), (70, "protocol version"), (112, "unrecognized")]
)
async def test_tls_that_is_refused_is_still_tls(alert: int, said: str, ca_file: Path) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"\x15\x03\x01\x00\x02\x02" + bytes([alert]))
        await writer.drain()
        await reader.read()

    async with raw_server(refuse) as port:
        with pytest.raises(NodeUnreachable, match=f"agree on no TLS: .*{said}") as raised:
            await ask(NodeAddress("https", "127.0.0.1", port), ca_file)
    check_secrecy(raised.value)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_node_that_wants_a_certificate_of_ours_is_an_error_of_ours(
    version: ssl.TLSVersion, ca_file: Path
) -> None:
    """With TLS 1.3 the node says so only after the request has left."""
    tls = server_tls()
    tls.maximum_version = version
    tls.verify_mode = ssl.CERT_REQUIRED
    AUTHORITY.configure_trust(tls)
    async with broken_server(GOOD, tls) as server:
        with pytest.raises(NodeUnreachable) as raised:
            await ask(by_name(server), ca_file)
        assert server.requests == []
    check_secrecy(raised.value)


@pytest.mark.parametrize(
    ("banner", "protocol"),
    [(b"SSH-2.0-OpenSSH_9.2\r\n", " but SSH"), (b"220 mail\r\n", " but SMTP or FTP"), (b"?", "")],
)
async def test_a_port_that_speaks_no_http_has_done_nothing(banner: bytes, protocol: str) -> None:
    async with broken_server(banner) as server, client_of(server) as client:
        said = f"^{server.address} does not speak HTTP on port {server.address.port}{protocol}$"
        with pytest.raises(NodeUnreachable, match=said) as raised:
            await client.request_token("Alice", pin=Secret("1234"))
        check_secrecy(raised.value)


async def test_an_answer_that_cannot_be_read_may_stand_for_something_done() -> None:
    two_lengths = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
    async with broken_server(two_lengths) as server, client_of(server) as client:
        with pytest.raises(NodeUnreachable, match=r"cannot be read \(it has two lengths\)$"):
            await client.participants(TOKEN)
        with pytest.raises(AnswerLost, match=r"cannot be read .*may or may not have been done"):
            await client.call(table.LOCK, TOKEN.secret)


@pytest.mark.fault(35)
@pytest.mark.skipif(not HAS_IPV6, reason="this computer speaks no IPv6")
@pytest.mark.parametrize("name", ["[::1]:{}", "http://[::1]:{}", "http://[0:0::1]:{}"])
async def test_a_node_by_its_ipv6_address(name: str) -> None:
    async with broken_server(GOOD, host="::1") as server:
        node = parse_node(name.format(server.address.port))
        client = NodeClient(replace(node, scheme="http"), ALIAS, tls=no_tls)
        assert await client.participants(TOKEN) == []
        await client.aclose()
