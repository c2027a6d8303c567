"""The client over real sockets, against the embedded node and against servers that are none."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from pexdash.api import client as client_module
from pexdash.api import requests as table
from pexdash.api.address import NodeAddress, parse_node
from pexdash.api.client import PICTURE_LIMIT, NodeClient
from pexdash.api.requests import REQUESTS, Request, Result, Scope
from pexdash.api.sse import StreamLimit
from pexdash.api.tls import trust
from pexdash.api.token import Token
from pexdash.errors import (
    AnswerLost,
    BadAnswer,
    ExtensionRequired,
    NodeFault,
    NodeUnavailable,
    NodeUnreachable,
    NodeUntrusted,
    NoSuchConference,
    PexdashError,
    PinRequired,
    Refused,
    TokenRefused,
    UsageFault,
)
from pexdash.model import events
from pexdash.model.participant import Role
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.secret import Secret
from tests.api.broken_server import Answer, BrokenServer, broken_server, hang_up, http, silence

ALIAS = "meet.alice@example.com"
PATH = "/api/client/v2/conferences/meet.alice%40example.com"
OPEN = ConferenceSettings(ALIAS, participants=3)
GUARDED = ConferenceSettings(ALIAS, host_pin="1234", guest_pin="9999")
HALF_GUARDED = ConferenceSettings(ALIAS, host_pin="1234")
CANARY = "b3duZXI9Canary=="
TOKEN = Token(Secret(CANARY), 120.0, "me", Role.HOST, "Alice", "conference", True, "36")
AUTHORITY = trustme.CA()
GZIP = "content-encoding: gzip"


def no_tls() -> ssl.SSLContext:
    raise AssertionError("certificates are not read for plain HTTP")


@asynccontextmanager
async def client_of(
    node: EmbeddedNode | BrokenServer, alias: str = ALIAS
) -> AsyncIterator[NodeClient]:
    address = node.address if isinstance(node, BrokenServer) else parse_node(node.url)
    client = NodeClient(address, alias, tls=no_tls)
    try:
        yield client
    finally:
        await client.aclose()


@asynccontextmanager
async def joined(
    settings: ConferenceSettings = OPEN, pin: str = ""
) -> AsyncIterator[tuple[EmbeddedNode, NodeClient, Token]]:
    """A node, and a client that is in."""
    async with EmbeddedNode(settings) as node, client_of(node) as client:
        yield node, client, await client.request_token("Alice", pin=Secret(pin) if pin else None)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "ANSWER_SECONDS", 0.1)


def unlogged(error: BaseException) -> Iterator[str]:
    """What an error and all it came from show of themselves."""
    seen: BaseException | None = error
    while seen is not None:
        yield f"{seen} {seen!r} {getattr(seen, 'reason', '')}"
        seen = seen.__cause__ or seen.__context__


def check_secrecy(error: PexdashError) -> None:
    for text in unlogged(error):
        assert CANARY not in text
    assert str(error)
    assert str(error).isprintable()


MIDDLE = {
    Scope.CONFERENCE: "",
    Scope.PARTICIPANT: "/participants/p-1",
    Scope.CALL: "/participants/p-1/calls/c-1",
}


def body_of(request: Request) -> dict[str, str | int] | None:
    body: dict[str, str | int] = {
        field.name: 512 if field.number else field.choices[0] if field.choices else "x"
        for field in request.body
    }
    return body or None


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
        assert await client.call(
            request_, TOKEN.secret, participant="p-1", call="c-1", body=body_of(request_)
        )
    (received,) = server.requests
    head, _, body = received.decode().partition("\r\n\r\n")
    first, *headers = head.split("\r\n")
    assert first == (f"{request_.method} {PATH}{MIDDLE[request_.scope]}/{request_.name} HTTP/1.1")
    assert f"token: {CANARY}" in headers
    if request_.body:
        assert "content-type: application/json" in headers
        assert json.loads(body) == body_of(request_)
    else:
        assert "content-type" not in head
        assert body == ""


PICTURE = b"\xff\xd8 any bytes \x00"


@pytest.mark.parametrize("kind", ["image/jpeg", "image/png", "IMAGE/JPEG; charset=x"])
@pytest.mark.parametrize(
    ("request_", "participant", "frame_id", "target"),
    [
        (table.AVATAR, "p-1", "", "/participants/p-1/avatar.jpg"),
        (table.PRESENTATION, "", "", "/presentation.jpeg"),
        (table.PRESENTATION, "", "MTA_8=&x", "/presentation.jpeg?id=MTA_8%3D%26x"),
    ],
)
async def test_a_picture_by_its_id_and_the_token_as_a_header(
    request_: Request, participant: str, frame_id: str, target: str, kind: str
) -> None:
    async with (
        broken_server(http("200 OK", PICTURE, f"content-type: {kind}")) as server,
        client_of(server) as client,
    ):
        taken = await client.picture(
            request_, TOKEN.secret, participant=participant, frame_id=frame_id
        )
    assert taken == PICTURE
    (received,) = server.requests
    first, *headers = received.decode().split("\r\n")
    assert first == f"GET {PATH}{target} HTTP/1.1"
    assert f"token: {CANARY}" in headers
    assert "accept-encoding: identity" in headers
    assert CANARY not in first


JPEG_HEAD = "content-type: image/jpeg"
NO_PICTURES: list[tuple[bytes, type[PexdashError]]] = [
    (http("200 OK", b"<html>", "content-type: text/html"), BadAnswer),
    (http("200 OK", b'{"result": true}', "content-type: application/json"), BadAnswer),
    (http("200 OK", b"GIF89a", "content-type: image/gif"), BadAnswer),
    (http("200 OK", PICTURE), BadAnswer),
    (http("200 OK", b"", JPEG_HEAD), BadAnswer),
    (http("200 OK", b"x" * (PICTURE_LIMIT + 1), JPEG_HEAD), BadAnswer),
    (http("200 OK", gzip.compress(bytes(PICTURE_LIMIT + 1)), JPEG_HEAD, GZIP), BadAnswer),
    (http("204 No Content"), BadAnswer),
    (http("302 Found", b"", "location: http://127.0.0.1:1/"), BadAnswer),
    (http("404 Not Found", b'{"status": "failed", "result": "No image available"}'), Refused),
    (http("404 Not Found", b"<html>"), Refused),
    (http("403 Forbidden", b'{"status": "success", "result": "Invalid token"}'), TokenRefused),
    (http("403 Forbidden", b'{"status": "success", "result": "Invalid role"}'), Refused),
    (http("503 Unavailable", b"busy"), NodeUnavailable),
]


@pytest.mark.parametrize(("answer", "error"), NO_PICTURES)
async def test_pictures_that_are_none(answer: bytes, error: type[PexdashError]) -> None:
    async with broken_server(answer) as server, client_of(server) as client:
        with pytest.raises(error) as raised:
            await client.picture(table.AVATAR, TOKEN.secret, participant="p-1")
    assert raised.type is error
    check_secrecy(raised.value)


async def test_the_largest_picture_is_read_whole() -> None:
    largest = bytes(PICTURE_LIMIT)
    async with (
        broken_server(http("200 OK", largest, JPEG_HEAD)) as server,
        client_of(server) as client,
    ):
        assert await client.picture(table.PRESENTATION, TOKEN.secret) == largest


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


async def test_joining_watching_and_leaving() -> None:
    async with joined() as (node, client, token):
        assert (token.role, token.display_name, token.expires) == (Role.HOST, "Alice", 120)
        people = await client.participants(token)
        assert len(people) == 4
        assert token.participant_uuid in [one.uuid for one in people]
        assert await client.conference_status(token) == events.ConferenceUpdated(False, False, True)
        async with client.events(token, on_bytes=lambda: None) as stream:
            seen = [await anext(stream) for _ in range(8)]
        created = [one.participant for one in seen if isinstance(one, events.ParticipantCreated)]
        assert created == people
        assert events.SyncBegun() in seen
        assert events.SyncEnded() in seen
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


STREAM = "content-type: text/event-stream"


@pytest.mark.parametrize(
    ("last_id", "sent"),
    [("", b""), ("MTBfMg==", b"MTBfMg=="), ("a\r\nb: c", b""), ("é", b""), ("\0", b"")],
)
async def test_the_head_of_an_event_stream(last_id: str, sent: bytes) -> None:
    async with broken_server(http("200 OK", b"", STREAM)) as server, client_of(server) as client:
        async with client.events(TOKEN, on_bytes=lambda: None, last_id=last_id) as stream:
            assert [one async for one in stream] == []
        head = server.requests[0].split(b"\r\n")
        assert b"accept: text/event-stream" in [line.lower() for line in head]
        assert b"accept-encoding: identity" in [line.lower() for line in head]
        assert sum(line.lower().startswith(b"accept:") for line in head) == 1
        ids = [line.partition(b": ")[2] for line in head if line.lower().startswith(b"last-event")]
        assert ids == ([sent] if sent else [])


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


@pytest.mark.parametrize("text", ["[/] ü 🚀\n", "\x1b[2J", "half a \udcfc character", '"\\'])
async def test_text_is_sent_as_it_was_typed(text: str) -> None:
    async with joined() as (node, client, token):
        await client.call(table.MESSAGE, token.secret, body={"payload": text})
        assert json.loads(node.received[-1].body) == {"payload": text.replace("\udcfc", "?")}


# Refusals


async def test_pins() -> None:
    async with EmbeddedNode(GUARDED) as node, client_of(node) as client:
        with pytest.raises(PinRequired) as asked:
            await client.request_token("Alice")
        assert (asked.value.guest_needs_pin, asked.value.wrong) == (True, False)
        with pytest.raises(PinRequired) as asked:
            await client.request_token("Alice", pin=Secret("0000"))
        assert (asked.value.guest_needs_pin, asked.value.wrong) == (True, True)
        assert (await client.request_token("Alice", pin=Secret("1234"))).role is Role.HOST
        assert (await client.request_token("Gus", pin=Secret("9999"))).role is Role.GUEST


async def test_a_guest_without_pin() -> None:
    async with EmbeddedNode(HALF_GUARDED) as node, client_of(node) as client:
        with pytest.raises(PinRequired) as asked:
            await client.request_token("Gus")
        assert not asked.value.guest_needs_pin
        assert (await client.request_token("Gus", pin=Secret("none"))).role is Role.GUEST


@pytest.mark.parametrize(
    "pin", ["pïn-Canary", "12\n34-Canary", "\0Canary", "\ud800Canary", " Canary"]
)
async def test_a_pin_no_header_can_carry_is_a_wrong_one_and_not_shown(pin: str) -> None:
    async with EmbeddedNode(GUARDED) as node, client_of(node) as client:
        with pytest.raises(PinRequired) as raised:
            await client.request_token("Alice", pin=Secret(pin))
        assert raised.value.wrong
        assert node.received == []
        for text in unlogged(raised.value):
            assert "Canary" not in text


async def test_no_such_conference() -> None:
    async with EmbeddedNode(OPEN) as node, client_of(node, "nobody@example.com") as client:
        with pytest.raises(NoSuchConference, match="Neither conference nor gateway found"):
            await client.request_token("Alice")


@pytest.mark.parametrize(
    "shape",
    [
        {"conference_extension": "standard"},
        {"conference_extension": "required", "conference_extension_type": "mssip"},
    ],
)
async def test_a_virtual_reception_in_both_shapes(shape: dict[str, str]) -> None:
    async with EmbeddedNode(OPEN) as node, client_of(node) as client:
        node.faults.answer("request_token", 403, {"status": "success", "result": shape})
        with pytest.raises(ExtensionRequired):
            await client.request_token("Alice")
        await client.request_token("Alice", extension="meet.bob")
        assert json.loads(node.received[-1].body) == {
            "display_name": "Alice",
            "conference_extension": "meet.bob",
        }


async def test_what_a_guest_may_not_do() -> None:
    async with joined(HALF_GUARDED, "none") as (_, client, token):
        with pytest.raises(Refused, match="Invalid role") as raised:
            await client.call(table.LOCK, token.secret)
        assert (raised.value.status, raised.value.reason) == (403, "Invalid role")
        assert not isinstance(raised.value, TokenRefused)


async def test_a_dead_token_is_not_shown() -> None:
    async with EmbeddedNode(OPEN) as node, client_of(node) as client:
        for ask in (client.participants, client.refresh_token, client.conference_status):
            with pytest.raises(TokenRefused) as raised:
                await ask(TOKEN)
            check_secrecy(raised.value)
        with pytest.raises(TokenRefused) as raised:
            async with client.events(TOKEN, on_bytes=lambda: None):
                pass
        check_secrecy(raised.value)


REFUSED_ANSWERS: list[tuple[bytes, type[PexdashError]]] = [
    (
        http("502 Bad Gateway", b"<html><h1>502</h1></html>", "content-type: text/html"),
        NodeUnavailable,
    ),
    (http("429 Too Many Requests", b"", "retry-after: 7"), NodeUnavailable),
    (http("200 OK", b"<html>Welcome</html>", "content-type: text/html"), BadAnswer),
    (http("200 OK", b'{"status": "success", "result": false}'), Refused),
    (http("200 OK", b'{"status": "failure", "result": "no"}'), Refused),
    (b"HTTP/1.1 204 No Content\r\n\r\n", BadAnswer),
    (http("200 OK"), BadAnswer),
    (http("200 OK", b"null"), BadAnswer),
    (http("200 OK", b"[]"), BadAnswer),
    (http("200 OK", b"[" * 100_000), BadAnswer),
    (http("200 OK", b"\xff\xfe\x00"), BadAnswer),
    (http("302 Found", b"", "location: http://127.0.0.1:1/"), BadAnswer),
    (http("307 Temporary Redirect", b""), BadAnswer),
    (http("200 OK", b"not gzip", "content-encoding: gzip"), BadAnswer),
    (http("404 Not Found", b"<html>nginx</html>"), BadAnswer),
    (http("403 Forbidden", b'{"status": "success", "result": "\\u001b[2J"}'), Refused),
]


@pytest.mark.parametrize("request_", [table.LOCK, table.PARTICIPANTS], ids=["POST", "GET"])
@pytest.mark.parametrize(("answer", "error"), REFUSED_ANSWERS)
async def test_answers_that_are_none(
    answer: bytes, error: type[PexdashError], request_: Request
) -> None:
    async with broken_server(answer) as server, client_of(server) as client:
        with pytest.raises(error) as raised:
            await client.call(request_, TOKEN.secret)
        assert type(raised.value) is error
        check_secrecy(raised.value)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("answer", "error"), [one for one in REFUSED_ANSWERS if b"200 OK" not in one[0]]
)
async def test_event_streams_that_are_none(answer: bytes, error: type[PexdashError]) -> None:
    async with broken_server(answer) as server, client_of(server) as client:
        with pytest.raises(error) as raised:
            async with client.events(TOKEN, on_bytes=lambda: None):
                pass
        check_secrecy(raised.value)


async def test_retry_after_is_told() -> None:
    answer = http("429 Too Many Requests", b"", "retry-after: 7")
    async with broken_server(answer) as server, client_of(server) as client:
        with pytest.raises(NodeUnavailable) as raised:
            await client.call(table.LOCK, TOKEN.secret)
        assert raised.value.retry_after == 7


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 X", "308 X"])
async def test_a_redirect_takes_the_token_nowhere(status: str) -> None:
    async with broken_server(http("200 OK", b'{"result": true}')) as elsewhere:
        answer = http(status, b"", f"location: {elsewhere.address.url}/api")
        async with broken_server(answer) as server, client_of(server) as client:
            for request in (table.LOCK, table.PARTICIPANTS):
                with pytest.raises(BadAnswer, match="redirects"):
                    await client.call(request, TOKEN.secret)
            with pytest.raises(BadAnswer, match="redirects"):
                async with client.events(TOKEN, on_bytes=lambda: None):
                    pass
        assert elsewhere.requests == []


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


# Answers that do not come


async def trickle(writer: asyncio.StreamWriter) -> None:
    """A body that comes so slowly that no single wait is long."""
    writer.write(b"HTTP/1.1 500 Oops\r\ncontent-length: 1000000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.01)


async def half(writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"result"')
    await writer.drain()


async def nonsense(writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
    await writer.drain()


@pytest.mark.parametrize("answer", [silence, trickle, hang_up, half, nonsense])
async def test_a_lost_answer(answer: Answer, impatient: None) -> None:
    async with broken_server(answer) as server, client_of(server) as client:
        with pytest.raises(AnswerLost, match="may or may not") as lost:
            await client.call(table.LOCK, TOKEN.secret)
        check_secrecy(lost.value)
        assert len(server.requests) == 1, "what changes something is sent once"
        with pytest.raises(NodeUnreachable) as raised:
            await client.participants(TOKEN)
        check_secrecy(raised.value)
        with pytest.raises(AnswerLost):
            await client.request_token("Alice")


@pytest.mark.parametrize("answer", [silence, trickle, hang_up, nonsense])
async def test_an_event_stream_that_does_not_open(answer: Answer, impatient: None) -> None:
    async with broken_server(answer) as server, client_of(server) as client:
        with pytest.raises(NodeUnreachable) as raised:
            async with client.events(TOKEN, on_bytes=lambda: None):
                pass
        check_secrecy(raised.value)


async def test_a_late_answer_was_carried_out(impatient: None) -> None:
    async with joined() as (node, client, token):
        node.faults.hold("lock")
        with pytest.raises(AnswerLost):
            await client.call(table.LOCK, token.secret)
        assert node.conference(ALIAS).locked


async def test_giving_up_is_no_error_of_the_node() -> None:
    async with broken_server(silence) as server, client_of(server) as client:
        asking = asyncio.create_task(client.call(table.LOCK, TOKEN.secret))
        await asyncio.sleep(0.02)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize("request_", [table.LOCK, table.PARTICIPANTS], ids=["POST", "GET"])
async def test_nobody_listens(request_: Request) -> None:
    client = NodeClient(NodeAddress("http", "127.0.0.1", closed_port()), ALIAS, tls=no_tls)
    with pytest.raises(NodeUnreachable, match="cannot be reached") as raised:
        await client.call(request_, TOKEN.secret)
    check_secrecy(raised.value)
    await client.aclose()


# Event streams


def chunked(*chunks: bytes, end: bytes = b"") -> Answer:
    """An event stream in these chunks, ended in good order by `end` 0-chunk or cut off."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\n{STREAM}\r\ntransfer-encoding: chunked\r\n\r\n".encode())
        for chunk in chunks:
            writer.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            await writer.drain()
            await asyncio.sleep(0.01)
        writer.write(end)
        await writer.drain()

    return answer


