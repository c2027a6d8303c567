"""What Hosts do to a conference and to people in it, and what the others are told."""

from __future__ import annotations

import pytest

from pexdash.api.requests import REQUESTS, Caller, Scope
from pexdash.node.media_calls import NodeCall
from pexdash.node.routes import ANSWERED
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, INVALID_ROLE, INVALID_TOKEN, Client, joined, refused

OPEN = ConferenceSettings(ALIAS)
PIN = ConferenceSettings(ALIAS, host_pin="1")
NOT_STARTED = ConferenceSettings(ALIAS, host_pin="1", started=False)


async def test_lock_holds_guests_and_unlock_lets_them_in() -> None:
    async with EmbeddedNode(PIN) as node, joined(node, pin="1") as host:
        stream = await host.listen_in()
        assert await host.result("lock") is True
        assert (await stream.first("conference_update"))["locked"] is True
        assert (await host.get("conference_status"))["locked"] is True
        conference = node.conference(ALIAS)
        assert conference.join("Gus").service_type == "waiting_room"
        assert conference.join("Hal", role="chair").service_type == "conference"
        async with Client(node) as other:
            assert (await other.join("Ida", "1"))["current_service_type"] == "conference"
        assert await host.result("unlock") is True
        assert (await stream.first("conference_update"))["locked"] is False
        assert (await stream.first("participant_update"))["service_type"] == "conference"
        assert conference.join("Jan").service_type == "conference"


async def test_start_lets_waiting_guests_in() -> None:
    async with EmbeddedNode(NOT_STARTED) as node, joined(node, pin="1") as host:
        stream = await host.listen_in()
        assert (await host.get("conference_status"))["started"] is False
        guest = node.conference(ALIAS).join("Gus")
        assert guest.waiting
        assert await host.result("start_conference") is True
        assert (await stream.first("conference_update"))["started"] is True
        assert (await stream.first("participant_update"))["uuid"] == guest.uuid
        assert not guest.waiting


async def test_start_of_a_locked_conference_lets_nobody_in() -> None:
    async with EmbeddedNode(NOT_STARTED) as node, joined(node, pin="1") as host:
        guest = node.conference(ALIAS).join("Gus")
        await host.result("lock")
        await host.result("start_conference")
        assert guest.waiting


async def test_a_host_with_media_starts_the_conference() -> None:
    async with EmbeddedNode(NOT_STARTED) as node:
        conference = node.conference(ALIAS)
        guest = conference.join("Gus")
        conference.join("Hal", role="chair")
        assert conference.started
        assert not guest.waiting


async def test_mute_guests_spares_hosts_and_catches_late_comers() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as host:
        stream = await host.listen_in()
        conference = node.conference(ALIAS)
        chair = conference.join("Hal", role="chair")
        guests = [conference.join(name) for name in ("Gus", "Gil")]
        await host.result("muteguests")
        assert (await stream.first("conference_update"))["guests_muted"] is True
        updates = [await stream.first("participant_update") for _ in guests]
        assert [(one["uuid"], one["is_muted"]) for one in updates] == [
            (one.uuid, "YES") for one in guests
        ]
        assert chair.is_muted == "NO"
        assert conference.join("Late").is_muted == "YES"
        await host.result("unmuteguests")
        assert (await host.get("conference_status"))["guests_muted"] is False
        assert all(one.is_muted == "NO" for one in conference.participants.values())


@pytest.mark.parametrize(
    ("request_name", "field", "value", "undo", "before"),
    [
        ("mute", "is_muted", "YES", "unmute", "NO"),
        ("denyrxpresentation", "rx_presentation_policy", "DENY", "allowrxpresentation", "ALLOW"),
        ("spotlighton", "spotlight", 1_700_000_000.0, "spotlightoff", 0),
    ],
)
async def test_switches(
    request_name: str, field: str, value: object, undo: str, before: object
) -> None:
    async with EmbeddedNode(OPEN, clock=ManualClock()) as node, joined(node) as host:
        ann = node.conference(ALIAS).join("Ann")
        stream = await host.listen_in()
        assert await host.result(request_name, uuid=ann.uuid) is True
        assert await host.result(request_name, uuid=ann.uuid) is True
        assert await host.result(undo, uuid=ann.uuid) is True
        updates = [await stream.first("participant_update") for _ in range(2)]
        assert [one[field] for one in updates] == [value, before]
        assert updates[1] == ann.wire()
        node.conference(ALIAS).publish("end", None)
        assert "participant_update" not in {one.name for one in await stream.until("end")}


