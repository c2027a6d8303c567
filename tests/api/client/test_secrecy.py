"""No log of any library ever holds the token or the PIN."""

from __future__ import annotations

import logging

import pytest

from pexdash.api import requests as table
from pexdash.errors import NodeUnreachable, PexdashError
from pexdash.secret import Secret
from tests.api.broken_server import broken_server, http
from tests.api.client.clients import CANARY, GUARDED, TOKEN, client_of, joined, unlogged

PIN = "1234"
LIBRARIES = ["httpx", "httpcore", "httpcore.http11", "httpcore.connection", "httpcore.proxy"]


@pytest.mark.parametrize("name", LIBRARIES)
def test_the_http_libraries_say_nothing_however_loud_the_root_is(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger(name).critical("token: %s", CANARY)
    assert caplog.records == []


async def test_a_whole_visit_leaves_no_secret_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with joined(GUARDED, PIN) as (_, client, token):
            await client.participants(token)
            await client.call(table.LOCK, token.secret)
            async with client.events(token, on_bytes=lambda: None) as stream:
                await anext(stream)
            fresh = await client.refresh_token(token)
            await client.release_token(fresh)
            secrets = [token.secret.reveal(), fresh.secret.reveal()]
    check(caplog, *secrets, f"'{PIN}'", f"pin: {PIN}")


@pytest.mark.parametrize(
    "answer",
    [
        http("200 OK", b"null", f"x: {CANARY}"),
        http("302 Found", b"", f"location: http://{CANARY}/"),
        f"HTTP/1.1 200 {CANARY}\x00\r\n\r\n".encode(),
        b"",
    ],
)
async def test_a_failure_leaves_no_secret_in_a_log(
    answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with broken_server(answer) as server, client_of(server) as client:
            with pytest.raises(PexdashError):
                await client.participants(TOKEN)
    check(caplog, CANARY)


def check(caplog: pytest.LogCaptureFixture, *secrets: str) -> None:
    for record in caplog.records:
        assert record.name.partition(".")[0] not in ("httpx", "httpcore")
        for secret in secrets:
            assert secret not in f"{record.getMessage()} {record.args!r}"


async def test_neither_client_nor_token_nor_error_shows_a_secret() -> None:
    async with broken_server(b"") as server, client_of(server) as client:
        with pytest.raises(NodeUnreachable) as raised:
            await client.participants(TOKEN)
        with pytest.raises(PexdashError) as joining:
            await client.request_token("Alice", pin=Secret(CANARY))
        shown = [repr(client), repr(client._http), repr(vars(client)), repr(TOKEN), str(TOKEN)]
    for text in [*shown, *unlogged(raised.value), *unlogged(joining.value)]:
        assert CANARY not in text
