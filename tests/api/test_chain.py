"""The certificates by which a node has proved who it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from pexdash.api.chain import proof_of
from pexdash.api.tls import trust
from tests.api.broken_server import broken_server
from tests.api.client.authorities import AUTHORITY, GOOD, by_itself, by_name, server_tls

pytestmark = pytest.mark.usefixtures("no_proxies")


@pytest.fixture
def ca_file(tmp_path: Path) -> Path:
    file = tmp_path / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(str(file))
    return file


async def test_a_chain_is_told_from_the_node_to_its_root(ca_file: Path) -> None:
    async with broken_server(GOOD, tls=server_tls()) as server:
        proof = await proof_of(by_name(server), trust(ca_file, insecure=False))
    assert proof is not None
    assert proof.version.startswith("TLSv1.")
    own, root = proof.chain
    assert "trustme" in own.name
    assert "Acme Meetings" in root.name
    assert own.not_after is not None


async def test_nothing_is_told_of_a_node_that_proves_nothing(ca_file: Path) -> None:
    context, _ = by_itself()
    async with broken_server(GOOD, tls=context) as server:
        assert await proof_of(by_name(server), trust(ca_file, insecure=False)) is None
