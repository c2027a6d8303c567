"""Hosts in the breakout rooms of the node: there by a media call, and never played by it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pexdash.node.lively import Lively
from pexdash.node.lively_rooms import LivelyRooms
from pexdash.node.people import People
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, INVALID_ROLE, Client, refused
from tests.node.meeting_with_rooms import Meeting, of_room
from tests.node.offers import WEBRTC

SETTINGS = ConferenceSettings(ALIAS, host_pin="1", rooms=("Red", "Blue"))


class InRed(Meeting):
    """Two Hosts, of whom the first has a call in the room Red; both have streams."""

    red: str
    blue: str
    call: str

    @property
    def at(self) -> str:
        """Where the requests about the first Host in Red are."""
        return f"breakouts/{self.red}/participants/{self.host.uuid}"

    def places(self) -> list[str]:
        """The names of the rooms, the main one too, in whose rosters the first Host is."""
        rooms = {"main": self.conference, "Red": self.conference.rooms.get(self.red)}
        rooms["Blue"] = self.conference.rooms.get(self.blue)
        return [name for name, one in rooms.items() if one and self.host.uuid in one.participants]


@asynccontextmanager
async def in_red() -> AsyncIterator[InRed]:
    clock = ManualClock()
    async with (
        EmbeddedNode(SETTINGS, clock=clock) as node,
        Client(node) as host,
        Client(node) as other,
    ):
        await host.join("Hana", "1", supports_direct_chat=True)
        await other.join("Hugo", "1", supports_direct_chat=True)
        there = InRed(node, host, other, clock)
        there.red, there.blue = there.conference.rooms
        assert there.places() == ["main"]
        made = await host.result(f"{there.at}/calls", WEBRTC)
        there.call = made["call_uuid"]
        await host.result(f"{there.at}/calls/{there.call}/ack")
        yield there


async def test_a_host_is_in_the_roster_of_a_room_while_a_call_there_lasts() -> None:
    async with in_red() as there:
        assert there.places() == ["main", "Red"]
        stream = await there.guest.listen_in()
        created = await of_room(stream, "participant_create")
        assert (created["uuid"], created["role"]) == (there.host.uuid, "chair")
        assert created["has_media"] is True
        await there.host.result(f"{there.at}/buzz")
        assert (await of_room(stream, "participant_update"))["buzz_time"] > 0
        assert there.conference.participants[there.host.uuid].buzz_time == 0
        await there.host.result(f"{there.at}/calls/{there.call}/disconnect")
        assert await of_room(stream, "participant_delete") == {"uuid": there.host.uuid}
        assert there.places() == ["main"]
        assert refused(await there.host.send(f"{there.at}/buzz"))[0] == 404


async def test_pexips_web_app_tells_the_main_room_of_its_call_in_a_room() -> None:
    async with in_red() as there:
        at = f"participants/{there.host.uuid}/calls/{there.call}"
        assert await there.host.result(f"{at}/statistics", {"audio": {}}) is None
        for request in ("ack", "disconnect"):
            assert refused(await there.host.send(f"{at}/{request}"))[0] == 404
        assert there.places() == ["main", "Red"]
        unknown = f"participants/{there.host.uuid}/calls/{there.red}/statistics"
        assert refused(await there.host.send(unknown))[0] == 404


async def test_a_line_for_a_host_in_a_room_alone_reaches_them() -> None:
    async with in_red() as there:
        stream = await there.host.listen_in()
        assert await there.guest.result(f"{there.at}/message", {"payload": "psst"}) is True
        line = await of_room(stream, "message_received")
        assert (line["payload"], line["direct"], line["origin"]) == ("psst", True, "Hugo")


@pytest.mark.parametrize(
    ("request_", "body", "left"),
    [
        ("breakouts/empty", None, ["main"]),
        ("breakouts/disconnect", None, ["main"]),
        ("breakouts/{red}/disconnect", None, ["main"]),
        ("breakouts/{red}/participants/breakout", {"breakout_uuid": "main"}, ["main"]),
        ("participants/{host}/role", {"role": "guest"}, ["main"]),
        ("participants/{host}/disconnect", None, []),
    ],
)
async def test_a_host_who_is_sent_out_of_a_room_is_in_the_main_room_once(
    request_: str, body: dict[str, object] | None, left: list[str]
) -> None:
    async with in_red() as there:
        path = request_.format(red=there.red, host=there.host.uuid)
        if body and "breakout_uuid" in body:
            body = {**body, "participants": [there.host.uuid]}
        await there.guest.result(path, body)
        assert there.places() == left
        people = await there.guest.get("participants")
        assert [one["uuid"] for one in people].count(there.host.uuid) == len(left)


async def test_a_host_in_a_room_is_asked_into_another() -> None:
    async with in_red() as there:
        stream = await there.host.listen_in()
        move = {"breakout_uuid": there.blue, "participants": [there.host.uuid]}
        await there.guest.result(f"breakouts/{there.red}/participants/breakout", move)
        assert (await stream.first("breakout_refer"))["breakout_uuid"] == there.blue
        assert there.places() == ["main", "Red"]


async def test_nobody_is_put_into_a_room_by_a_call_but_a_host_who_makes_it() -> None:
    async with in_red() as there, Client(there.node) as guest:
        await guest.join("Gus", "none")
        whose = f"breakouts/{there.blue}/participants"
        for caller, whom in ((guest, guest), (there.guest, there.host), (there.guest, guest)):
            answer = await caller.send(f"{whose}/{whom.uuid}/calls", WEBRTC)
            assert refused(answer)[0] in (403, 404)
        assert refused(await there.guest.send(f"{whose}/{there.guest.uuid}/calls", {}))[0] == 400
        assert there.conference.rooms[there.blue].participants == {}


async def test_a_lively_room_speaks_for_no_client() -> None:
    async with in_red() as there:
        stream = await there.guest.listen_in()
        script = Lively(there.conference, People(1))
        lively = LivelyRooms(there.conference, there.clock.sleep)
        for _ in range(3):
            await lively.change_rooms(script._rng("rooms"))
        there.conference.rooms[there.red].join("Rita")
        for _ in range(3):
            await lively.change_rooms(script._rng("rooms"))
        await there.guest.result("breakouts/message", {"payload": "last"})
        there.conference.publish("last", None)
        told = [one.data for one in await stream.until("last") if one.name == "breakout_event"]
        lines = [one["data"] for one in told if one["event"] == "message_received"]
        assert {line["origin"] for line in lines} <= {"Rita"}
        assert lines
        assert there.places() == ["main", "Red"]


async def test_who_is_moved_stays_verified_and_can_be_written_to() -> None:
    async with in_red() as there:
        ann = there.conference.join(
            "Ann", protocol="sip", is_idp_authenticated=True, supports_direct_chat=True
        )
        move = {"breakout_uuid": there.red, "participants": [ann.uuid]}
        await there.host.result("participants/breakout", move)
        moved = there.conference.rooms[there.red].participants[ann.uuid]
        assert (moved.is_idp_authenticated, moved.supports_direct_chat) == (True, True)


async def test_nobody_hears_more_of_a_room_that_is_closed() -> None:
    async with in_red() as there:
        stream = await there.guest.listen_in()
        there.conference.rooms[there.red].join("Rita")
        lively = LivelyRooms(there.conference, there.clock.sleep)
        asking = asyncio.create_task(lively.ask_for_help(random.Random(1)))
        while not (await of_room(stream, "conference_update"))["breakoutbuzz"]["value"]:
            continue
        await there.guest.result(f"breakouts/{there.red}/disconnect")
        assert (await stream.first("breakout_end"))["breakout_uuid"] == there.red
        await there.clock.advance(40)
        await asking
        there.conference.publish("last", None)
        told = [one.data for one in await stream.until("last") if one.name == "breakout_event"]
        assert [one["event"] for one in told if one["breakout_uuid"] == there.red] == []


async def test_a_host_with_the_token_of_a_room_acts_in_no_other() -> None:
    async with in_red() as there, Client(there.node) as guest:
        await guest.join("Gus", "none", breakout_capable=True)
        stream = await guest.listen_in()
        move = {"breakout_uuid": there.red, "participants": [guest.uuid]}
        await there.host.result("participants/breakout", move)
        await there.into(guest, stream)
        role = {"role": "chair"}
        await there.host.result(f"breakouts/{there.red}/participants/{guest.uuid}/role", role)
        call = f"breakouts/{there.blue}/participants/{guest.uuid}/calls"
        for request, body in ((call, WEBRTC), (f"breakouts/{there.blue}/lock", None)):
            assert refused(await guest.send(request, body)) == INVALID_ROLE
        assert await guest.result(f"breakouts/{there.red}/lock") is True
