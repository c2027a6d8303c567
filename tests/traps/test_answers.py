"""Traps in what requests must say, and in how nodes answer them (wire.md, section 7)."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from pexdash.api import requests as table
from pexdash.api.address import About, NodeAddress, parse_node
from pexdash.api.client import NodeClient
from pexdash.api.discovery import find_nodes
from pexdash.api.token import Token
from pexdash.errors import (
    BadAnswer,
    ExtensionRequired,
    NoSuchConference,
    PexdashError,
    PinRequired,
    Refused,
    TokenRefused,
)
from pexdash.model.participant import Role
from pexdash.node.server import EmbeddedNode
from pexdash.secret import Secret
from pexdash.session.membership.invitation import NO_PIN, PinQuestion
from pexdash.session.moderation.journal import Outcome
from tests.api.broken_server import BrokenServer, broken_server, http
from tests.eventually import eventually
from tests.session.host import (
    ALIAS,
    GUESTS_WITHOUT_PIN,
    OPEN,
    PATH,
    client_of,
    hosting,
)
from tests.session.name_server import joiner, name_server
from tests.session.pins import Answers

ME = "2c34f35f-1060-438c-9e87-6c2dffbc9980"
GOOD = {
    "token": "t==",
    "expires": "120",
    "participant_uuid": ME,
    "display_name": "Alice",
    "role": "HOST",
    "version": {"version_id": "36", "pseudo_version": "79019.0.0"},
    "current_service_type": "conference",
}
PIN_ASKED = {"pin": "required", "guest_pin": "none", "version": GOOD["version"]}


@asynccontextmanager
async def answering(
    result: object, status: str = "200 OK", said: str | None = "success"
) -> AsyncIterator[tuple[BrokenServer, NodeClient]]:
    """A client of a server that gives one answer to everything."""
    envelope = {"result": result} if said is None else {"status": said, "result": result}
    answer = http(status, json.dumps(envelope).encode(), "content-type: application/json")
    async with broken_server(answer) as server:
        client = client_of(server.address)
        try:
            yield server, client
        finally:
            await client.aclose()


async def token_from(result: object) -> Token:
    async with answering(result) as (_, client):
        return await client.request_token("Alice")


async def refusal_of(
    request: table.Request, result: object, status: str = "403 Forbidden", said: str = "success"
) -> PexdashError:
    """The error a refused request raises."""
    async with answering(result, status, said) as (_, client):
        joining = request is table.REQUEST_TOKEN
        sent = client.request_token("Alice") if joining else client.call(request, Secret("t=="))
        with pytest.raises(PexdashError) as raised:
            await sent
    return raised.value


@pytest.mark.fault(27)
async def test_trap_03_expires_is_a_string_and_nonsense_makes_no_tight_loop() -> None:
    assert (await token_from(GOOD)).expires / 2 == 60
    broken: tuple[object, ...] = ("soon", "", "0", "-1", "nan", None, [], 0)
    for nonsense in broken:
        assert (await token_from({**GOOD, "expires": nonsense})).expires >= 10


async def test_trap_04_roles_have_several_names() -> None:
    for wire, role in (("HOST", Role.HOST), ("GUEST", Role.GUEST)):
        token = await token_from({**GOOD, "role": wire})
        assert token.role is role
        assert token.refreshed({"token": "u==", "expires": "120", "role": wire}).role is role
    async with hosting() as host:
        assert host.feed.role is Role.HOST
        bob = await host.someone("Bob", role="guest")
        assert host.shown(bob.uuid).role is Role.GUEST
        await host.act("role", bob.uuid)
        assert json.loads(host.requests("role")[0].body) == {"role": "chair"}
        await eventually(lambda: host.shown(bob.uuid).role is Role.HOST)


async def test_trap_05_service_type_may_be_missing() -> None:
    token = await token_from({**GOOD, "current_service_type": "waiting_room"})
    assert token.service_type == "waiting_room"
    both = {**GOOD, "service_type": "conference", "current_service_type": "waiting_room"}
    assert (await token_from(both)).service_type == "waiting_room"


async def test_trap_06_a_403_is_a_prompt_a_permission_or_a_dead_token() -> None:
    pin = await refusal_of(table.REQUEST_TOKEN, PIN_ASKED)
    assert isinstance(pin, PinRequired)
    assert not pin.wrong
    host_only = await refusal_of(table.LOCK, "Invalid role")
    assert type(host_only) is Refused
    assert host_only.reason == "Invalid role"
    assert isinstance(await refusal_of(table.LOCK, "Invalid token"), TokenRefused)
    sign_in = await refusal_of(table.REQUEST_TOKEN, {"idp": [{"name": "x", "uuid": "y"}]})
    assert "sign-in" in str(sign_in)


async def test_trap_07_status_decides_nothing_about_an_error() -> None:
    for said in ("success", "failed", "failure", "something new"):
        dead = await refusal_of(table.LOCK, "Invalid token", said=said)
        assert isinstance(dead, TokenRefused)
        none = await refusal_of(
            table.REQUEST_TOKEN, "Neither conference nor gateway found", "404 Not Found", said
        )
        assert isinstance(none, NoSuchConference)
    for fine in ("success", "something new", None):
        async with answering(True, said=fine) as (_, client):
            assert await client.call(table.LOCK, Secret("t==")) is True


@pytest.mark.fault(67)
async def test_trap_08_a_virtual_reception_asks_in_two_shapes() -> None:
    today = {"conference_extension": "required", "conference_extension_type": "standard"}
    for shape in (today, {"conference_extension": "standard"}, {"conference_extension": "mssip"}):
        assert isinstance(await refusal_of(table.REQUEST_TOKEN, shape), ExtensionRequired)


async def test_trap_09_a_guest_without_pin_sends_the_word_none() -> None:
    async with answering(GOOD) as (server, client):
        await client.request_token("Alice", pin=NO_PIN)
        assert b"\r\npin: none\r\n" in server.requests[0]
        await client.request_token("Alice")
        assert b"\r\npin:" not in server.requests[1]
    async with hosting(GUESTS_WITHOUT_PIN, ask_pin=Answers("none")) as host:
        assert host.feed.role is Role.GUEST


@pytest.mark.parametrize("wrong", ["Invalid PIN", PIN_ASKED])
async def test_trap_10_a_wrong_pin_is_told_in_two_shapes(wrong: object) -> None:
    asked: list[PinQuestion] = []
    pins = iter([Secret("0"), NO_PIN])

    async def ask(question: PinQuestion) -> Secret:
        asked.append(question)
        if len(asked) == 1:
            node.faults.answer("request_token", 403, {"status": "success", "result": wrong})
        return next(pins)

    async with EmbeddedNode(GUESTS_WITHOUT_PIN) as node:
        client = client_of(parse_node(node.url))
        token = await joiner([], ask_pin=ask).token(client)
        await client.aclose()
    assert token.role is Role.GUEST
    assert asked == [
        PinQuestion(guest_needs_pin=False, wrong=False, tries_left=3),
        PinQuestion(guest_needs_pin=False, wrong=True, tries_left=2),
    ]


async def test_trap_29_a_token_goes_as_it_came_and_by_header_alone() -> None:
    for text in ("SE9TVAltZ%3D%3D", "YmFzZTY0dXJs-_w=="):
        async with answering({"locked": False}) as (server, client):
            token = (await token_from({**GOOD, "token": text})).secret
            await client.call(table.CONFERENCE_STATUS, token)
            head = server.requests[0].split(b"\r\n")
            assert f"token: {text}".encode() in head
            assert b"token" not in head[0]


async def test_trap_30_a_release_beacon_has_its_token_in_the_query() -> None:
    async with EmbeddedNode(OPEN) as node:
        client = client_of(parse_node(node.url))
        token = await client.request_token("Alice")
        await client.aclose()
        assert token.participant_uuid in node.conference(ALIAS).participants
        async with httpx.AsyncClient(trust_env=False) as browser:
            answer = await browser.post(
                f"{node.url}{PATH}release_token",
                params={"token": token.secret.reveal()},
                content=b'{"reason": "Browser closed"}',
            )
        assert answer.status_code == 200
        assert token.participant_uuid not in node.conference(ALIAS).participants


async def test_trap_32_a_null_result_is_no_failure() -> None:
    for request in (table.CALL_DISCONNECT, table.DISCONNECT, table.CALL_ACK):
        async with answering(None) as (_, client):
            sent = client.call(request, Secret("t=="), About(ME, "c1"))
            assert await sent is None
    async with hosting() as host:
        bob = await host.someone("Bob")
        host.node.faults.answer("mute", 200, {"status": "success", "result": None})
        await host.act("mute", bob.uuid)
        assert host.said == []
        assert host.membership.moderation.journal.entries[-1].outcome is Outcome.ACCEPTED


async def test_trap_33_direct_media_is_never_asked_for() -> None:
    async with hosting() as host:
        assert json.loads(host.requests("request_token")[0].body).get("direct_media", False) is (
            False
        )
        assert await host.membership.moderation.send_message("hello")
        assert host.count("message") == 1


async def test_trap_34_a_camera_goes_off_in_the_past_tense() -> None:
    async with answering(True) as (server, client):
        for request in (table.VIDEO_MUTE, table.VIDEO_UNMUTE):
            await client.call(request, Secret("t=="), About(ME))
        targets = [one.partition(b" HTTP")[0].rpartition(b"/")[2] for one in server.requests]
    assert targets == [b"video_muted", b"video_unmuted"]


async def test_trap_38_503_at_joining_means_the_next_node() -> None:
    connected: list[int] = []
    async with EmbeddedNode(OPEN) as busy, EmbeddedNode(OPEN) as node:
        resting = {"status": "failed", "result": "System in maintenance mode"}
        busy.faults.answer("request_token", 503, resting)
        first, second = parse_node(busy.url).port, parse_node(node.url).port
        async with name_server(first, second):
            client, token = await joiner(connected).first_token()
        await client.release_token(token)
        await client.aclose()
    assert connected == [first, second]


@pytest.mark.parametrize("status", [502, 504])
async def test_trap_38_502_and_504_pass(status: int) -> None:
    async with hosting() as host:
        host.node.faults.answer("refresh_token", status, b"<html>Bad Gateway", "text/html", times=2)
        await host.clock.advance(60)
        await host.pass_time_until(lambda: host.count("refresh_token") == 3)
        host.node.faults.answer("events", status, b"", "", times=2)
        host.node.faults.cut_streams()
        await eventually(lambda: not host.feed.link.is_live)
        await host.pass_time_until(lambda: host.feed.link.is_live)
        assert host.count("request_token") == 1


async def test_trap_43_another_port_is_https_unless_the_user_says_http() -> None:
    async with name_server(8443):
        assert await find_nodes("meet@example.com", random.Random(1)) == [
            NodeAddress("https", "localhost", 8443)
        ]
    assert parse_node("http://localhost:8443") == NodeAddress("http", "localhost", 8443)


async def test_trap_07_404_without_json_is_no_node() -> None:
    async with broken_server(http("404 Not Found", b"<html>", "content-type: text/html")) as server:
        client = client_of(server.address)
        with pytest.raises(BadAnswer, match="is this a Pexip node"):
            await client.request_token("Alice")
        await client.aclose()
