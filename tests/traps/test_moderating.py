"""Traps on the way of a session, from its roles to its end (wire.md, section 7)."""

from __future__ import annotations

import pytest

from pexdash.api import requests as table
from pexdash.api.requests import Caller, Request, Scope
from pexdash.errors import Refused, Removed
from pexdash.model.participant import Presence, Role
from pexdash.node.settings import ConferenceSettings
from pexdash.session.moderation.actions import BY_ID
from pexdash.session.moderation.policy import NOT_HERE
from tests.eventually import eventually
from tests.session.host import ALIAS, WITH_PINS, Host, hosting, settled


def fewer_fields(host: Host) -> dict[str, object]:
    """The list as a Guest is shown it."""
    return {
        "status": "success",
        "result": [{**one, "uri": "", "vendor": ""} for one in host.conference.roster()],
    }


async def test_trap_22_a_demanded_refresh_is_immediate_and_may_bring_a_role() -> None:
    async with hosting() as host:
        answer = {"token": "b3RoZXI=", "expires": "120", "role": "GUEST"}
        host.node.faults.answer("refresh_token", 200, {"status": "success", "result": answer})
        host.conference.publish("refresh_token", None)
        await eventually(lambda: host.feed.role is Role.GUEST, "at once: no time passes here")
        assert host.count("refresh_token") == 1
        assert "Guest" in host.membership.policy.refusal(BY_ID["lock"])


async def test_trap_23_after_a_change_of_role_the_list_is_fetched_again() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob", uri="sip:bob@example.com")
        assert host.shown(bob.uuid).uri == "sip:bob@example.com"
        host.conference.change_role(host.me, "guest")
        host.node.faults.answer("participants", 200, fewer_fields(host))
        await eventually(lambda: host.shown(bob.uuid).uri == "")
        host.conference.change_role(host.me, "chair")
        await eventually(lambda: host.shown(bob.uuid).uri == "sip:bob@example.com")
        assert host.count("participants") == 2
        await host.clock.advance(60)
        await eventually(lambda: host.count("refresh_token") == 3)
        await settled()
        assert host.count("participants") == 2
        assert host.count("events") == 1


async def test_trap_24_our_own_waiting_shows_as_an_update_of_ourselves() -> None:
    async with hosting() as host:
        for service_type, presence in (
            ("waiting_room", Presence.WAITING),
            ("conference", Presence.IN),
        ):
            host.conference.update(host.me, service_type=service_type)
            await eventually(lambda: host.shown(host.me).presence is presence)  # noqa: B023
        assert host.count("events") == 1
        assert host.said == []


async def test_trap_25_a_refresh_leaves_the_stream_and_the_next_has_the_newest_token() -> None:
    async with hosting() as host:
        await host.clock.advance(60)
        await eventually(lambda: host.count("refresh_token") == 1)
        await settled()
        await host.someone("Bob")
        assert host.count("events") == 1
        host.node.faults.cut_streams()
        await eventually(lambda: not host.feed.link.is_live)
        await host.pass_time_until(lambda: host.feed.link.is_live)
        await host.act("lock")
        first, second = host.requests("events")
        assert second.token == host.requests("lock")[0].token
        assert second.token != first.token
        assert host.count("request_token") == 1


async def test_trap_31_what_we_say_is_not_sent_back_and_shown_all_the_same() -> None:
    async with hosting() as host:
        assert await host.membership.moderation.send_message("good morning")
        (message,) = host.feed.conference.chat.messages
        assert (message.text, message.own, message.uuid) == ("good morning", True, host.me)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, {"status": "success", "result": "Invalid role"}),
        (404, {"status": "failed", "result": "Not found"}),
        (404, b"<html>Not Found"),
        (204, b""),
    ],
)
async def test_trap_35_layouts_that_a_node_does_not_show_cost_nothing_else(
    status: int, body: dict[str, object] | bytes
) -> None:
    async with hosting(WITH_PINS, pin="99") as guest:
        guest.node.faults.answer("layout_svgs", status, body)
        with pytest.raises(Refused):
            await guest.membership.moderation.ask("Layouts", table.LAYOUT_SVGS)
        assert guest.said == ["Layouts failed: This node does not have this"]
        assert guest.membership.policy.denial(table.LAYOUT_SVGS, "") == NOT_HERE
        assert guest.membership.policy.denial(table.CLEAR_BUZZ, guest.me) == ""
        await guest.act("hand", guest.me)
        assert guest.count("request_token") == 1
        assert guest.feed.link.is_live


