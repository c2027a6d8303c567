"""What Pexip's own web client needs of a node: CORS, theme/ and today's shapes (wire.md, N-val)."""

from __future__ import annotations

from typing import Any

import pytest

from pexdash.errors import UsageFault
from pexdash.node.ringing import dial
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.node.client import ALIAS, INVALID_TOKEN, joined, refused

OPEN = ConferenceSettings(ALIAS)
YES_OR_NO = frozenset(
    (
        "disconnect_supported",
        "fecc_supported",
        "is_audio_only_call",
        "is_muted",
        "is_presenting",
        "is_video_call",
        "mute_supported",
        "presentation_supported",
        "transfer_supported",
    )
)
BOOLEANS = frozenset(
    (
        "can_receive_personal_mix",
        "has_media",
        "is_client_muted",
        "is_conjoined",
        "is_external",
        "is_on_hold",
        "is_recording",
        "is_streaming_conference",
        "is_transcribing",
        "is_video_muted",
        "is_video_silent",
        "needs_presentation_in_mix",
        "supports_direct_chat",
    )
)
STRINGS = frozenset(
    (
        "api_url",
        "call_tag",
        "display_name",
        "encryption",
        "external_node_uuid",
        "local_alias",
        "overlay_text",
        "rx_presentation_policy",
        "uri",
        "uuid",
        "vendor",
    )
)


PAGE = "https://a.example"


async def test_a_page_of_an_origin_that_was_named_is_let_in() -> None:
    async with EmbeddedNode(OPEN, allow_origins=[PAGE]) as node, joined(node) as alice:
        alice.http.headers["origin"] = PAGE
        path = alice.path + "lock"
        preflight = await alice.http.options(path)
        assert (preflight.status_code, preflight.content) == (204, b"")
        allowed = preflight.headers["access-control-allow-headers"].split(", ")
        assert {"token", "pin", "content-type"} <= set(allowed)
        assert "POST" in preflight.headers["access-control-allow-methods"]
        node.faults.answer("unlock", 503, b"busy", "text/plain")
        answers = [
            preflight,
            await alice.send("lock"),
            await alice.send("nonsense"),
            await alice.send("unlock"),
            (await alice.listen()).response,
        ]
        assert [one.headers["access-control-allow-origin"] for one in answers] == [PAGE] * 5
        assert [one.headers["vary"] for one in answers] == ["origin"] * 5


async def test_a_page_may_say_goodbye_while_it_closes() -> None:
    # A beacon carries credentials, and with them "*" stands for nothing.
    async with EmbeddedNode(OPEN, allow_origins=[PAGE]) as node, joined(node) as alice:
        page = {"origin": PAGE}
        path = f"{alice.path}release_token?token={alice.token}"
        preflight = await alice.http.options(path, headers=page)
        answer = await alice.http.post(path, json={"reason": "Browser closed"}, headers=page)
        for one in (preflight, answer):
            assert one.headers["access-control-allow-origin"] == PAGE
            assert one.headers["access-control-allow-credentials"] == "true"
        assert answer.json()["result"] is True
        assert alice.uuid not in node.conference(ALIAS).participants


@pytest.mark.parametrize(
    "origin",
    [PAGE, "null", "", "http://127.0.0.1", "https://a.example.evil.example", "http://127.0.0.1:1"],
)
@pytest.mark.parametrize("named", [(), ("https://b.example", "https://a.example:8443")])
async def test_another_page_may_neither_act_nor_read(origin: str, named: tuple[str, ...]) -> None:
    async with EmbeddedNode(OPEN, allow_origins=named) as node, joined(node) as alice:
        page = {"origin": origin}
        for answer in (
            await alice.send("lock", headers=page),
            await alice.send("request_token", {"display_name": "Eve"}, headers=page),
            await alice.send("lock", method="OPTIONS", headers=page),
        ):
            assert refused(answer) == (403, "success", "Origin not allowed")
        read = await alice.send("participants", method="GET", headers=page)
        assert read.status_code == 200
        for one in (answer, read):
            assert not [name for name in one.headers if name.startswith("access-control")]
        assert not node.conference(ALIAS).locked
        assert len(node.conference(ALIAS).participants) == 1


async def test_a_page_of_the_node_itself_may_act() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        for origin in (node.url, node.url.replace("127.0.0.1", "localhost")):
            host = origin.partition("://")[2]
            answer = await alice.send("lock", headers={"origin": origin, "host": host})
            assert answer.status_code == 200
            assert "access-control-allow-origin" not in answer.headers


