"""What the client sends: every request of the table once, its head, its body and its path."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from pexdash.api import requests as table
from pexdash.api.requests import REQUESTS, Request, Result
from pexdash.api.status import status_of
from pexdash.api.stream import EventStream
from pexdash.errors import (
    TokenRefused,
)
from pexdash.model import events
from pexdash.model.participant import Role
from pexdash.model.status import Classification, ConferenceStatus
from tests.api.broken_server import broken_server, http
from tests.api.client.clients import (
    ABOUT,
    ALIAS,
    CANARY,
    PATH,
    STREAM,
    TOKEN,
    body_of,
    client_of,
    joined,
    segments_of,
)


@pytest.mark.parametrize(
    "request_",
    [one for one in REQUESTS if one.result not in (Result.EVENTS, Result.PICTURE)],
    ids=lambda one: f"{one.scope.value} {one.name}",
)
async def test_every_request_as_the_guide_has_it(request_: Request) -> None:
    async with (
        broken_server(http("200 OK", b'{"result": true}')) as server,
        client_of(server) as client,
    ):
        assert await client.call(request_, TOKEN.secret, ABOUT, body=body_of(request_))
    (received,) = server.requests
    head, _, body = received.decode().partition("\r\n\r\n")
    first, *headers = head.split("\r\n")
    path = "/".join(quote(one, safe="") for one in segments_of(request_, ALIAS))
    assert first == f"{request_.method} /api/client/v2/{path} HTTP/1.1"
    assert f"token: {CANARY}" in headers
    if request_.body:
        assert "content-type: application/json" in headers
        assert json.loads(body) == body_of(request_)
    else:
        assert "content-type" not in head
        assert body == ""


async def test_the_head_of_a_request() -> None:
    async with (
        broken_server(http("200 OK", b'{"result": true}')) as server,
        client_of(server) as client,
    ):
        await client.call(table.LOCK, TOKEN.secret)
        head = server.requests[0].lower().split(b"\r\n")
        assert head[0] == f"post {PATH}/lock http/1.1".lower().encode()
        assert f"token: {CANARY}".lower().encode() in head
        assert b"content-length: 0" in head
        assert not any(line.startswith((b"content-type", b"authorization")) for line in head)


async def through_list(stream: EventStream) -> list[events.Event]:
    """The events up to those that came with the end of the participant list."""
    seen: list[events.Event] = []
    while events.SyncEnded() not in seen:
        seen += await anext(stream)
    return seen


STATUS = ConferenceStatus(
    locked=False,
    guests_muted=False,
    started=True,
    presentation_allowed=True,
    guests_can_unmute=False,
    guests_can_present=True,
    live_captions_available=False,
    classification=Classification(),
    message_text="",
    pinning_config="",
    chat_enabled=True,
)


async def test_joining_watching_and_leaving() -> None:
    async with joined() as (node, client, token):
        assert (token.role, token.display_name, token.expires) == (Role.HOST, "Alice", 120)
        people = await client.participants(token)
        assert len(people) == 4
        assert token.participant_uuid in [one.uuid for one in people]
        status = await client.call(table.CONFERENCE_STATUS, token.secret)
        assert status_of(status) == STATUS
        async with client.events(token, on_bytes=lambda: None) as stream:
            seen = await through_list(stream)
        created = [one.participant for one in seen if isinstance(one, events.ParticipantCreated)]
        assert created == people
        assert events.SyncBegun() in seen
        fresh = await client.refresh_token(token)
        assert fresh.secret != token.secret
        assert fresh.participant_uuid == token.participant_uuid
        with pytest.raises(TokenRefused):
            await client.participants(token)
        await client.release_token(fresh)
        assert token.participant_uuid not in node.conference(ALIAS).participants


async def test_the_event_stream_is_asked_for_by_header_alone() -> None:
    async with joined() as (node, client, token):
        async with client.events(token, on_bytes=lambda: None) as stream:
            await anext(stream)
        received = node.received[-1]
        assert (received.method, received.path) == ("GET", f"{PATH}/events")
        assert (received.query, received.token) == ("", token.secret.reveal())


@pytest.mark.parametrize(
    ("last_id", "sent"),
    [
        ("", b""),
        ("MTBfMg==", b"MTBfMg=="),
        ("a b", b"a b"),
        ("x" * 1000, b"x" * 1000),
        *((lost, b"") for lost in ("a\r\nb: c", "é", "\0", "\x7f", " a", "a ", "x" * 1001)),
    ],
)
async def test_the_head_of_an_event_stream(last_id: str, sent: bytes) -> None:
    async with broken_server(http("200 OK", b"", STREAM)) as server, client_of(server) as client:
        async with client.events(TOKEN, on_bytes=lambda: None, last_id=last_id) as stream:
            assert [together async for together in stream] == []
        head = server.requests[0].split(b"\r\n")
        assert b"accept: text/event-stream" in [line.lower() for line in head]
        assert b"accept-encoding: identity" in [line.lower() for line in head]
        assert sum(line.lower().startswith(b"accept:") for line in head) == 1
        ids = [line.partition(b": ")[2] for line in head if line.lower().startswith(b"last-event")]
        assert ids == ([sent] if sent else [])


@pytest.mark.parametrize("text", ["[/] ü 🚀\n", "\x1b[2J", "half a \udcfc character", '"\\'])
async def test_text_is_sent_as_it_was_typed(text: str) -> None:
    async with joined() as (node, client, token):
        await client.call(table.MESSAGE, token.secret, body={"payload": text})
        assert json.loads(node.received[-1].body) == {"payload": text.replace("\udcfc", "?")}
