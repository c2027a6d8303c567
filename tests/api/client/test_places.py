"""Alias and uuids stay in their place of the path, or nothing is sent."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.api import requests as table
from pexdash.api.address import About
from pexdash.api.requests import REQUESTS, Request
from pexdash.errors import (
    Refused,
    UsageFault,
)
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.text import trimmed
from tests.api.broken_server import broken_server, http
from tests.api.client.clients import (
    ALIAS,
    OPEN,
    PATH,
    TOKEN,
    client_of,
    joined,
    segments_of,
)


@pytest.mark.fault(105)
@pytest.mark.parametrize("alias", ["a/../b?x#y", "Büro 7", "🚀", "%2e%2e", "a;b=c", "x" * 256])
async def test_an_alias_cannot_leave_its_place(alias: str) -> None:
    async with EmbeddedNode(ConferenceSettings(alias)) as node, client_of(node, alias) as client:
        token = await client.request_token("Alice")
        assert await client.call(table.LOCK, token.secret) is True
        assert node.conference(alias).locked
        assert node.received[-1].path.count("/") == 6


@pytest.mark.parametrize("alias", ["", "..", ".", "x" * 10_000, "a\r\nb", "\ud800"])
async def test_an_alias_that_is_none_sends_nothing(alias: str) -> None:
    async with EmbeddedNode(OPEN) as node, client_of(node, alias) as client:
        with pytest.raises(UsageFault):
            await client.request_token("Alice")
        assert node.received == []


@pytest.mark.parametrize("uuid", ["../lock", "a/../../b?x#y", "..%2f..", "🚀", "a\r\nb", "\ud800"])
async def test_a_uuid_cannot_leave_its_place(uuid: str) -> None:
    async with joined() as (node, client, token):
        with pytest.raises(Refused, match="Participant not found"):
            await client.call(table.MUTE, token.secret, About(uuid))
        path = node.received[-1].path
        assert path.startswith(f"{PATH}/participants/")
        assert path.endswith("/mute")
        assert path.count("/") == 8
        assert not node.conference(ALIAS).locked


@pytest.mark.parametrize("uuid", ["", "..", "x" * 10_000])
async def test_a_uuid_that_is_none_sends_nothing(uuid: str) -> None:
    async with joined() as (node, client, token):
        node.received.clear()
        with pytest.raises(UsageFault):
            await client.call(table.MUTE, token.secret, About(uuid))
        assert node.received == []


_HOSTILE = ["/", "\\", "?", "#", "%", "%2f", "%2F", "%252f", "..", ".", ";", "@", ":", "//", "a"]
_ODD = [" ", "+", "&", "=", "~", "é", "🚀", "\u202e", "\x00", "\r\n", "\t", "\x7f", "\ud800"]
PIECES = st.sampled_from([*_HOSTILE, *_ODD, "http://a/"])
TEXTS = st.text(max_size=20) | st.lists(PIECES, max_size=6).map("".join)


@pytest.mark.fault(105)
def test_no_text_leaves_its_place_in_what_arrives() -> None:
    """What the node reads, after all that the HTTP library does to a path."""
    with asyncio.Runner() as runner, ExitStack() as stack:
        serving = broken_server(http("200 OK", b'{"result": true}'))
        server = runner.run(serving.__aenter__())
        stack.callback(lambda: runner.run(serving.__aexit__(None, None, None)))

        @given(TEXTS, st.builds(About, TEXTS, TEXTS, TEXTS, TEXTS), st.sampled_from(REQUESTS))
        def check(alias: str, about: About, request: Request) -> None:
            server.requests.clear()
            try:
                runner.run(send(alias, about, request))
            except UsageFault:
                assert server.requests == []
                return
            (received,) = server.requests
            method, target, version = received.partition(b"\r\n")[0].split(b" ")
            assert (method.decode(), version) == (request.method, b"HTTP/1.1")
            segments = target.decode("ascii").split("/")
            assert segments[:4] == ["", "api", "client", "v2"]
            expected = segments_of(request, trimmed(alias), about)
            for segment, name in zip(segments[4:], expected, strict=True):
                assert not set(segment) & set("?#;\\")
                assert unquote(segment) == name.encode("utf-8", "replace").decode()

        async def send(alias: str, about: About, request: Request) -> None:
            async with client_of(server, alias) as client:
                await client.call(request, TOKEN.secret, about)

        check()
