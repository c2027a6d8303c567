"""What the node refuses, and answers that are none of the API's."""

from __future__ import annotations

import json

import pytest

from pexdash.api import requests as table
from pexdash.api.client import NodeClient
from pexdash.api.requests import Request
from pexdash.errors import (
    BadAnswer,
    ExtensionRequired,
    NodeUnavailable,
    NoSuchConference,
    PexdashError,
    PinRequired,
    Refused,
    TokenRefused,
)
from pexdash.model.participant import Role
from pexdash.node.server import EmbeddedNode
from pexdash.secret import Secret
from tests.api.broken_server import broken_server, http
from tests.api.client.clients import (
    ALIAS,
    GUARDED,
    HALF_GUARDED,
    OPEN,
    TOKEN,
    check_secrecy,
    client_of,
    joined,
    no_tls,
    unlogged,
)
from tests.session.expected_requests import WE_CAN


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
            **WE_CAN,
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
        status = client.call(table.CONFERENCE_STATUS, TOKEN.secret)
        for asked in (client.participants(TOKEN), client.refresh_token(TOKEN), status):
            with pytest.raises(TokenRefused) as raised:
                await asked
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


@pytest.mark.fault(19)
@pytest.mark.parametrize(
    ("answer", "error"), [one for one in REFUSED_ANSWERS if b"200 OK" not in one[0]]
)
async def test_event_streams_that_are_none(answer: bytes, error: type[PexdashError]) -> None:
    async with broken_server(answer) as server, client_of(server) as client:
        with pytest.raises(error) as raised:
            async with client.events(TOKEN, on_bytes=lambda: None):
                pass
        check_secrecy(raised.value)


async def test_a_request_that_a_refresh_overtook_hints_at_no_second_node() -> None:
    async with joined() as (_, client, token):
        await client.call(table.LOCK, token.secret)
        renewed = await client.refresh_token(token)
        with pytest.raises(TokenRefused, match=r"^Invalid token$"):
            await client.call(table.LOCK, token.secret)
        await client.call(table.LOCK, renewed.secret)
        assert not client.standing.is_doubtful


@pytest.mark.fault(21)
async def test_retry_after_is_told() -> None:
    answer = http("429 Too Many Requests", b"", "retry-after: 7")
    async with broken_server(answer) as server, client_of(server) as client:
        with pytest.raises(NodeUnavailable) as raised:
            await client.call(table.LOCK, TOKEN.secret)
        assert raised.value.retry_after == 7


@pytest.mark.parametrize("date", ["", "date: Sun, 06 Nov 1994 09:49:37 GMT"])
async def test_a_date_to_retry_after_is_read_by_the_clock_of_the_node_if_told(date: str) -> None:
    until = "09" if date else "08"
    headers = [f"retry-after: Sun, 06 Nov 1994 {until}:50:07 GMT", *filter(None, [date])]
    async with broken_server(http("503 Busy", b"", *headers)) as server:
        client = NodeClient(server.address, ALIAS, tls=no_tls, now=lambda: 784_111_777.0)
        with pytest.raises(NodeUnavailable) as raised:
            await client.call(table.LOCK, TOKEN.secret)
        assert raised.value.retry_after == 30
        await client.aclose()
