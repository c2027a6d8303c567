"""Answers without end, and in encodings nobody asked for."""

from __future__ import annotations

import gzip

import pytest

from pexdash.api import client as client_module
from pexdash.api import requests as table
from pexdash.errors import (
    BadAnswer,
)
from tests.api.broken_server import broken_server, http
from tests.api.client.clients import (
    TOKEN,
    client_of,
)


@pytest.mark.parametrize("packed", [False, True])
async def test_an_answer_without_end_is_given_up(
    packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "ANSWER_LIMIT", 1000)
    body = b'{"result": "' + b"x" * 2000 + b'"}'
    answer = http("200 OK", body)
    if packed:
        answer = http("200 OK", gzip.compress(body), "content-encoding: gzip")
    async with broken_server(answer) as server, client_of(server) as client:
        with pytest.raises(BadAnswer, match="more than 1000 bytes"):
            await client.call(table.LOCK, TOKEN.secret)
        with pytest.raises(BadAnswer, match="more than 1000 bytes"):
            await client.participants(TOKEN)


async def test_a_packed_answer_is_read() -> None:
    body = gzip.compress(b'{"result": [{"uuid": "a"}]}')
    answer = http("200 OK", body, "content-encoding: gzip")
    async with broken_server(answer) as server, client_of(server) as client:
        assert [one.uuid for one in await client.participants(TOKEN)] == ["a"]
