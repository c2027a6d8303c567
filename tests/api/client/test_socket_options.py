"""The system watches every connection to a node for the other end being gone."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from pexdash.api.client import NodeClient
from pexdash.api.http.socket_options import SOCKET_OPTIONS
from tests.api.broken_server import broken_server
from tests.api.client.authorities import GOOD, by_name, client_trusting, server_tls
from tests.api.client.clients import client_of

WANTED = {
    "TCP_KEEPIDLE": 15,
    "TCP_KEEPALIVE": 15,
    "TCP_KEEPINTVL": 5,
    "TCP_KEEPCNT": 3,
    "TCP_USER_TIMEOUT": 20_000,
}


async def check_options(client: NodeClient) -> None:
    async with client._http.stream("GET", "/") as response:
        connection = response.extensions["transport"].get_extra_info("socket")
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        for name, value in WANTED.items():
            if hasattr(socket, name):
                assert connection.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) == value


@pytest.mark.fault(15)
async def test_a_plain_connection_is_watched() -> None:
    async with broken_server(GOOD) as server, client_of(server) as client:
        await check_options(client)


@pytest.mark.fault(15)
async def test_a_connection_of_tls_is_watched(ca_file: Path) -> None:
    async with broken_server(GOOD, server_tls()) as server:
        client = client_trusting(by_name(server), ca_file)
        await check_options(client)
        await client.aclose()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux has all of them")
def test_linux_has_every_option() -> None:
    assert len(SOCKET_OPTIONS) == 5
