"""Our own certificate: shown where it is wanted, and told of where it is not given or not right."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from pexdash.api import requests as table
from pexdash.api.address import NodeAddress
from pexdash.api.client import NodeClient
from pexdash.api.own_certificate import OwnCertificate
from pexdash.api.tls import trust
from pexdash.errors import BadAnswer, NodeUnreachable, Remedy, UsageFault
from pexdash.secret import Secret
from tests.api.broken_server import broken_server, http
from tests.api.client.authorities import (
    AUTHORITY,
    GOOD,
    OTHER_AUTHORITY,
    by_name,
    server_tls,
)
from tests.api.client.clients import ALIAS, TOKEN, check_secrecy
from tests.raw_server import raw_server

VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


@asynccontextmanager
async def wanting(version: ssl.TLSVersion) -> AsyncIterator[tuple[NodeAddress, list[bytes]]]:
    """A node that lets in who has a certificate by AUTHORITY, and the requests it has read.

    The server of asyncio closes without the alert of TLS that others send.
    """
    tls = server_tls()
    tls.maximum_version = version
    tls.verify_mode = ssl.CERT_REQUIRED
    AUTHORITY.configure_trust(tls)
    read: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        secured = tls.wrap_bio(incoming, outgoing, server_side=True)
        try:
            while not read:
                try:
                    secured.do_handshake()
                    read.append(secured.read(65536))
                    secured.write(GOOD)
                except ssl.SSLWantReadError:
                    writer.write(outgoing.read())
                    incoming.write(await reader.read(65536))
        except ssl.SSLError:
            pass
        writer.write(outgoing.read())
        await writer.drain()

    async with raw_server(serve) as port:
        yield NodeAddress("https", "localhost", port), read


def own(folder: Path, authority: trustme.CA = AUTHORITY) -> OwnCertificate:
    """A certificate by `authority` and its key, in two files."""
    issued = authority.issue_cert("alice@example.com")
    cert_file, key_file = folder / "own.pem", folder / "own.key"
    cert_file.write_bytes(issued.cert_chain_pems[0].bytes())
    key_file.write_bytes(issued.private_key_pem.bytes())
    return OwnCertificate(cert_file, key_file)


@asynccontextmanager
async def asking(
    node: NodeAddress, ca_file: Path, certificate: OwnCertificate | None
) -> AsyncIterator[NodeClient]:
    client = NodeClient(node, ALIAS, tls=lambda: trust(ca_file, insecure=False, own=certificate))
    yield client
    await client.aclose()


@pytest.mark.parametrize("version", VERSIONS)
async def test_it_is_shown_to_a_node_that_wants_one(
    version: ssl.TLSVersion, ca_file: Path, tmp_path: Path
) -> None:
    async with (
        wanting(version) as (node, read),
        asking(node, ca_file, own(tmp_path)) as client,
    ):
        assert await client.participants(TOKEN) == []
        assert len(read) == 1


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_node_that_misses_one_says_so_and_has_done_nothing(
    version: ssl.TLSVersion, ca_file: Path
) -> None:
    """With TLS 1.3 the node says so only after the request has left."""
    async with (
        wanting(version) as (node, read),
        asking(node, ca_file, None) as client,
    ):
        with pytest.raises(NodeUnreachable, match="wants a client certificate: give it") as raised:
            await client.request_token("Alice", pin=Secret("1234"))
        assert raised.value.remedy is Remedy.CERT_FILE
        check_secrecy(raised.value)
        assert read == []


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_node_that_takes_another_one_says_why(
    version: ssl.TLSVersion, ca_file: Path, tmp_path: Path
) -> None:
    async with (
        wanting(version) as (node, read),
        asking(node, ca_file, own(tmp_path, OTHER_AUTHORITY)) as client,
    ):
        with pytest.raises(NodeUnreachable, match=r"that it accepts \(unknown ca\)") as raised:
            await client.call(table.LOCK, TOKEN.secret)
        assert raised.value.remedy is Remedy.CERT_FILE
        assert read == []


async def test_a_web_server_that_asks_in_a_page_is_understood(ca_file: Path) -> None:
    page = b"<title>400 No required SSL certificate was sent</title>"
    answer = http("400 Bad Request", page, "content-type: text/html")
    async with (
        broken_server(answer, server_tls()) as server,
        asking(by_name(server), ca_file, None) as client,
    ):
        with pytest.raises(BadAnswer, match="wants a client certificate") as raised:
            await client.participants(TOKEN)
    assert raised.value.remedy is Remedy.CERT_FILE


def test_the_key_may_stand_with_the_certificate(tmp_path: Path) -> None:
    pair = own(tmp_path)
    assert pair.key_file is not None
    both = tmp_path / "both.pem"
    both.write_bytes(pair.cert_file.read_bytes() + pair.key_file.read_bytes())
    OwnCertificate(both).check()


def encrypted(key: bytes) -> bytes:
    private = load_pem_private_key(key, None)
    return private.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"Canary")
    )


def test_files_that_do_not_fit_are_told(tmp_path: Path) -> None:
    pair = own(tmp_path)
    cert, key = pair.cert_file, pair.key_file
    assert key is not None
    other = tmp_path / "other.key"
    other.write_bytes(AUTHORITY.issue_cert("bob@example.com").private_key_pem.bytes())
    locked = tmp_path / "locked.key"
    locked.write_bytes(encrypted(key.read_bytes()))
    broken = tmp_path / "broken.key"
    broken.write_bytes(key.read_bytes().replace(b"\n", b"\nA", 2))
    for cert_file, key_file, said in [
        (cert, other, "does not belong to the certificate in"),
        (cert, locked, r"locked\.key is encrypted: give one without a passphrase"),
        (cert, broken, "is damaged"),
        (cert, None, r"own\.pem holds no private key in PEM"),
        (key, key, r"own\.key holds no certificate in PEM"),
        (cert, cert, r"own\.pem holds no private key in PEM"),
        (tmp_path / "none", key, "none cannot be read: No such file"),
        (cert, tmp_path, "private key file .* cannot be read"),
    ]:
        with pytest.raises(UsageFault, match=said):
            OwnCertificate(cert_file, key_file).check()