async def test_a_hand_keeps_the_time_at_which_it_went_up_until_it_is_lowered() -> None:
    clock = ManualClock()
    async with (
        EmbeddedNode(PIN, clock=clock) as node,
        joined(node, pin="1") as host,
        Client(node) as guest,
    ):
        await guest.join("Gus", "none")
        stream = await host.listen_in()
        raised = clock.wall()
        assert await guest.result("buzz", uuid=guest.uuid) is True
        await clock.advance(1)
        assert await guest.result("buzz", uuid=guest.uuid) is True
        assert await guest.result("clearbuzz", uuid=guest.uuid) is True
        assert await guest.result("buzz", uuid=guest.uuid) is True
        assert await host.result("clearbuzz", uuid=guest.uuid) is True
        updates = [await stream.first("participant_update") for _ in range(4)]
        assert [one["buzz_time"] for one in updates] == [raised, 0, clock.wall(), 0]
        assert {one["uuid"] for one in updates} == {guest.uuid}


async def test_a_host_lowers_all_hands_and_raises_nobody_s() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as host:
        conference = node.conference(ALIAS)
        ann, bob = (conference.join(name, buzz_time=1.5) for name in ("Ann", "Bob"))
        eve = conference.join("Eve")
        assert refused(await host.send("buzz", uuid=eve.uuid)) == INVALID_ROLE
        assert await host.result("buzz", uuid=host.uuid) is True
        stream = await host.listen_in()
        assert await host.result("clearallbuzz") is True
        updates = [await stream.first("participant_update") for _ in range(3)]
        assert {one["uuid"] for one in updates} == {ann.uuid, bob.uuid, host.uuid}
        assert not any(one.buzz_time for one in conference.participants.values())


async def test_spotlighted_people_sit_first_in_order_of_spotlighting() -> None:
    clock = ManualClock()
    async with EmbeddedNode(OPEN, clock=clock) as node, joined(node) as host:
        conference = node.conference(ALIAS)
        ann, bob, chen = (conference.join(name) for name in ("Ann", "Bob", "Chen"))
        stream = await host.listen_in()
        conference.speak({ann.uuid: 50})
        await host.result("spotlighton", uuid=chen.uuid)
        await clock.advance(1)
        await host.result("spotlighton", uuid=bob.uuid)
        await host.result("spotlightoff", uuid=chen.uuid)
        seats = [(await stream.first("layout"))["participants"] for _ in range(3)]
        assert seats == [
            [chen.uuid, ann.uuid, bob.uuid],
            [chen.uuid, bob.uuid, ann.uuid],
            [bob.uuid, ann.uuid, chen.uuid],
        ]


async def test_admit_one_of_a_locked_conference() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as host:
        await host.result("lock")
        stream = await host.listen_in()
        gus, gil = (node.conference(ALIAS).join(name) for name in ("Gus", "Gil"))
        assert await host.result("unlock", uuid=gil.uuid) is True
        assert (await stream.first("participant_update"))["uuid"] == gil.uuid
        assert (gus.waiting, gil.waiting) == (True, False)


async def test_role_of_a_client_comes_with_its_next_refresh() -> None:
    async with EmbeddedNode(PIN) as node, joined(node, pin="1") as host, Client(node) as guest:
        await guest.join("Gus", "none")
        stream = await guest.listen_in()
        assert await host.result("role", {"role": "chair"}, uuid=guest.uuid) is True
        assert (await stream.first("participant_update"))["role"] == "chair"
        assert await stream.first("refresh_token") is None
        fresh = await guest.result("refresh_token")
        assert fresh["role"] == "HOST"
        guest.token = fresh["token"]
        assert await guest.result("role", {"role": "guest"}, uuid=host.uuid) is True
        assert refused(await host.send("lock")) == INVALID_ROLE


