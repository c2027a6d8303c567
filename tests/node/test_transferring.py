"""From one conference of a node to another: media participants, clients, PINs and refusals."""

from __future__ import annotations

import pytest

from pexdash.node.ringing import dial
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, INVALID_TOKEN, Client, joined, refused

HERE = ConferenceSettings(ALIAS)
THERE = ConferenceSettings("board", host_pin="1", guest_pin="2")
FREE = ConferenceSettings("free", host_pin="1")
DESK = ConferenceSettings("desk", reception="standard")
BOARD_PATH = "/api/client/v2/conferences/board/"


@pytest.mark.parametrize(
    ("alias", "role", "pin", "arrives"),
    [
        ("board", "chair", "1", "chair"),
        ("board", "host", "1", "chair"),
        ("board", "HOST", "1", "chair"),
        ("board", "guest", "2", "guest"),
        ("board", "GUEST", "2", "guest"),
        ("free", "guest", None, "guest"),
        ("board", "guest", "1", ""),
        ("board", "guest", None, ""),
        ("board", "chair", "2", ""),
        ("free", "chair", None, ""),
        ("nowhere", "guest", "2", ""),
        ("desk", "guest", None, ""),
        (ALIAS, "guest", None, ""),
    ],
)
async def test_transfer_matrix(alias: str, role: str, pin: str | None, arrives: str) -> None:
    async with EmbeddedNode(HERE, THERE, FREE, DESK) as node, joined(node) as host:
        here = node.conference(ALIAS)
        ann = here.join("Ann", protocol="sip", overlay_text="Dr. Ann", vendor="Cisco")
        stream = await host.listen_in()
        body = {"role": role, "conference_alias": alias, "pin": pin}
        assert await host.result("transfer", body, uuid=ann.uuid) is bool(arrives)
        assert (ann.uuid in here.participants) is not bool(arrives)
        if arrives:
            assert await stream.first("participant_delete") == {"uuid": ann.uuid}
            (one,) = node.conference(alias).participants.values()
            assert (one.role, one.display_name, one.local_alias) == (arrives, "Ann", alias)
            assert (one.protocol, one.uri, one.vendor) == ("sip", ann.uri, "Cisco")
            assert (one.overlay_text, one.has_media) == ("Dr. Ann", True)


async def test_a_client_is_referred_and_joins_by_its_one_time_token() -> None:
    async with (
        EmbeddedNode(HERE, THERE) as node,
        joined(node) as host,
        joined(node, "Bob") as bob,
    ):
        watching, own = await host.listen_in(), await bob.listen_in()
        body = {"role": "guest", "conference_alias": "board", "pin": "2"}
        assert await host.result("transfer", body, uuid=bob.uuid) is True
        assert await watching.first("participant_delete") == {"uuid": bob.uuid}
        (refer,) = await own.rest()
        assert (refer.name, refer.data.keys()) == ("refer", {"alias", "token"})
        assert refer.data["alias"] == "board"
        assert own.fault is None
        assert refused(await bob.send("refresh_token")) == INVALID_TOKEN
        bob.path = BOARD_PATH
        joined_there = await bob.join("Bob", token=refer.data["token"])
        assert (joined_there["role"], joined_there["conference_name"]) == ("GUEST", "board")
        assert await bob.get("participants")
        again = await bob.send("request_token", {"token": refer.data["token"]})
        assert refused(again) == INVALID_TOKEN


async def test_older_clients_send_the_one_time_token_as_header() -> None:
    async with EmbeddedNode(HERE, THERE) as node, Client(node, BOARD_PATH) as bob:
        bob.token = node.conference("board").tokens.refer("chair", "Bob")
        result = await bob.result("request_token")
        assert (result["role"], result["display_name"]) == ("HOST", "Bob")


async def test_a_one_time_token_grows_old() -> None:
    clock = ManualClock()
    async with EmbeddedNode(THERE, clock=clock) as node, Client(node, BOARD_PATH) as bob:
        tokens = node.conference("board").tokens
        old = tokens.refer("chair", "Bob")
        await clock.advance(120)
        assert refused(await bob.send("request_token", {"token": old})) == INVALID_TOKEN
        assert tokens.refer("chair", "Bob") != old
        assert node.conference("board").participants == {}


async def test_a_host_may_transfer_itself() -> None:
    async with EmbeddedNode(HERE, THERE) as node, joined(node) as host:
        stream = await host.listen_in()
        body = {"role": "chair", "conference_alias": "board", "pin": "1"}
        assert await host.result("transfer", body, uuid=host.uuid) is True
        assert [one.name for one in await stream.rest()] == ["refer"]


async def test_one_who_rings_cannot_be_transferred() -> None:
    async with EmbeddedNode(HERE, FREE) as node, joined(node) as host:
        uuid = dial(node.conference(ALIAS), "bob@example.com")
        body = {"role": "guest", "conference_alias": "free"}
        assert await host.result("transfer", body, uuid=uuid) is False
        assert refused(await host.send("transfer", {"role": "guest"}, uuid=uuid))[0] == 400
        bad = {"role": "boss", "conference_alias": "free"}
        assert refused(await host.send("transfer", bad, uuid=uuid))[0] == 400


async def test_one_who_presented_here_does_not_there() -> None:
    async with EmbeddedNode(HERE, FREE) as node, joined(node) as host:
        here, there = node.conference(ALIAS), node.conference("free")
        ann = here.join("Ann")
        here.present(ann.uuid)
        body = {"role": "guest", "conference_alias": "free"}
        assert await host.result("transfer", body, uuid=ann.uuid) is True
        assert (here.presenting.presenter, there.presenting.presenter) == (None, None)
        (one,) = there.participants.values()
        assert one.is_presenting == "NO"
