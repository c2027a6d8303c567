"""Paths, methods and bodies: what is found, what is refused, and what is noted."""

from __future__ import annotations

import pytest

from pexdash.api.requests import EVENTS, REQUESTS, Scope
from pexdash.errors import UsageFault
from pexdash.node.routes import ANSWERED
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.node.web_app_requests import WEB_APP
from tests.ipv6 import HAS_IPV6
from tests.node.client import ALIAS, Client, joined, refused
from tests.node.stranger import Stranger, status_of

NOT_FOUND = (404, "failed", "Not found")


def make_node() -> EmbeddedNode:
    return EmbeddedNode(ConferenceSettings(ALIAS))


def test_every_request_of_the_guide_has_a_handler() -> None:
    rows = {(one.scope, one.name): one for one in REQUESTS if one is not EVENTS}
    assert ANSWERED - rows.keys() == {(one.scope, one.name) for one in WEB_APP}
    assert not [row.name for where, row in rows.items() if row.in_guide and where not in ANSWERED]


async def test_a_request_that_this_node_does_not_have_is_not_found() -> None:
    lacking = [one for one in REQUESTS if one is not EVENTS and one.scope is Scope.PARTICIPANT]
    lacking = [one for one in lacking if (one.scope, one.name) not in ANSWERED]
    async with make_node() as node, joined(node) as client:
        for row in lacking:
            answer = await client.send(row.name, uuid=client.uuid, method=row.method)
            assert refused(answer) == NOT_FOUND, row.name


async def test_status_of_the_node() -> None:
    async with make_node() as node, Client(node, "/api/client/v2/") as client:
        assert await client.get("status") == "OK"
        assert refused(await client.send("status"))[0] == 405


@pytest.mark.parametrize("alias", ["meet.alice%40example.com", ALIAS, "%6deet.alice@example.com"])
async def test_alias_may_be_encoded_or_raw(alias: str) -> None:
    path = f"/api/client/v2/conferences/{alias}/"
    async with make_node() as node, Client(node, path) as client:
        assert (await client.join())["conference_name"] == ALIAS


@pytest.mark.parametrize("alias", ["meet.alice", "MEET.ALICE@example.com", ALIAS + " "])
async def test_unknown_alias(alias: str) -> None:
    path = f"/api/client/v2/conferences/{alias}/"
    async with make_node() as node, Client(node, path) as client:
        answer = await client.send("request_token", {"display_name": "A"})
        assert refused(answer) == (404, "failed", "Neither conference nor gateway found")


async def test_unknown_paths_and_methods() -> None:
    async with make_node() as node, joined(node) as client:
        assert refused(await client.send("teleport")) == NOT_FOUND
        assert refused(await client.send("teleport", uuid=client.uuid)) == NOT_FOUND
        assert refused(await client.http.get("/")) == NOT_FOUND
        assert refused(await client.http.get("/api/client/v2/conferences/a")) == NOT_FOUND
        assert refused(await client.send("lock", method="GET"))[:2] == (405, "failed")
        assert refused(await client.send("participants", {}))[:2] == (405, "failed")


@pytest.mark.parametrize(
    "path",
    [
        "participants//mute",
        "participants//disconnect",
        "participants//avatar.jpg",
        "participants/%s//mute",
        "participants//%s/mute",
        "participants/%s/calls//disconnect",
        "participants/%s/calls//statistics",
        "/lock",
        "lock/",
        "participants/",
        "participants/%s/mute/",
        "participants/%s%%2Fmute",
        "participants%%2F%s%%2Fmute",
        "LOCK",
        "Participants/%s/mute",
        "./lock",
        "../meet.alice@example.com/lock",
        "",
    ],
)
async def test_paths_that_are_none(path: str) -> None:
    async with make_node() as node, joined(node) as client:
        here = client.path + (path % client.uuid if "%s" in path else path)
        host = node.url.rpartition("/")[2]
        async with Stranger(node) as stranger:
            for method in ("POST", "GET"):
                head = f"{method} {here} HTTP/1.1\r\nhost: {host}\r\ntoken: {client.token}"
                await stranger.say(f"{head}\r\ncontent-length: 0\r\n\r\n".encode())
                assert status_of(await stranger.until(b'"}')) == 404
        one = node.conference(ALIAS).participants[client.uuid]
        assert one.is_muted == "NO"
        assert not node.conference(ALIAS).locked