async def test_any_page_is_let_in_without_credentials_where_that_was_said() -> None:
    async with EmbeddedNode(OPEN, allow_origins=["*"]) as node, joined(node) as alice:
        answer = await alice.send("lock", headers={"origin": PAGE})
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    ("origin", "host", "is_own"),
    [
        ("http://127.0.0.1", "127.0.0.1:80", True),
        ("http://127.0.0.1:80", "127.0.0.1", True),
        ("https://127.0.0.1", "127.0.0.1", True),
        ("https://127.0.0.1", "127.0.0.1:443", True),
        ("https://127.0.0.1", "127.0.0.1:80", False),
        ("http://127.0.0.1:443", "127.0.0.1", False),
        ("http://127.0.0.1:80", "127.0.0.1:443", False),
        ("null", "", False),
    ],
)
async def test_an_origin_has_a_port_even_where_it_is_left_out(
    origin: str, host: str, is_own: bool
) -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        answer = await alice.send("lock", headers={"origin": origin, "host": host})
        assert answer.status_code == (200 if is_own else 403)


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("evil.example:8080", "http://evil.example:8080", 403),
        ("node.example", "https://node.example", 200),
        ("192.0.2.1:8080", "http://192.0.2.1:8080", 200),
        ("[2001:db8::1]:8080", "http://[2001:db8::1]:8080", 200),
        ("evil.example:8080", None, 200),
    ],
)
async def test_where_others_reach_the_node_no_page_acts_by_a_name_that_leads_there(
    host: str, origin: str | None, status: int
) -> None:
    node = EmbeddedNode(OPEN, host="0.0.0.0", allow_origins=["https://node.example"])
    async with node, joined(node) as alice:
        headers = {"host": host} | ({"origin": origin} if origin else {})
        assert (await alice.send("lock", headers=headers)).status_code == status


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:80",
        "127.0.0.1.evil.example",
        "192.0.2.1",
        "localhost.evil",
        "[x",
    ],
)
async def test_a_name_that_was_made_to_lead_here_is_refused(host: str) -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        headers = {"host": host, "origin": f"http://{host}"}
        for name, method in (("lock", "POST"), ("participants", "GET")):
            answer = await alice.send(name, method=method, headers=headers)
            assert refused(answer) == (403, "success", "Host not allowed")
        assert not node.conference(ALIAS).locked


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:99", "node.localhost", "localhost.", "127.1.2.3:5", "[::1]:5"]
)
async def test_names_of_this_machine_are_its_own(host: str) -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        assert (await alice.send("lock", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "origin", ["", "a.example", "ftp://a.example", "https://", "https://a/b", "https://u@a", "null"]
)
def test_what_is_no_origin_is_said(origin: str) -> None:
    with pytest.raises(UsageFault, match="an origin is written as"):
        EmbeddedNode(OPEN, allow_origins=[origin])


async def test_there_is_no_theme() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        answer = await alice.send("theme/", method="GET")
        assert (answer.status_code, answer.content) == (204, b"")
        assert refused(await alice.send("theme/"))[0] == 405
        assert refused(await alice.send("theme/logo.png", method="GET"))[0] == 404
        alice.token, token = "", alice.token
        assert refused(await alice.send("theme/", method="GET")) == INVALID_TOKEN
        assert (await alice.http.get(f"{alice.path}theme/?token={token}")).status_code == 204


async def test_the_statistics_of_a_call_are_taken_and_answered_with_null() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice, joined(node, "Bob") as bob:
        call = (await alice.result("calls", {"call_type": "RTMP"}, uuid=alice.uuid))["call_uuid"]
        about = {"uuid": alice.uuid, "call": call}
        assert await alice.result("statistics", {"audio": {"tx_bitrate": 1}}, **about) is None
        assert refused(await bob.send("statistics", {}, **about))[0] == 403
        assert refused(await alice.send("statistics", {}, uuid=alice.uuid, call="x"))[0] == 404


def check_participant(one: dict[str, Any]) -> None:
    for name in YES_OR_NO:
        assert one[name] in ("YES", "NO"), name
    for name in BOOLEANS:
        assert isinstance(one[name], bool), name
    for name in STRINGS:
        assert isinstance(one[name], str), name
    for name in ("start_time", "buzz_time", "spotlight"):
        assert isinstance(one[name], int | float), name
    assert one["call_direction"] in ("in", "out")
    assert one["role"] in ("chair", "guest")
    assert one["protocol"] in ("api", "webrtc", "sip", "rtmp", "h323", "mssip")
    assert one["encryption"] in ("On", "Off")
    mix = one["receive_from_video_mix"]
    assert isinstance(mix["mix_name"], str)
    assert isinstance(mix["timestamp"], int)


async def test_participants_have_every_field_of_today() -> None:
    settings = ConferenceSettings(ALIAS, participants=24, lively=True)
    async with EmbeddedNode(settings) as node, joined(node) as alice:
        dial(node.conference(ALIAS), "bob@example.com")
        people = await alice.get("participants")
        assert len(people) > 25
        assert "connecting" in {one["service_type"] for one in people}
        for one in people:
            check_participant(one)


async def test_every_request_of_a_session_answers_in_today_s_shape() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        for name in ("locked", "guests_muted", "started"):
            assert isinstance((await alice.get("conference_status"))[name], bool)
        stream = await alice.listen()
        events = await stream.until("presentation_stop")
        assert all(one.id for one in events)
        fresh = await alice.result("refresh_token")
        assert isinstance(fresh["expires"], str)
        alice.token = fresh["token"]
        gone = await alice.send("lock", uuid="nonsense")
        assert gone.json()["status"] == "failed"
        assert await alice.result("release_token", {"reason": "User initiated disconnect"}) is True
