"""Many clients over the same connections, and what closes which."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import AsyncExitStack

import trustme

from pexdash.api.address import parse_node
from pexdash.api.client import NodeClient
from pexdash.api.http.connections import Connections
from pexdash.api.requests import LOCK
from pexdash.api.stream import EventStream
from pexdash.api.token import Token
from pexdash.model import events
from pexdash.model.participant import Role
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.secret import Secret
from tests.api.broken_server import broken_server, http

ALIAS = "meet"
MANY = 100
TOKEN = Token(Secret("t=="), 120.0, "me", Role.HOST, "Alice", "conference", True, "36")


def no_tls() -> ssl.SSLContext:
    raise AssertionError("certificates are not read for plain HTTP")


async def listed(stream: EventStream) -> bool:
    """Read on until the participant list has been sent; whether it was."""
    async for together in stream:
        if events.SyncEnded() in together:
            return True
    return False


async def test_no_stream_waits_for_another() -> None:
    connections = Connections(no_tls)
    async with EmbeddedNode(ConferenceSettings(ALIAS)) as node, AsyncExitStack() as opened:
        address = parse_node(node.url)
        opened.push_async_callback(connections.aclose)

        async def watch() -> bool:
            client = NodeClient(address, ALIAS, connections=connections)
            opened.push_async_callback(client.aclose)
            token = await client.request_token("Alice")
            return await listed(
                await opened.enter_async_context(client.events(token, on_bytes=lambda: None))
            )

        assert all(await asyncio.gather(*(watch() for _ in range(MANY))))


async def test_closing_a_client_leaves_the_others_their_connections() -> None:
    connections = Connections(no_tls)
    async with EmbeddedNode(ConferenceSettings(ALIAS)) as node:
        one, other = (
            NodeClient(parse_node(node.url), ALIAS, connections=connections) for _ in range(2)
        )
        await one.request_token("Alice")
        token = await other.request_token("Bob")
        async with other.events(token, on_bytes=lambda: None) as stream:
            await one.aclose()
            assert await listed(stream)
            assert await other.participants(token)
        await other.aclose()
        await connections.aclose()


async def test_certificates_are_read_once() -> None:
    authority = trustme.CA()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(serving)
    asked = 0

    def tls() -> ssl.SSLContext:
        nonlocal asked
        asked += 1
        context = ssl.create_default_context()
        authority.configure_trust(context)
        return context

    connections = Connections(tls)
    async with broken_server(http("200 OK", b'{"result": true}'), serving) as server:
        for _ in range(3):
            client = NodeClient(server.address, ALIAS, connections=connections)
            assert await client.call(LOCK, TOKEN.secret) is True
            await client.aclose()
    await connections.aclose()
    assert asked == 1