@pytest.mark.parametrize(
    ("version", "has_it"), [("9", False), ("35.1", False), ("36.1", True), ("100", True)]
)
async def test_trap_36_versions_are_numbers_and_compared_as_such(
    version: str, has_it: bool
) -> None:
    of_36 = Request("client_mute", "POST", Scope.PARTICIPANT, Caller.SELF, since=36)
    async with hosting() as host:
        policy = host.membership.policy
        policy.capabilities.new_token(version)
        denied = policy.denial(of_36, host.me)
        assert denied == ("" if has_it else "This node does not have this")
        assert not policy.refusal(BY_ID["mute"], [host.me])


@pytest.mark.fault(70)
async def test_trap_37_after_disconnect_nothing_is_opened_again_or_released() -> None:
    async with hosting() as host:
        host.conference.remove(host.me, "Disconnected by another participant")
        with pytest.raises(Removed):
            await host.running
        await host.membership.close()
        await host.clock.advance(120)
        await settled()
        assert host.count("events") == 1
        assert host.count("release_token") == 0
        assert host.count("request_token") == 1


async def test_trap_39_a_host_without_media_starts_nothing_until_asked() -> None:
    async with hosting(ConferenceSettings(ALIAS, started=False)) as host:
        assert host.feed.role is Role.HOST
        await eventually(lambda: host.feed.conference.status.started is False)
        assert not host.conference.started
        wendy = await host.someone("Wendy")
        assert host.shown(wendy.uuid).presence is Presence.WAITING
        await host.act("start")
        assert host.count("start_conference") == 1
        await eventually(lambda: host.feed.conference.status.started)
        await eventually(lambda: host.shown(wendy.uuid).presence is Presence.IN)


async def test_trap_40_in_gateway_calls_mute_is_mute_and_there_is_no_spotlight() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob", service_type="gateway")
        await host.act("mute", bob.uuid)
        await eventually(lambda: host.shown(bob.uuid).is_muted)
        assert (host.count("mute"), host.count("client_mute")) == (1, 0)
        plan = host.membership.moderation.plan(BY_ID["spotlight"], [bob.uuid])
        assert plan.orders == ()
        assert plan.remarks == ("Bob is in a gateway call, which has no spotlight",)
        ann = await host.someone("Ann")
        await host.act("spotlight", bob.uuid, ann.uuid)
        await eventually(lambda: host.shown(ann.uuid).spotlight)
        assert host.count("spotlighton") == 1


async def test_trap_44_reasons_never_heard_of_are_told_word_for_word() -> None:
    async with hosting() as host:
        host.node.faults.answer("lock", 403, {"status": "failed", "result": "Out of cheese"})
        await host.act("lock")
        assert host.said == ["Lock: Out of cheese"]
        host.conference.publish("disconnect", {"reason": "The moon is full (42)"})
        await eventually(lambda: len(host.said) > 1)
        assert host.said[1] == "The node disconnected us: The moon is full (42)"


async def test_trap_45_a_forked_call_has_several_uuids_and_one_end() -> None:
    async with hosting() as host:
        people = host.feed.conference.participants
        await host.membership.dialled.dial(
            {"destination": "fork3", "protocol": "sip", "role": "guest"}
        )
        await eventually(lambda: len(people) == 4)
        ringing = [one for one in people.values() if one.uuid != host.me]
        assert {one.presence for one in ringing} == {Presence.CONNECTING}
        assert {one.start_time for one in ringing} == {None}
        await host.clock.advance(4)
        await eventually(lambda: len(host.feed.conference.participants) == 2)
        await eventually(lambda: host.said == ["fork3 has answered"])


async def test_trap_45_an_unanswered_call_vanishes_after_half_a_minute() -> None:
    async with hosting() as host:
        await host.membership.dialled.dial(
            {"destination": "noanswer", "protocol": "sip", "role": "guest"}
        )
        await eventually(lambda: len(host.feed.conference.participants) == 2)
        await host.clock.advance(29)
        assert len(host.conference.participants) == 2
        await host.clock.advance(1)
        await eventually(lambda: len(host.feed.conference.participants) == 1)
        assert host.said == ["noanswer did not answer"]
