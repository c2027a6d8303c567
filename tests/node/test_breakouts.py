"""Breakout rooms of the node: made, filled, moderated, left and closed, and what each is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pexdash.node.lively import Lively
from pexdash.node.lively_rooms import LivelyRooms
from pexdash.node.meeting import MOST_ROOMS
from pexdash.node.people import People
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, INVALID_ROLE, INVALID_TOKEN, Client, refused
from tests.node.meeting_with_rooms import meeting, of_room

IN_BRACKET = ["participant_sync_begin", "participant_sync_end"]


async def test_each_room_has_a_bracket_of_its_own_for_a_host() -> None:
    async with meeting() as there:
        red, blue = await there.room("Red", description="Talk", duration=600), await there.room()
        there.conference.rooms[red].join("Rita")
        stream = await there.host.listen()
        told = await stream.until("presentation_stop")
        for uuid, people in ((red, 1), (blue, 0)):
            begin, *inner = [await stream.next() for _ in range(7 + people)]
            assert begin is not None
            assert (begin.name, begin.data["breakout_uuid"]) == ("breakout_begin", uuid)
            assert begin.data["participant_uuid"] == there.host.uuid
            names = [one.data["event"] for one in inner if one is not None]
            expected = ["participant_create"] * people
            assert names[:1] == ["conference_update"]
            assert names[1 : people + 3] == [IN_BRACKET[0], *expected, IN_BRACKET[1]]
            assert all(one is not None and one.name == "breakout_event" for one in inner)
            assert {one.data["breakout_uuid"] for one in inner if one} == {uuid}
            assert len({one.data["id"] for one in inner if one}) == len(inner)
        assert "breakout_begin" not in [one.name for one in told]
        status = await there.host.get(f"breakouts/{red}/conference_status")
        assert status["breakout"] is True
        assert (status["breakout_name"], status["breakout_description"]) == ("Red", "Talk")
        assert status["end_time"] == there.clock.wall() + 600
        assert (status["end_action"], status["breakoutbuzz"]["value"]) == ("transfer", False)
        assert (await there.host.get("conference_status"))["breakout_rooms"] is True


@pytest.mark.parametrize(
    ("said", "knows"),
    [
        ({}, True),
        ({"breakout_rooms": True, "breakout_capable": False}, True),
        ({"breakout_capable": False}, False),
        ({"breakout_rooms": False}, False),
    ],
)
async def test_rooms_are_told_to_hosts_unless_their_client_knows_none(
    said: dict[str, bool], knows: bool
) -> None:
    async with meeting() as there, Client(there.node) as other:
        await other.join("Other Host", "1", **said)
        streams = [await one.listen_in() for one in (there.host, there.guest, other)]
        red = await there.room()
        there.conference.rooms[red].join("Rita")
        await there.host.result("breakouts/disconnect")
        there.conference.publish("last", None)
        heard = [{one.name for one in await stream.until("last")} for stream in streams]
        rooms = {"breakout_begin", "breakout_event", "breakout_end"}
        assert [rooms & names for names in heard] == [rooms, set(), rooms if knows else set()]


async def test_who_becomes_a_host_hears_of_the_rooms_and_who_is_one_no_more_does_not() -> None:
    async with meeting() as there:
        red = await there.room()
        stream = await there.guest.listen_in()
        await there.host.result("role", {"role": "chair"}, uuid=there.guest.uuid)
        assert (await stream.first("breakout_begin"))["breakout_uuid"] == red
        await there.host.result("role", {"role": "guest"}, uuid=there.guest.uuid)
        assert (await stream.first("breakout_end"))["breakout_uuid"] == red


async def test_people_go_from_room_to_room_and_a_client_is_asked() -> None:
    async with meeting() as there:
        conference = there.conference
        ann, bob = conference.join("Ann"), conference.join("Bob")
        stream = await there.host.listen_in()
        red = await there.room("Red", participants={"main": [ann.uuid, "nobody"]})
        blue = await there.room("Blue", participants={red: [ann.uuid]})
        rooms = conference.rooms
        assert [list(rooms[one].participants) for one in (red, blue)] == [[], [ann.uuid]]
        assert (await stream.first("participant_delete"))["uuid"] == ann.uuid
        to_red = {"breakout_uuid": red, "participants": [ann.uuid, bob.uuid]}
        assert await there.host.result("participants/breakout", to_red) is True
        assert list(rooms[red].participants) == [bob.uuid]
        back = {"breakout_uuid": "main", "participants": [bob.uuid]}
        assert await there.host.result(f"breakouts/{red}/participants/breakout", back) is True
        assert bob.uuid in conference.participants
        unknown = {"breakout_uuid": "green", "participants": [bob.uuid]}
        assert refused(await there.host.send("participants/breakout", unknown))[0] == 400


async def test_a_guest_follows_into_a_room_asks_for_help_and_leaves_it_again() -> None:
    async with meeting() as there:
        guest, conference = there.guest, there.conference
        host_stream, stream = await there.host.listen_in(), await guest.listen_in()
        red = await there.room("Red", participants={"main": [guest.uuid]})
        assert guest.uuid in conference.participants, "who does not go stays"
        told = await there.into(guest, stream)
        assert told["alias"] == ALIAS
        assert (told["target"], told["breakout_name"]) == ("breakout", "Red")
        room = conference.rooms[red]
        assert list(room.participants) == [guest.uuid]
        assert len(conference.participants) == 1
        stream = await guest.listen()
        assert (await stream.first("conference_update"))["breakout_name"] == "Red"
        assert await guest.result("breakoutbuzz") is True
        while not (cry := (await of_room(host_stream, "conference_update"))["breakoutbuzz"])[
            "value"
        ]:
            pass
        assert cry["time"] == there.clock.wall()
        await there.host.result(f"breakouts/{red}/clearbreakoutbuzz")
        assert (await of_room(host_stream, "conference_update"))["breakoutbuzz"]["value"] is False
        assert await guest.result("leavebreakout") is True
        told = await there.into(guest, stream)
        assert (told["target"], "breakout_name" in told) == ("main", False)
        assert room.participants == {}
        assert guest.uuid in conference.participants
        for request in ("breakoutbuzz", "clearbreakoutbuzz", "leavebreakout"):
            assert refused(await guest.send(request))[0] == 400


async def test_a_token_for_one_use_is_used_once_and_a_host_makes_one_for_guests() -> None:
    async with meeting() as there, Client(there.node) as other, Client(there.node) as late:
        red = await there.room(guests_allowed_to_leave=False)
        token = await there.host.result(f"breakouts/{red}/request_guest_token")
        joined = await other.join("Gil", token=token)
        assert (joined["role"], joined["breakout_rooms"]) == ("GUEST", False)
        assert list(there.conference.rooms[red].participants) == [other.uuid]
        again = await late.send("request_token", {"display_name": "X", "token": token})
        assert refused(again) == INVALID_TOKEN
        assert refused(await other.send("leavebreakout"))[0] == 403
        await other.result("refresh_token")


async def test_a_host_is_asked_and_keeps_the_token() -> None:
    async with meeting() as there:
        stream = await there.host.listen_in()
        red = await there.room("Red")
        move = {"breakout_uuid": red, "participants": [there.host.uuid]}
        await there.host.result("participants/breakout", move)
        assert await stream.first("breakout_refer") == {
            "breakout_uuid": red,
            "breakout_name": "Red",
            "requester_uuid": there.host.uuid,
        }
        assert there.host.uuid in there.conference.participants


async def test_a_host_moderates_a_room_as_the_main_room() -> None:
    async with meeting() as there:
        host = there.host
        red = await there.room()
        room, at = there.conference.rooms[red], f"breakouts/{red}/"
        rita = room.join("Rita", buzz_time=9.0)
        asked: dict[str, Callable[[], bool]] = {
            "lock": lambda: room.locked,
            "muteguests": lambda: rita.is_muted == "YES",
            "unmuteguests": lambda: rita.is_muted == "NO",
            "clearallbuzz": lambda: rita.buzz_time == 0,
            f"participants/{rita.uuid}/mute": lambda: rita.is_muted == "YES",
            f"participants/{rita.uuid}/spotlighton": lambda: rita.spotlight > 0,
            "breakoutbuzz": lambda: room.cry["value"] is True,
        }
        for request, holds in asked.items():
            assert await host.result(at + request) is True, request
            assert holds(), request
        waits = room.join("Walt")
        assert waits.service_type == "waiting_room"
        await host.result(f"{at}participants/{waits.uuid}/unlock")
        assert waits.service_type == "conference"
        assert not there.conference.locked
        people = await host.get(f"{at}participants")
        assert [one["display_name"] for one in people] == ["Rita", "Walt"]
        await host.result(f"{at}participants/{waits.uuid}/disconnect")
        assert list(room.participants) == [rita.uuid]
        for request in ("breakouts", "breakouts/message", "request_token", "events"):
            assert refused(await host.send(at + request, {"name": "A", "payload": "x"}))[0] == 404
        unknown = refused(await host.send("breakouts/11111111-2222/lock"))
        assert unknown == (404, "failed", "Breakout room not found")


async def test_a_guest_touches_no_room_but_their_own() -> None:
    async with meeting() as there:
        red = await there.room()
        for request in ("message", "breakoutbuzz", "lock", "participants/breakout"):
            answer = await there.guest.send(f"breakouts/{red}/{request}", {"payload": "x"})
            assert refused(answer) == INVALID_ROLE, request
        for request in ("breakouts", "breakouts/disconnect", "breakouts/empty"):
            assert refused(await there.guest.send(request)) == INVALID_ROLE, request
        there.guest.token = "no-token"
        assert refused(await there.guest.send(f"breakouts/{red}/lock")) == INVALID_TOKEN


async def test_chat_stays_in_its_room_and_reaches_the_other_hosts() -> None:
    async with meeting() as there, Client(there.node) as other:
        await other.join("Hugo", "1", breakout_rooms=True)
        red, blue = await there.room("Red"), await there.room("Blue")
        mine, others = await there.host.listen_in(), await other.listen_in()
        say = {"type": "text/plain", "payload": "one"}
        assert await there.host.result(f"breakouts/{red}/message", say) is True
        line = await of_room(others, "message_received")
        assert (line["payload"], line["origin"], line["uuid"]) == ("one", "Hana", there.host.uuid)
        assert await there.host.result("breakouts/message", {"payload": "all"}) is True
        assert [(await of_room(others, "message_received"))["payload"] for _ in "ab"] == ["all"] * 2
        there.conference.publish("last", None)
        assert not [
            one
            for one in await mine.until("last")
            if one.name == "breakout_event" and one.data["event"] == "message_received"
        ]
        assert {red, blue} == set(there.conference.rooms)


@pytest.mark.parametrize("how", ["time", "host", "all"])
@pytest.mark.parametrize("end_action", ["transfer", "disconnect"])
async def test_a_room_ends_as_it_was_made_to(how: str, end_action: str) -> None:
    async with meeting() as there:
        ann = there.conference.join("Ann")
        stream = await there.host.listen_in()
        duration = 30 if how == "time" else 0
        red = await there.room(
            duration=duration, end_action=end_action, participants={"main": [ann.uuid]}
        )
        if how == "time":
            await there.clock.advance(29.0)
            assert red in there.conference.rooms
            await there.clock.advance(1.0)
        elif how == "host":
            assert await there.host.result(f"breakouts/{red}/disconnect") is True
        else:
            assert await there.host.result("breakouts/disconnect") is None
        assert (await stream.first("breakout_end"))["breakout_uuid"] == red
        assert there.conference.rooms == {}
        assert (ann.uuid in there.conference.participants) is (end_action == "transfer")


async def test_a_room_that_is_closed_sends_its_clients_back_or_away() -> None:
    async with meeting() as there:
        stream = await there.guest.listen_in()
        red = await there.room(end_action="disconnect", participants={"main": [there.guest.uuid]})
        await there.into(there.guest, stream)
        stream = await there.guest.listen_in()
        await there.host.result(f"breakouts/{red}/disconnect")
        assert "reason" in await stream.first("disconnect")
        assert await stream.next() is None
        assert refused(await there.guest.send("refresh_token")) == INVALID_TOKEN


async def test_empty_brings_everybody_back_and_keeps_the_rooms() -> None:
    async with meeting() as there:
        ann = there.conference.join("Ann")
        red = await there.room(participants={"main": [ann.uuid]})
        await there.host.result("lock")
        assert await there.host.result("breakouts/empty") is True
        assert list(there.conference.rooms) == [red]
        assert not there.conference.participants[ann.uuid].waiting, "who was in stays in"


async def test_there_is_an_end_to_rooms_and_a_room_has_a_name() -> None:
    async with meeting() as there:
        assert refused(await there.host.send("breakouts", {"name": "  "}))[0] == 400
        assert refused(await there.host.send("breakouts", {"name": "R", "duration": -1}))[0] == 400
        for number in range(MOST_ROOMS):
            await there.room(f"R{number}")
        assert refused(await there.host.send("breakouts", {"name": "more"}))[0] == 400


async def test_the_end_of_the_meeting_is_the_end_of_its_rooms() -> None:
    async with meeting(ConferenceSettings(ALIAS, host_pin="1", rooms=("Red",))) as there:
        stream = await there.guest.listen_in()
        (red,) = there.conference.rooms
        move = {"breakout_uuid": red, "participants": [there.guest.uuid]}
        await there.host.result("participants/breakout", move)
        await there.into(there.guest, stream)
        stream = await there.guest.listen_in()
        await there.host.result("disconnect")
        assert "reason" in await stream.first("disconnect")
        assert [room.plan.name for room in there.conference.rooms.values()] == ["Red"]
        assert not there.conference.rooms.keys() & {red}


async def test_a_lively_room_asks_for_help_and_people_change_rooms() -> None:
    settings = ConferenceSettings(ALIAS, participants=8, rooms=("Red", "Blue"))

    async def run() -> tuple[list[list[str]], list[bool]]:
        clock = ManualClock()
        async with EmbeddedNode(settings, clock=clock) as node:
            conference = node.conference(ALIAS)
            rooms = list(conference.rooms.values())
            assert [len(room.participants) for room in rooms] == [3, 3]
            script = Lively(conference, People(1))
            cries: list[bool] = []
            lively = LivelyRooms(conference, clock.sleep)
            conference.tasks.start(lively.ask_for_help(script._rng("help")))
            await eventually(lambda: any(room.cry["value"] for room in rooms))
            cries.append(any(room.cry["value"] for room in rooms))
            await clock.advance(41.0)
            cries.append(any(room.cry["value"] for room in rooms))
            for _ in range(5):
                await lively.change_rooms(script._rng("rooms"))
            names = [[one.display_name for one in room.participants.values()] for room in rooms]
            return names, cries

    first, second = await run(), await run()
    assert first == second
    assert first[1] == [True, False]
    assert sum(map(len, first[0])) == 6
    assert list(map(len, first[0])) != [3, 3]
