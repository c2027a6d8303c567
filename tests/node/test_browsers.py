"""What Pexip's own web client needs of a node: CORS, theme/ and today's shapes (wire.md, N-val)."""

from __future__ import annotations

from typing import Any

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


async def test_a_page_of_another_origin_is_let_in() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
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
        assert [one.headers["access-control-allow-origin"] for one in answers] == ["*"] * 5


async def test_a_page_may_say_goodbye_while_it_closes() -> None:
    # A beacon carries credentials, and with them "*" stands for nothing.
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        page = {"origin": "https://a.example"}
        path = f"{alice.path}release_token?token={alice.token}"
        preflight = await alice.http.options(path, headers=page)
        answer = await alice.http.post(path, json={"reason": "Browser closed"}, headers=page)
        for one in (preflight, answer):
            assert one.headers["access-control-allow-origin"] == page["origin"]
            assert one.headers["access-control-allow-credentials"] == "true"
            assert one.headers["vary"] == "origin"
        assert answer.json()["result"] is True
        assert alice.uuid not in node.conference(ALIAS).participants


async def test_there_is_no_theme() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        answer = await alice.send("theme/", method="GET")
        assert (answer.status_code, answer.content) == (204, b"")
        assert refused(await alice.send("theme/"))[0] == 405
        assert refused(await alice.send("theme/logo.png", method="GET"))[0] == 404
        alice.token, token = "", alice.token
        assert refused(await alice.send("theme/", method="GET")) == INVALID_TOKEN
        assert (await alice.http.get(f"{alice.path}theme/?token={token}")).status_code == 204


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