async def test_a_guest_made_host_need_not_wait() -> None:
    async with EmbeddedNode(PIN) as node, joined(node, pin="1") as host:
        gus = node.conference(ALIAS).join("Gus", waiting=True)
        await host.result("role", {"role": "chair"}, uuid=gus.uuid)
        assert gus.service_type == "conference"


async def test_disconnect_one() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as host, joined(node, "Bob") as bob:
        watching, own = await host.listen_in(), await bob.listen_in()
        assert await host.result("disconnect", uuid=bob.uuid) is True
        assert await watching.first("participant_delete") == {"uuid": bob.uuid}
        last = await own.rest()
        reason = {"reason": "Disconnected by another participant"}
        assert [(one.name, one.data) for one in last] == [("disconnect", reason)]
        assert own.fault is None
        assert refused(await bob.send("refresh_token")) == INVALID_TOKEN


async def test_disconnect_everyone_and_join_again() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as host, joined(node, "Bob") as bob:
        conference = node.conference(ALIAS)
        conference.join("Ann")
        await host.result("lock")
        streams = [await host.listen_in(), await bob.listen_in()]
        assert await host.result("disconnect") is True
        for stream in streams:
            last = await stream.rest()
            reason = {"reason": "Conference terminated by another participant"}
            assert [(one.name, one.data) for one in last] == [("disconnect", reason)]
        assert not conference.participants
        assert refused(await bob.send("lock")) == INVALID_TOKEN
        await bob.join("Bob")
        assert [one["uuid"] for one in await bob.get("participants")] == [bob.uuid]
        assert (await bob.get("conference_status"))["locked"] is False


async def test_guests_may_do_nothing_of_a_host_s() -> None:
    async with EmbeddedNode(PIN) as node, Client(node) as guest:
        await guest.join("Gus", "none")
        other = node.conference(ALIAS).join("Ann")
        bodies = {"role": {"role": "chair"}}
        call = NodeCall("5" * 8, other.uuid, "WEBRTC")
        node.conference(ALIAS).add_call(call)
        for request in REQUESTS:
            if (request.scope, request.name) not in ANSWERED:
                continue
            if request.caller in (Caller.HOST, Caller.HOST_OR_SELF, Caller.SELF):
                uuid = other.uuid if request.scope is not Scope.CONFERENCE else ""
                about = call.uuid if request.scope is Scope.CALL else ""
                body = bodies.get(request.name)
                method = request.method
                answer = await guest.send(request.name, body, uuid=uuid, call=about, method=method)
                assert refused(answer) == INVALID_ROLE, request.name
        assert refused(await guest.send("unmute", uuid=guest.uuid)) == INVALID_ROLE


async def test_one_who_waits_is_let_in_by_start_and_may_do_nothing_of_a_host_s() -> None:
    async with (
        EmbeddedNode(NOT_STARTED) as node,
        joined(node, pin="1") as host,
        Client(node) as guest,
    ):
        assert (await guest.join("Gus", "none"))["current_service_type"] == "waiting_room"
        stream = await guest.listen_in()
        for name in ("lock", "start_conference", "dial"):
            assert refused(await guest.send(name)) == INVALID_ROLE
        assert refused(await guest.send("unlock", uuid=guest.uuid)) == INVALID_ROLE
        body = {"call_type": "RTMP", "present": "send"}
        answer = await guest.send("calls", body, uuid=guest.uuid)
        assert refused(answer) == (403, "success", "Presentation rejected")
        assert await host.result("start_conference") is True
        own = await stream.first("participant_update")
        assert (own["uuid"], own["service_type"]) == (guest.uuid, "conference")


async def test_a_control_only_host_may_start_by_joining() -> None:
    async with EmbeddedNode(NOT_STARTED) as node, Client(node) as host:
        await host.join("Hal", "1", start_conference_if_host=True)
        assert (await host.get("conference_status"))["started"] is True


async def test_guests_may_mute_and_disconnect_themselves() -> None:
    async with EmbeddedNode(PIN) as node, Client(node) as guest:
        await guest.join("Gus", "none")
        assert await guest.result("mute", uuid=guest.uuid) is True
        assert node.conference(ALIAS).participants[guest.uuid].is_muted == "YES"
        assert await guest.result("disconnect", uuid=guest.uuid) is True
        assert not node.conference(ALIAS).participants
