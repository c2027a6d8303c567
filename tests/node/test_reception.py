"""Virtual Receptions: what they ask, and where they lead."""

from __future__ import annotations

import pytest

from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.node.client import INVALID_TOKEN, Client, refused

DESK_PATH = "/api/client/v2/conferences/desk/"
BOARD_PATH = "/api/client/v2/conferences/board/"
DESK = ConferenceSettings("desk", reception="standard")
BOARD = ConferenceSettings("board", host_pin="1", guest_pin="2")


@pytest.mark.parametrize("kind", ["standard", "mssip"])
@pytest.mark.parametrize("old", [False, True])
async def test_it_asks_for_an_extension(kind: str, old: bool) -> None:
    desk = ConferenceSettings("desk", reception=kind, old_shapes=old)
    today = {"conference_extension": "required", "conference_extension_type": kind}
    async with EmbeddedNode(desk, BOARD) as node, Client(node, DESK_PATH) as client:
        for headers in ({}, {"pin": "1"}):
            answer = await client.send("request_token", {"display_name": "A"}, headers=headers)
            expected = {"conference_extension": kind} if old else today
            assert refused(answer) == (403, "success", expected)


@pytest.mark.parametrize("extension", ["nowhere", "desk", "Board"])
async def test_an_extension_that_leads_nowhere(extension: str) -> None:
    async with EmbeddedNode(DESK, BOARD) as node, Client(node, DESK_PATH) as client:
        body = {"display_name": "A", "conference_extension": extension}
        answer = await client.send("request_token", body)
        assert refused(answer) == (404, "failed", "Conference extension not found")


async def test_behind_it_the_rules_of_the_conference_hold() -> None:
    async with EmbeddedNode(DESK, BOARD) as node, Client(node, DESK_PATH) as client:
        body = {"display_name": "A", "conference_extension": "board"}
        status, _, asked = refused(await client.send("request_token", body))
        assert (status, asked["pin"], asked["guest_pin"]) == (403, "required", "required")
        answer = await client.send("request_token", body, headers={"pin": "9"})
        assert refused(answer) == (403, "success", "Invalid PIN")
        result = await client.join("A", "2", conference_extension="board")
        assert (result["role"], result["conference_name"]) == ("GUEST", "board")
        assert list(node.conference("board").participants) == [client.uuid]
        assert not node.conference("desk").participants


async def test_the_token_is_good_under_both_aliases() -> None:
    async with EmbeddedNode(DESK, BOARD) as node, Client(node, DESK_PATH) as client:
        await client.join("A", "1", conference_extension="board")
        for path in (DESK_PATH, BOARD_PATH):
            client.path = path
            assert [one["uuid"] for one in await client.get("participants")] == [client.uuid]
            stream = await client.listen_in()
            assert await client.result("lock") is True
            assert (await stream.first("conference_update"))["locked"] is True
            await client.result("unlock")
            client.token = (await client.result("refresh_token"))["token"]
        assert await client.result("mute", uuid=client.uuid) is True
        client.path = DESK_PATH
        assert await client.result("release_token") is True
        assert not node.conference("board").participants
        assert refused(await client.send("lock")) == INVALID_TOKEN


async def test_other_tokens_are_no_good_at_a_reception() -> None:
    other = ConferenceSettings("other", reception="standard")
    async with EmbeddedNode(DESK, BOARD, other) as node, Client(node, BOARD_PATH) as client:
        await client.join("A", "1")
        client.path = DESK_PATH
        assert refused(await client.send("lock")) == INVALID_TOKEN
        await client.join("A", "1", conference_extension="board")
        client.path = "/api/client/v2/conferences/other/"
        assert refused(await client.send("lock")) == INVALID_TOKEN


async def test_elsewhere_an_extension_means_nothing() -> None:
    async with EmbeddedNode(DESK, BOARD) as node, Client(node, BOARD_PATH) as client:
        result = await client.join("A", "1", conference_extension="nowhere")
        assert result["conference_name"] == "board"
