"""request_token, refresh_token, release_token: who gets in, for how long, and who does not."""

from __future__ import annotations

import re

import pytest

from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, INVALID_TOKEN, Client, joined, refused

OPEN = ConferenceSettings(ALIAS)
GUESTS_FREE = ConferenceSettings(ALIAS, host_pin="1234")
BOTH_PINS = ConferenceSettings(ALIAS, host_pin="1234", guest_pin="56")


def pin_required(guest_pin: str) -> dict[str, object]:
    return {
        "pin": "required",
        "guest_pin": guest_pin,
        "version": {"version_id": "39", "pseudo_version": "79019.0.0"},
    }


@pytest.mark.parametrize(
    ("settings", "pin", "outcome"),
    [
        (OPEN, None, "HOST"),
        (OPEN, "none", "HOST"),
        (OPEN, "99", "HOST"),
        (GUESTS_FREE, None, pin_required("none")),
        (GUESTS_FREE, "1234", "HOST"),
        (GUESTS_FREE, "none", "GUEST"),
        (GUESTS_FREE, "99", "Invalid PIN"),
        (BOTH_PINS, None, pin_required("required")),
        (BOTH_PINS, "1234", "HOST"),
        (BOTH_PINS, "56", "GUEST"),
        (BOTH_PINS, "none", "Invalid PIN"),
    ],
)
async def test_pin_matrix(settings: ConferenceSettings, pin: str | None, outcome: object) -> None:
    async with EmbeddedNode(settings) as node, Client(node) as client:
        headers = {"pin": pin} if pin else {}
        answer = await client.send("request_token", {"display_name": "Al"}, headers=headers)
        if outcome in ("HOST", "GUEST"):
            assert answer.json()["result"]["role"] == outcome
        else:
            assert refused(answer) == (403, "success", outcome)
            assert not node.conference(ALIAS).participants


async def test_token_result_has_what_today_s_clients_require() -> None:
    async with EmbeddedNode(OPEN) as node, Client(node) as client:
        result = await client.join("Alice")
        assert re.fullmatch(r"[A-Za-z0-9_=-]{40,}", result["token"])
        assert result["expires"] == "120"
        assert result["display_name"] == "Alice"
        assert result["current_service_type"] == result["service_type"] == "conference"
        assert result["version"]["version_id"] == "39"
        assert result["chat_enabled"] is True
        assert isinstance(result["stun"][0]["url"], str)


async def test_the_joiner_is_an_api_participant_everybody_hears_of() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice, Client(node) as bob:
        stream = await alice.listen_in()
        bob.http.headers["user-agent"] = "Bob/1"
        await bob.join("Bob")
        one = await stream.first("participant_create")
        assert one["uuid"] == bob.uuid
        assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-.*", bob.uuid)
        assert (one["protocol"], one["has_media"], one["is_video_call"]) == ("api", False, "NO")
        assert (one["role"], one["vendor"]) == ("chair", "Bob/1")
        assert one["uri"] == "Infinity_Connect_127.0.0.1"
        assert one["display_name"] == one["overlay_text"] == "Bob"


async def test_name_may_be_missing_but_not_be_a_number() -> None:
    async with EmbeddedNode(OPEN) as node, Client(node) as client:
        assert (await client.result("request_token"))["display_name"] == "Guest"
        answer = await client.send("request_token", {"display_name": 5})
        assert refused(answer)[:2] == (400, "failed")


async def test_refresh_gives_a_new_token_and_the_old_one_dies_for_requests() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as client:
        stream = await client.listen_in()
        old = client.token
        fresh = await client.result("refresh_token")
        assert fresh["expires"] == "120"
        assert fresh["role"] == "HOST"
        assert fresh["token"] != old
        answer = await client.send("conference_status", method="GET")
        assert refused(answer) == INVALID_TOKEN
        client.token = fresh["token"]
        assert await client.get("conference_status")
        node.conference(ALIAS).publish("still_there", {})
        assert await stream.first("still_there") == {}


@pytest.mark.fault(82)
async def test_a_token_not_refreshed_removes_its_participant() -> None:
    clock = ManualClock()
    async with (
        EmbeddedNode(OPEN, clock=clock) as node,
        joined(node) as alice,
        joined(node, "Bob") as bob,
    ):
        watching, dying = await alice.listen_in(), await bob.listen_in()
        await clock.advance(119)
        alice.token = (await alice.result("refresh_token"))["token"]
        await clock.advance(1)
        assert (await watching.first("participant_delete")) == {"uuid": bob.uuid}
        await dying.rest()
        assert dying.fault is None
        assert refused(await bob.send("refresh_token")) == INVALID_TOKEN
        assert list(node.conference(ALIAS).participants) == [alice.uuid]
        await clock.advance(119)
        assert list(node.conference(ALIAS).participants) == []


async def test_expires_is_the_node_s() -> None:
    async with EmbeddedNode(OPEN, expires=30) as node, Client(node) as client:
        assert (await client.join())["expires"] == "30"


@pytest.mark.parametrize("in_query", [False, True])
async def test_release_leaves_whatever_the_body(in_query: bool) -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice, joined(node, "Bob") as bob:
        watching, own = await alice.listen_in(), await bob.listen_in()
        if in_query:
            token, bob.token = bob.token, ""
            answer = await bob.send(f"release_token?token={token}", b"Browser closed")
        else:
            answer = await bob.send("release_token", {"reason": "bye"})
        assert answer.json() == {"status": "success", "result": True}
        assert await watching.first("participant_delete") == {"uuid": bob.uuid}
        assert not await own.rest()
        assert own.fault is None


async def test_a_token_is_good_for_its_own_conference_only() -> None:
    async with EmbeddedNode(OPEN, ConferenceSettings("other")) as node, joined(node) as alice:
        alice.path = "/api/client/v2/conferences/other/"
        assert refused(await alice.send("lock")) == INVALID_TOKEN
        bob = await alice.join("Bob")
        assert list(node.conference("other").participants) == [bob["participant_uuid"]]


@pytest.mark.parametrize("token", ["", "nonsense"])
async def test_without_a_living_token_nothing_works(token: str) -> None:
    async with EmbeddedNode(OPEN) as node, Client(node) as client:
        client.token = token
        for name, method in (("lock", "POST"), ("events", "GET"), ("participants", "GET")):
            assert refused(await client.send(name, method=method)) == INVALID_TOKEN
        assert refused(await client.send("mute", uuid="x")) == INVALID_TOKEN