async def collect(
    client: NodeClient, heard: Callable[[], None] = lambda: None
) -> list[events.Event]:
    """The events up to the end of the stream; the error of a broken one has them as notes."""
    seen: list[events.Event] = []
    async with client.events(TOKEN, on_bytes=heard) as stream:
        try:
            async for event in stream:
                seen.append(event)
        except PexdashError as error:
            error.add_note(repr(seen))
            raise
    return seen


HELLO = b"event: presentation_stop\ndata: null\n\n"


async def test_a_stream_that_ends_in_good_order_just_ends() -> None:
    heard: list[int] = []
    server_answer = chunked(b": ping\n", HELLO, b"event: refresh_token\n\n", end=b"0\r\n\r\n")
    async with broken_server(server_answer) as server, client_of(server) as client:
        seen = await collect(client, lambda: heard.append(1))
    assert seen == [events.PresentationStopped(), events.RefreshDemanded()]
    assert len(heard) == 3


async def test_a_tap_hears_events_as_they_came_and_before_they_are_told() -> None:
    sent = b'event: hello\nid: 1_1\n\nevent: stage\ndata: {"no JSON\n\n' + HELLO
    told: list[object] = []
    async with (
        broken_server(chunked(sent, end=b"0\r\n\r\n")) as server,
        client_of(server) as client,
        client.events(TOKEN, on_bytes=lambda: None, tap=lambda *raw: told.append(raw)) as stream,
    ):
        async for event in stream:
            told.append(type(event))
    assert told == [
        ("hello", "", "1_1"),
        events.UnknownEvent,
        ("stage", '{"no JSON', "1_1"),  # The last id stands until another comes (WHATWG HTML).
        events.UnknownEvent,
        ("presentation_stop", "null", "1_1"),
        events.PresentationStopped,
    ]


