"""How a node proves who it is, and what happens where it cannot."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
import trustme

from pexdash.api import client as client_module
from pexdash.api.address import NodeAddress
from pexdash.api.client import NodeClient
from pexdash.api.tls import trust
from pexdash.errors import (
    NodeFault,
    NodeUnreachable,
    NodeUntrusted,
    UsageFault,
)
from tests.api.broken_server import BrokenServer, broken_server, http, silence
from tests.api.client.clients import (
    ALIAS,
    TOKEN,
    check_secrecy,
)

AUTHORITY = trustme.CA()


def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture(scope="module")
def ca_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file a user would give for a company's own authority."""
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    return path


GOOD = http("200 OK", b'{"status": "success", "result": []}')


async def ask(address: NodeAddress, ca_file: Path | None, *, insecure: bool = False) -> object:
    client = NodeClient(address, ALIAS, tls=lambda: trust(ca_file, insecure=insecure))
    try:
        return await client.participants(TOKEN)
    finally:
        await client.aclose()


async def test_a_node_nobody_vouches_for_gets_no_token() -> None:
    async with broken_server(GOOD, server_tls()) as server:
        with pytest.raises(NodeUntrusted, match="--ca-file") as raised:
            await ask(server.address, None)
        check_secrecy(raised.value)
        assert server.requests == []


def by_name(server: BrokenServer) -> NodeAddress:
    """The server under the name its certificate is for."""
    return NodeAddress("https", "localhost", server.address.port)


async def test_a_ca_file_or_insecure_lets_the_node_in(ca_file: Path) -> None:
    async with broken_server(GOOD, server_tls()) as server:
        assert await ask(by_name(server), ca_file) == []
        assert await ask(server.address, None, insecure=True) == []
        assert len(server.requests) == 2


async def test_a_certificate_for_another_name_is_refused(ca_file: Path) -> None:
    async with broken_server(GOOD, server_tls()) as server:
        with pytest.raises(NodeUntrusted, match=r"127\.0\.0\.1"):
            await ask(server.address, ca_file)
        assert server.requests == []


async def test_a_ca_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    for name in ("empty.pem", "missing.pem"):
        with pytest.raises(UsageFault, match="holds no usable certificates"):
            trust(tmp_path / name, insecure=False)


async def test_tls_spoken_to_a_plain_port(ca_file: Path) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    listener = await asyncio.start_server(plain, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    with pytest.raises(NodeUnreachable, match=f"does not speak TLS on port {port}") as raised:
        await ask(NodeAddress("https", "127.0.0.1", port), ca_file)
    check_secrecy(raised.value)
    listener.close()


async def test_tls_that_is_never_answered_is_none(
    monkeypatch: pytest.MonkeyPatch, ca_file: Path
) -> None:
    monkeypatch.setattr(client_module, "CONNECT_SECONDS", 0.1)
    async with broken_server(silence) as server:
        address = NodeAddress("https", "127.0.0.1", server.address.port)
        with pytest.raises(NodeUnreachable, match="does not speak TLS") as raised:
            await ask(address, ca_file)
        check_secrecy(raised.value)


async def test_plain_http_to_a_tls_port() -> None:
    async with broken_server(GOOD, server_tls()) as server:
        address = NodeAddress("http", "127.0.0.1", server.address.port)
        with pytest.raises(NodeFault) as raised:
            await ask(address, None)
        check_secrecy(raised.value)
