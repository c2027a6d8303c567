"""Breakout rooms from our side: what a Host asks of them, and going into one as a Guest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from pexdash.errors import PexdashError, Refused
from pexdash.model.conference import BreakoutRoom
from pexdash.node.breakout_room import BreakoutRoom as NodeRoom
from pexdash.session.moderation.actions import LOCK, MUTE_GUESTS
from pexdash.session.moderation.policy import NOT_CONNECTED, ONLY_HOSTS, READ_ONLY
from pexdash.session.moderation.rooms import MAIN, NewRoom
from tests.eventually import eventually
from tests.session.host import ALIAS, OPEN, WITH_PINS, Host, hosting

RED = replace(OPEN, rooms=("Red",))
RED_FOR_GUESTS = replace(WITH_PINS, rooms=("Red",))


async def rooms(host: Host, *names: str) -> list[BreakoutRoom]:
    """Our side of the rooms, once they have these names."""
    known = host.feed.conference.rooms
    await eventually(lambda: [room.name for room in known.values()] == list(names), "rooms")
    return list(known.values())


def node_room(host: Host) -> NodeRoom:
    (room,) = host.conference.rooms.values()
    return room


def roster(place: object) -> list[str]:
    people: Mapping[str, object] = place.participants  # type: ignore[attr-defined]
    return sorted(str(one.display_name) for one in people.values())  # type: ignore[attr-defined]


async def test_a_room_is_opened_with_people_and_all_that_was_asked() -> None:
    async with hosting() as host:
        ann, bob = await host.someone("Ann"), await host.someone("Bob")
        new = NewRoom("Red", "Talk", 90.0, disconnects=True, guests_may_leave=False)
        await host.membership.rooms.create(new, {MAIN: [ann.uuid]})
        (red,) = await rooms(host, "Red")
        await eventually(lambda: roster(red) == ["Ann"])
        status = red.status
        assert (status.breakout_description, status.end_action) == ("Talk", "disconnect")
        assert status.breakout_guests_allowed_to_leave is False
        assert red.ends_in(host.clock.wall()) == 90
        assert bob.uuid in host.feed.conference.participants
        await host.membership.rooms.create(NewRoom("Blue"), {})
        _, blue = await rooms(host, "Red", "Blue")
        assert (blue.ends_in(0.0), blue.status.end_action) == (None, "transfer")
        assert b"duration" not in host.requests("breakouts")[-1].body


async def test_people_are_moved_from_each_room_they_are_in() -> None:
    async with hosting(RED) as host:
        (red,) = await rooms(host, "Red")
        ann, bob = await host.someone("Ann"), node_room(host).join("Bob")
        await eventually(lambda: bob.uuid in red.participants)
        await host.membership.rooms.create(NewRoom("Blue"), {})
        _, blue = await rooms(host, "Red", "Blue")
        people = {MAIN: [ann.uuid], red.uuid: [bob.uuid], blue.uuid: ["nobody"]}
        await host.membership.rooms.move(people, blue.uuid)
        await eventually(lambda: roster(blue) == ["Ann", "Bob"] and not red.participants)
        assert host.count("participants/breakout") == 2
        await host.membership.rooms.move({blue.uuid: [ann.uuid]}, MAIN)
        await eventually(lambda: ann.uuid in host.feed.conference.participants)


async def test_a_room_is_locked_muted_helped_and_closed_as_a_room() -> None:
    async with hosting(RED) as host:
        (red,) = await rooms(host, "Red")
        there = node_room(host)
        gus = there.join("Gus")
        there.ask_for_help(True)
        await eventually(lambda: red.asks_for_help)
        assert "Red asks for help" in host.said
        ours = host.membership.rooms
        await ours.answer(red.uuid)
        await ours.toggle(LOCK, red.uuid)
        await ours.toggle(MUTE_GUESTS, red.uuid)
        await eventually(lambda: red.status.locked and red.status.guests_muted)
        assert not red.asks_for_help
        assert (host.conference.locked, gus.is_muted) == (False, "YES")
        await ours.toggle(LOCK, red.uuid)
        await eventually(lambda: red.status.locked is False)
        await ours.toggle(LOCK, MAIN)
        await eventually(lambda: host.feed.conference.status.locked)
        await ours.toggle(LOCK, "no-such-room")
        await ours.close(red.uuid)
        await eventually(lambda: not host.feed.conference.rooms)
        assert gus.uuid in host.conference.participants
        assert not host.running.done()
        with pytest.raises(Refused):
            await ours.answer(red.uuid)
        assert "Help in" in host.said[-1]


async def test_all_rooms_hear_us_are_emptied_and_closed() -> None:
    async with hosting(replace(OPEN, rooms=("Red", "Blue"))) as host:
        red, blue = await rooms(host, "Red", "Blue")
        heard: list[object] = []
        for room in host.conference.rooms.values():
            room.join(f"In {room.plan.name}")
            room.audience.send = lambda event, data, *_: heard.append(  # type: ignore[method-assign]
                data.get("payload") if event == "message_received" else event
            )
        ours = host.membership.rooms
        await ours.say_to_all("five minutes")
        await ours.say("only Red", red.uuid)
        assert heard == ["five minutes", "five minutes", "only Red"]
        await ours.empty()
        await eventually(lambda: len(host.feed.conference.participants) == 3)
        assert list(host.feed.conference.rooms) == [red.uuid, blue.uuid]
        await ours.close_all()
        await eventually(lambda: not host.feed.conference.rooms)


async def test_what_we_may_not_do_in_rooms_is_known_before() -> None:
    from pexdash.api.requests import BREAKOUTS, LEAVE_BREAKOUT

    async with hosting(RED_FOR_GUESTS, pin="99") as guest:
        assert guest.membership.policy.refusal_of(BREAKOUTS) == ONLY_HOSTS
        assert guest.membership.policy.refusal_of(LEAVE_BREAKOUT) == ""
        assert guest.feed.conference.rooms == {}
    assert guest.membership.policy.refusal_of(BREAKOUTS) == NOT_CONNECTED
    async with hosting(RED, read_only=True) as host:
        await rooms(host, "Red")
        assert host.membership.policy.refusal_of(BREAKOUTS) == READ_ONLY


async def test_a_guest_goes_into_a_room_and_back_and_leaves_no_ghost() -> None:
    async with hosting(RED_FOR_GUESTS, pin="99") as guest:
        there, ours = node_room(guest), guest.feed.conference
        first = guest.me
        guest.conference.move([first], guest.conference, there)
        await eventually(lambda: ours.referral is not None)
        referral = ours.referral
        assert referral is not None
        assert (referral.leads_to_a_room, referral.breakout_name) == (True, "Red")
        assert first in guest.conference.participants, "nothing happens before we say so"
        guest.membership.referrals.enter_room(referral)
        await eventually(lambda: ours.status.breakout is True and guest.feed.link.is_live)
        await eventually(lambda: not guest.conference.participants, "released")
        assert list(there.participants) == [guest.me]
        assert (guest.me != first, ours.referral) == (True, None)
        assert "You are in Red now" in guest.said
        await guest.act("room-help")
        await eventually(lambda: ours.status.breakoutbuzz and ours.status.breakoutbuzz.asks)
        assert there.cry["value"] is True
        await guest.act("room-help")
        await eventually(lambda: not there.cry["value"])
        await guest.act("leave-room")
        await eventually(lambda: ours.referral is not None)
        assert ours.referral is not None
        assert ours.referral.target == "main"
        guest.membership.referrals.enter_room(ours.referral)
        await eventually(lambda: not there.participants, "released")
        await eventually(lambda: list(guest.conference.participants) == [guest.me])
        assert ours.status.breakout is None
        assert not guest.running.done()


async def test_a_guest_who_is_lost_in_a_room_joins_the_main_room() -> None:
    async with hosting(RED_FOR_GUESTS, pin="99") as guest:
        there, ours = node_room(guest), guest.feed.conference
        guest.conference.move([guest.me], guest.conference, there)
        await eventually(lambda: ours.referral is not None)
        assert ours.referral is not None
        guest.membership.referrals.enter_room(ours.referral)
        await eventually(lambda: ours.status.breakout is True and guest.feed.link.is_live)
        inside = guest.me
        there.leave(inside)
        await guest.pass_time_until(lambda: guest.me != inside and guest.feed.link.is_live)
        await eventually(lambda: list(guest.conference.participants) == [guest.me])
        assert (there.participants, ours.status.breakout) == ({}, None)


async def test_a_host_who_joins_anew_sees_each_room_once() -> None:
    async with hosting(RED) as host:
        (red,) = await rooms(host, "Red")
        node_room(host).join("Rita")
        await eventually(lambda: roster(red) == ["Rita"])
        before = host.me
        host.conference.leave(before)
        await host.pass_time_until(lambda: host.me != before and host.feed.link.is_live)
        (again,) = await rooms(host, "Red")
        await eventually(lambda: roster(again) == ["Rita"])
        await eventually(lambda: again.is_heard)
        node_room(host).join("Ron")
        await eventually(lambda: roster(again) == ["Rita", "Ron"])


async def test_after_a_transfer_the_rooms_are_those_of_the_other_conference() -> None:
    beside = replace(OPEN, alias="other.meeting", rooms=("Blue", "Green"))
    async with hosting(RED, beside) as host:
        await rooms(host, "Red")
        token = host.node.conference("other.meeting").tokens.refer("chair", "Alice")
        host.conference.audience.tell(host.me, "refer", {"alias": "other.meeting", "token": token})
        await host.pass_time_until(lambda: host.feed.conference.alias == "other.meeting")
        await rooms(host, "Blue", "Green")


async def test_a_token_that_leads_nowhere_leaves_us_where_we_are() -> None:
    async with hosting(RED_FOR_GUESTS, pin="99") as guest:
        there, ours, me = node_room(guest), guest.feed.conference, guest.me
        guest.conference.move([me], guest.conference, there)
        await eventually(lambda: ours.referral is not None)
        assert ours.referral is not None
        there.tokens.redeem(ours.referral.token.reveal())
        guest.membership.referrals.enter_room(ours.referral)
        await eventually(lambda: any(text.startswith("Not joined there") for text in guest.said))
        assert (guest.me, list(guest.conference.participants)) == (me, [me])
        assert guest.feed.link.is_live


async def test_a_host_is_asked_into_a_room_and_stays_who_they_are() -> None:
    async with hosting(RED) as host:
        (red,) = await rooms(host, "Red")
        host.conference.move([host.me], host.conference, node_room(host), host.me)
        await eventually(lambda: host.feed.conference.room_referral is not None)
        referral = host.feed.conference.room_referral
        assert referral is not None
        assert (referral.room, referral.name, referral.requester) == (red.uuid, "Red", host.me)
        assert host.me in host.conference.participants


async def test_rooms_come_back_after_a_reconnect_but_for_those_that_are_over() -> None:
    async with hosting(replace(OPEN, rooms=("Red", "Blue"))) as host:
        red, _ = await rooms(host, "Red", "Blue")
        room = host.conference.rooms[red.uuid]
        room.join("Rita")
        await eventually(lambda: roster(red) == ["Rita"])
        (blue,) = [uuid for uuid in host.conference.rooms if uuid != red.uuid]
        host.conference.audience.end_all()
        host.conference.close_room(blue)
        room.join("Ron")
        await host.pass_time_until(lambda: roster(red) == ["Rita", "Ron"])
        heard = {uuid: one.is_heard for uuid, one in host.feed.conference.rooms.items()}
        assert heard == {red.uuid: True, blue: False}
        host.conference.audience.end_all()
        await host.pass_time_until(lambda: list(host.feed.conference.rooms) == [red.uuid])


async def test_a_request_that_fails_is_told_with_its_room() -> None:
    async with hosting(RED) as host:
        (red,) = await rooms(host, "Red")
        host.node.faults.answer("lock", 503, b"")
        with pytest.raises(PexdashError):
            await host.membership.rooms.toggle(LOCK, red.uuid)
        assert host.said[-1].startswith("Lock in Red failed")
        assert host.conference.settings.alias == ALIAS