async def test_a_wrong_method_is_told_the_right_one() -> None:
    async with make_node() as node, joined(node) as client:
        for name, uuid, allowed in (
            ("lock", "", "POST"),
            ("events", "", "GET"),
            ("theme/", "", "GET"),
            ("mute", client.uuid, "POST"),
        ):
            for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - {allowed}:
                answer = await client.send(name, uuid=uuid, method=method)
                assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
        answer = await client.http.put("/api/client/v2/status")
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


async def test_unknown_participant() -> None:
    async with make_node() as node, joined(node) as client:
        for name in ("mute", "disconnect", "unlock", "spotlighton"):
            answer = await client.send(name, uuid="00000000-0000-4000-8000-000000000000")
            assert refused(answer) == (404, "failed", "Participant not found")


@pytest.mark.parametrize("body", [b"{", b"[]", b"5", b"\xff", b"{}", b'{"payload": null}', b""])
async def test_bad_bodies(body: bytes) -> None:
    async with make_node() as node, joined(node) as client:
        assert refused(await client.send("message", body))[:2] == (400, "failed")


async def test_values_are_checked() -> None:
    async with make_node() as node, joined(node) as client:
        for role in ("host", "", 5, None):
            answer = await client.send("role", {"role": role}, uuid=client.uuid)
            assert refused(answer)[:2] == (400, "failed")
        assert refused(await client.send("message", {"payload": 7}))[0] == 400


@pytest.mark.parametrize("role", ["HOST", "host", "GUEST", "chair", "guest"])
async def test_today_s_words_for_a_role_are_known_in_dial(role: str) -> None:
    async with make_node() as node, joined(node) as client:
        body = {"role": role, "destination": "bob@example.com", "protocol": "sip"}
        (uuid,) = await client.result("dial", body)
        expected = "guest" if role.lower() == "guest" else "chair"
        assert node.conference(ALIAS).participants[uuid].role == expected


@pytest.mark.parametrize("bandwidth", [True, -1, 1e12, "fast", [5]])
async def test_a_number_is_a_number_or_its_digits(bandwidth: object) -> None:
    async with make_node() as node, joined(node) as client:
        body = {"call_type": "RTMP", "bandwidth": bandwidth}
        assert refused(await client.send("calls", body, uuid=client.uuid))[:2] == (400, "failed")
        for good in (768, 768.5, "768"):
            assert await client.result("calls", body | {"bandwidth": good}, uuid=client.uuid)


@pytest.mark.parametrize("digits", ["9" * 5000, "0" * 5000, "١", "1e3", " 5", ""])
async def test_what_is_no_short_row_of_digits_is_no_number(digits: str) -> None:
    async with make_node() as node, joined(node) as client:
        body = {"type": "elapsed", "starting_value": digits}
        assert refused(await client.send("set_clock", body))[:2] == (400, "failed")


async def test_a_number_is_told_as_a_number_however_it_was_given() -> None:
    async with make_node() as node, joined(node) as client:
        await client.result("set_clock", {"type": "elapsed", "starting_value": "90"})
        assert (await client.get("get_clock"))["starting_value"] == 90


async def test_every_request_is_noted_as_it_came() -> None:
    async with make_node() as node, joined(node) as client:
        await client.send("message?x=%20", {"payload": "ä"}, headers={"content-type": "text/x"})
        first, second = node.received
        assert (first.method, first.token) == ("POST", None)
        assert first.path == "/api/client/v2/conferences/meet.alice%40example.com/request_token"
        assert (second.query, second.token) == ("x=%20", client.token)
        assert (second.body, second.content_type) == (b'{"payload": "\\u00e4"}', "text/x")
        client.token, token = "", client.token
        await client.send(f"lock?token={token}")
        assert (node.received[-1].token, node.received[-1].content_type) == (token, None)


async def test_an_address_in_use_is_said_in_a_sentence() -> None:
    async with make_node() as node:
        port = int(node.url.rpartition(":")[2])
        with pytest.raises(UsageFault, match=rf"^127\.0\.0\.1:{port} cannot be listened on: \w+"):
            async with EmbeddedNode(port=port):
                pass


@pytest.mark.parametrize(("host", "port"), [("no such host", 0), ("127.0.0.1", 99999)])
async def test_an_address_that_is_none(host: str, port: int) -> None:
    with pytest.raises(UsageFault, match="cannot be listened on"):
        async with EmbeddedNode(host=host, port=port):
            pass


@pytest.mark.skipif(not HAS_IPV6, reason="this computer speaks no IPv6")
async def test_ipv6_stands_in_brackets() -> None:
    async with EmbeddedNode(ConferenceSettings(ALIAS), host="::1") as node:
        assert node.url.startswith("http://[::1]:")
        async with joined(node) as client:
            assert await client.get("participants")
