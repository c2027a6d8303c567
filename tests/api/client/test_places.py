"""Alias and uuids stay in their place of the path, or nothing is sent."""

from __future__ import annotations

import pytest

from pexdash.api import requests as table
from pexdash.errors import (
    Refused,
    UsageFault,
)
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.api.client.clients import (
    ALIAS,
    OPEN,
    PATH,
    client_of,
    joined,
)


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
            await client.call(table.MUTE, token.secret, participant=uuid)
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
            await client.call(table.MUTE, token.secret, participant=uuid)
        assert node.received == []
