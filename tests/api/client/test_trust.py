"""A certificate that does not hold: nothing is sent, and the host is told what is wrong with it."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pexdash.api import certificate as certificate_module
from pexdash.api.address import NodeAddress
from pexdash.api.tls import trust
from pexdash.errors import NodeUntrusted, UsageFault
from pexdash.secret import Secret
from tests.api.broken_server import BrokenServer, broken_server
from tests.api.client.authorities import (
    AUTHORITY,
    DAY,
    GOOD,
    NOW,
    OTHER_AUTHORITY,
    ask,
    by_itself,
    by_name,
    client_trusting,
    fingerprint_of,
    server_tls,
    showing,
)
from tests.api.client.clients import TOKEN, check_secrecy
from tests.raw_server import raw_server


async def refused(
    server: BrokenServer, ca_file: Path | None, node: NodeAddress | None = None
) -> str:
    """The sentence for a server that gets nothing from us but handshakes."""
    client = client_trusting(node or by_name(server), ca_file)
    try:
        with pytest.raises(NodeUntrusted) as raised:
            await client.request_token("Alice", pin=Secret("1234"))
        with pytest.raises(NodeUntrusted) as of_participants:
            await client.participants(TOKEN)
        with pytest.raises(NodeUntrusted) as of_events:
            async with client.events(TOKEN, on_bytes=lambda: None):
                pass
    finally:
        await client.aclose()
    assert str(of_participants.value) == str(of_events.value) == str(raised.value)
    check_secrecy(raised.value)
    assert server.requests == []
    return str(raised.value)


@pytest.mark.fault(6)
async def test_an_authority_nobody_knows_is_named_and_how_to_trust_it(ca_file: Path) -> None:
    certificate = OTHER_AUTHORITY.issue_cert("localhost")
    async with broken_server(GOOD, showing(certificate)) as server:
        said = await refused(server, ca_file)
    assert said.startswith(f"localhost:{server.address.port} could not prove who it is: ")
    assert "by an authority this computer does not know" in said
    assert "issued by Nobody We Know, Testing CA" in said
    assert fingerprint_of(certificate) in said
    assert "If you trust its authority, add its file to the trusted authorities" in said
    assert len(said) < 5 * 80, "a few lines of a terminal"


async def test_an_authority_between_is_named_as_the_issuer(ca_file: Path) -> None:
    certificate = OTHER_AUTHORITY.create_child_ca().issue_cert("localhost")
    async with broken_server(GOOD, showing(certificate)) as server:
        said = await refused(server, ca_file)
    assert "by an authority this computer does not know" in said
    assert "issued by trustme" in said
    assert fingerprint_of(certificate) in said


@pytest.mark.fault(6)
async def test_a_self_signed_certificate_is_called_so() -> None:
    tls, fingerprint = by_itself("node.example")
    async with broken_server(GOOD, tls) as server:
        said = await refused(server, None)
    assert "self-signed" in said
    assert "issued by node.example" in said
    assert fingerprint in said
    assert "If you trust the certificate, add its file to the trusted authorities" in said


@pytest.mark.fault(7)
async def test_a_certificate_for_other_names_says_which(ca_file: Path) -> None:
    names = [f"{one}.example" for one in "abcde"]
    certificate = AUTHORITY.issue_cert(*names)
    async with broken_server(GOOD, showing(certificate)) as server:
        said = await refused(server, ca_file)
    assert "is for a.example, b.example, c.example and 2 more, not for localhost" in said
    assert "issued by Acme Meetings" in said
    assert fingerprint_of(certificate) in said
    assert "If you trust" not in said


async def test_an_address_in_the_place_of_a_name_says_so(ca_file: Path) -> None:
    async with broken_server(GOOD, server_tls()) as server:
        said = await refused(server, ca_file, server.address)
    assert "is for localhost, not for 127.0.0.1" in said


@pytest.mark.fault(7)
async def test_an_expired_certificate_says_when(ca_file: Path) -> None:
    certificate = AUTHORITY.issue_cert(
        "localhost", not_before=NOW - 9 * DAY, not_after=NOW - 2 * DAY
    )
    async with broken_server(GOOD, showing(certificate)) as server:
        said = await refused(server, ca_file)
    assert f"expired on {(NOW - 2 * DAY).date()}" in said
    assert "this computer's clock says 20" in said
    assert fingerprint_of(certificate) in said
    assert "If you trust" not in said


@pytest.mark.fault(7)
async def test_a_certificate_of_tomorrow_asks_for_this_computers_clock(ca_file: Path) -> None:
    certificate = AUTHORITY.issue_cert(
        "localhost", not_before=NOW + 2 * DAY, not_after=NOW + 9 * DAY
    )
    async with broken_server(GOOD, showing(certificate)) as server:
        said = await refused(server, ca_file)
    assert f"is not yet valid (from {(NOW + 2 * DAY).date()} on), and this computer's" in said
    assert f"clock says {datetime.now(UTC).date()}: check the clock" in said
    assert "issued by Acme Meetings" in said
    assert "If you trust" not in said


async def test_a_name_as_common_name_alone_does_not_count(tmp_path: Path) -> None:
    file = tmp_path / "node.pem"
    tls, fingerprint = by_itself("localhost", into=file, names=False)
    async with broken_server(GOOD, tls) as server:
        said = await refused(server, file)
    assert "names localhost by its common name alone, which does not count" in said
    assert "not for localhost" not in said
    assert fingerprint in said


async def test_a_certificate_without_any_name_is_for_nobody(tmp_path: Path) -> None:
    file = tmp_path / "node.pem"
    tls, fingerprint = by_itself("", organisation="Acme", into=file, names=False)
    async with broken_server(GOOD, tls) as server:
        said = await refused(server, file)
    assert "its certificate has no name in it, so it cannot be for localhost" in said
    assert "common name" not in said
    assert fingerprint in said


async def test_a_key_too_weak_is_refused_with_its_owner_named() -> None:
    tls, fingerprint = by_itself(weak=True)
    async with broken_server(GOOD, tls) as server:
        said = await refused(server, None)
    assert "key too weak" in said
    assert "issued by localhost" in said
    assert fingerprint in said


async def test_nothing_in_a_certificate_acts_on_the_terminal() -> None:
    tls, fingerprint = by_itself("\x1b[2J\u202eevil\n", organisation="W" * 64)
    async with broken_server(GOOD, tls) as server:
        said = await refused(server, None)
    assert said.isprintable()
    assert "\u241b[2Jevil" in said
    assert fingerprint in said
    assert len(said) < 400


async def test_a_node_that_shows_no_certificate_again_is_refused_without(
    ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificate_module, "LOOK_SECONDS", 0.1)
    tls = showing(OTHER_AUTHORITY.issue_cert("localhost"))
    seen: list[int] = []

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(1)
        if len(seen) > 1:
            await asyncio.Event().wait()
        await writer.start_tls(tls)

    async with raw_server(once) as port:
        with pytest.raises(NodeUntrusted, match="does not know") as raised:
            await ask(NodeAddress("https", "localhost", port), ca_file)
    assert "SHA-256" not in str(raised.value)
    assert len(seen) == 2


async def test_a_certificate_that_changes_while_looked_at_keeps_its_fingerprint_alone(
    ca_file: Path,
) -> None:
    """The second look trusts only what the first has seen, and finds another."""
    certificates = [OTHER_AUTHORITY.issue_cert("localhost") for _ in range(3)]
    contexts = iter([showing(one) for one in certificates])
    tls = showing(certificates[0])
    tls.sni_callback = lambda connection, _, __: setattr(connection, "context", next(contexts))
    async with broken_server(GOOD, tls) as server:
        with pytest.raises(NodeUntrusted) as raised:
            await ask(by_name(server), ca_file)
    assert fingerprint_of(certificates[1]) in str(raised.value)
    assert "issued by" not in str(raised.value)


@pytest.mark.fault(6)
async def test_a_ca_file_or_insecure_lets_the_node_in(ca_file: Path) -> None:
    async with broken_server(GOOD, server_tls()) as server:
        assert await ask(by_name(server), ca_file) == []
        assert await ask(server.address, None, insecure=True) == []
        assert len(server.requests) == 2


async def test_a_self_signed_certificate_that_is_given_as_the_ca_file_holds(
    tmp_path: Path,
) -> None:
    """What the message proposes has to work."""
    file = tmp_path / "node.pem"
    tls, _ = by_itself("node.example", into=file)
    async with broken_server(GOOD, tls) as server:
        assert await ask(by_name(server), file) == []
        with pytest.raises(NodeUntrusted, match="self-signed"):
            await ask(by_name(server), None)


async def test_a_ca_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(UsageFault, match=r"empty\.pem holds no usable certificates"):
        trust(tmp_path / "empty.pem", insecure=False)
    with pytest.raises(
        UsageFault, match=r"missing\.pem cannot be read: No such file or directory$"
    ):
        trust(tmp_path / "missing.pem", insecure=False)


@pytest.mark.fault(8)
async def test_a_certificate_that_changes_between_connections_gets_no_token(
    ca_file: Path,
) -> None:
    shown: list[ssl.SSLContext] = [server_tls()]
    tls = server_tls()
    tls.sni_callback = lambda connection, _, __: setattr(connection, "context", shown[-1])
    async with broken_server(GOOD, tls) as server:
        client = client_trusting(by_name(server), ca_file)
        assert await client.participants(TOKEN) == []
        shown.append(showing(OTHER_AUTHORITY.issue_cert("localhost")))
        with pytest.raises(NodeUntrusted, match="issued by Nobody We Know"):
            await client.participants(TOKEN)
        with pytest.raises(NodeUntrusted):
            async with client.events(TOKEN, on_bytes=lambda: None):
                pass
        assert len(server.requests) == 1
        shown.append(server_tls())
        assert await client.participants(TOKEN) == []
        assert len(server.requests) == 2
        await client.aclose()