@pytest.mark.parametrize("end", [b"", b"ff\r\nhalf a chunk", b"nonsense\r\n"])
async def test_a_stream_that_breaks_is_unreachable_after_its_events(end: bytes) -> None:
    half_an_event = b"event: disconnect\ndata: {}\n"
    async with (
        broken_server(chunked(HELLO, half_an_event, end=end)) as server,
        client_of(server) as client,
    ):
        with pytest.raises(NodeUnreachable) as raised:
            await collect(client)
    assert raised.value.__notes__ == [repr([events.PresentationStopped()])]
    check_secrecy(raised.value)


async def test_an_event_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def flood(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\n{STREAM}\r\n\r\ndata: ".encode())
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    async with broken_server(flood) as server, client_of(server) as client:
        with pytest.raises(StreamLimit):
            await collect(client)


@pytest.mark.parametrize(
    "headers",
    [
        [STREAM, "content-encoding: gzip"],
        ["content-type: text/html"],
        ["content-type: application/json"],
        [],
    ],
)
async def test_what_is_no_plain_event_stream_is_refused(headers: list[str]) -> None:
    answer = http("200 OK", gzip.compress(HELLO), *headers)
    async with broken_server(answer) as server, client_of(server) as client:
        with pytest.raises(BadAnswer) as raised:
            await collect(client)
        check_secrecy(raised.value)


async def test_leaving_a_stream_closes_its_connection() -> None:
    closed = asyncio.Event()

    async def until_closed(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\n{STREAM}\r\n\r\n".encode() + HELLO)
        try:
            while True:
                writer.write(b": ping\n\n")
                await writer.drain()
                await asyncio.sleep(0.005)
        finally:
            closed.set()

    async with broken_server(until_closed) as server, client_of(server) as client:
        async with client.events(TOKEN, on_bytes=lambda: None) as stream:
            assert await anext(stream) == events.PresentationStopped()
        await asyncio.wait_for(closed.wait(), 5)


# TLS


def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture(scope="module")
def ca_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file a user would give for a company's own authority."""
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    return path


GOOD = http("200 OK", b'{"status": "success", "result": []}')


async def ask(address: NodeAddress, ca_file: Path | None, *, insecure: bool = False) -> object:
    client = NodeClient(address, ALIAS, tls=lambda: trust(ca_file, insecure=insecure))
    try:
        return await client.participants(TOKEN)
    finally:
        await client.aclose()


async def test_a_node_nobody_vouches_for_gets_no_token() -> None:
    async with broken_server(GOOD, server_tls()) as server:
        with pytest.raises(NodeUntrusted, match="--ca-file") as raised:
            await ask(server.address, None)
        check_secrecy(raised.value)
        assert server.requests == []


def by_name(server: BrokenServer) -> NodeAddress:
    """The server under the name its certificate is for."""
    return NodeAddress("https", "localhost", server.address.port)


async def test_a_ca_file_or_insecure_lets_the_node_in(ca_file: Path) -> None:
    async with broken_server(GOOD, server_tls()) as server:
        assert await ask(by_name(server), ca_file) == []
        assert await ask(server.address, None, insecure=True) == []
        assert len(server.requests) == 2


async def test_a_certificate_for_another_name_is_refused(ca_file: Path) -> None:
    async with broken_server(GOOD, server_tls()) as server:
        with pytest.raises(NodeUntrusted, match=r"127\.0\.0\.1"):
            await ask(server.address, ca_file)
        assert server.requests == []


async def test_a_ca_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    for name in ("empty.pem", "missing.pem"):
        with pytest.raises(UsageFault, match="holds no usable certificates"):
            trust(tmp_path / name, insecure=False)


async def test_tls_spoken_to_a_plain_port(ca_file: Path) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    listener = await asyncio.start_server(plain, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    with pytest.raises(NodeUnreachable, match=f"does not speak TLS on port {port}") as raised:
        await ask(NodeAddress("https", "127.0.0.1", port), ca_file)
    check_secrecy(raised.value)
    listener.close()


async def test_tls_that_is_never_answered_is_none(
    monkeypatch: pytest.MonkeyPatch, ca_file: Path
) -> None:
    monkeypatch.setattr(client_module, "CONNECT_SECONDS", 0.1)
    async with broken_server(silence) as server:
        address = NodeAddress("https", "127.0.0.1", server.address.port)
        with pytest.raises(NodeUnreachable, match="does not speak TLS") as raised:
            await ask(address, ca_file)
        check_secrecy(raised.value)


async def test_plain_http_to_a_tls_port() -> None:
    async with broken_server(GOOD, server_tls()) as server:
        address = NodeAddress("http", "127.0.0.1", server.address.port)
        with pytest.raises(NodeFault) as raised:
            await ask(address, None)
        check_secrecy(raised.value)
