"""What the host does: one request each, followed to the node's own event."""

from __future__ import annotations

import asyncio

import pytest

from pexdash.model.changes import Changes
from pexdash.node.settings import ConferenceSettings
from pexdash.node.wire.sent_events import frame
from pexdash.session.moderation.actions import ACTIONS, BY_ID
from pexdash.session.moderation.journal import Outcome
from pexdash.session.moderation.participant_actions import dtmf_step
from tests.eventually import eventually
from tests.session.expected_requests import OF_CONFERENCE, TOWARDS
from tests.session.host import ALIAS, PATH, Host, done, hosting, last, outcomes, settled


def sent_since(host: Host, before: int) -> list[tuple[str, str, bytes]]:
    return [(one.method, one.path, one.body) for one in host.node.received[before:]]


@pytest.mark.parametrize(("action", "fields", "request_name", "body"), TOWARDS)
async def test_one_person_is_one_request(
    action: str, fields: dict[str, object], request_name: str, body: bytes
) -> None:
    async with hosting() as host:
        one = await host.someone("Bob", **fields)
        before = len(host.node.received)
        await host.act(action, one.uuid)
        await done(host)
        path = f"{PATH}participants/{one.uuid}/{request_name}"
        assert sent_since(host, before) == [("POST", path, body)]
        request = host.node.received[-1]
        assert request.token == host.requests("events")[0].token
        assert not request.query
        assert request.content_type == ("application/json" if body else None)
        assert last(host).outcome is Outcome.SHOWN
        assert (last(host).name, last(host).uuid) == ("Bob", one.uuid)
        assert host.agrees()


@pytest.mark.parametrize(("action", "fields", "request_name", "body"), TOWARDS)
async def test_several_people_are_a_request_each_in_order(
    action: str, fields: dict[str, object], request_name: str, body: bytes
) -> None:
    async with hosting() as host:
        uuids = [(await host.someone(name, **fields)).uuid for name in ("Eve", "Ann", "Bob")]
        before = len(host.node.received)
        await host.act(action, *uuids)
        await done(host)
        assert sent_since(host, before) == [
            ("POST", f"{PATH}participants/{uuid}/{request_name}", body) for uuid in uuids
        ]
        assert outcomes(host) == [Outcome.SHOWN] * 3
        assert [one.name for one in host.membership.moderation.journal.entries] == [
            "Eve",
            "Ann",
            "Bob",
        ]
        assert host.agrees()


@pytest.mark.parametrize(("action", "first", "then"), OF_CONFERENCE)
async def test_what_is_for_the_conference_names_nobody(action: str, first: str, then: str) -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        before = len(host.node.received)
        for _ in range(2):
            await host.act(action, bob.uuid)
            await done(host)
        assert sent_since(host, before) == [
            ("POST", f"{PATH}{first}", b""),
            ("POST", f"{PATH}{then}", b""),
        ]
        assert outcomes(host) == [Outcome.SHOWN] * 2
        assert host.said == []


async def test_captions_are_asked_for_by_and_for_ourselves() -> None:
    async with hosting(ConferenceSettings(ALIAS, live_captions=True)) as host:
        bob = await host.someone("Bob")
        before = len(host.node.received)
        for _ in range(2):
            await host.act("captions", bob.uuid)
            await done(host)
        about = f"{PATH}participants/{host.me}"
        assert sent_since(host, before) == [
            ("POST", f"{about}/show_live_captions", b""),
            ("POST", f"{about}/hide_live_captions", b""),
        ]
        assert outcomes(host) == [Outcome.SHOWN] * 2


async def test_disconnecting_everyone_is_one_request_and_ends_the_session() -> None:
    async with hosting() as host:
        await host.act("disconnect-all")
        assert await host.running == "Conference terminated by another participant"
        assert [one.path for one in host.requests("disconnect")] == [f"{PATH}disconnect"]
        await eventually(lambda: last(host).outcome is Outcome.SHOWN)


def test_every_action_that_sends_is_tried_here() -> None:
    sending = {one.id for one in ACTIONS if one.steps}
    tried = {row[0] for row in TOWARDS} | {row[0] for row in OF_CONFERENCE} | {"disconnect-all"}
    # The others are tried with the hands, the waiting room, the breakout rooms and ourselves.
    elsewhere = {"admit-all", "captions", "client-mute", "leave-room", "room-help"}
    assert tried | elsewhere == sending


@pytest.mark.fault(63)
async def test_nothing_changes_before_the_node_s_event() -> None:
    async with hosting() as host:
        moderation = host.membership.moderation
        bob = await host.someone("Bob")
        answer = host.node.faults.hold("mute")
        host.node.faults.silence(True)
        acting = asyncio.create_task(host.act("mute", bob.uuid))
        await eventually(lambda: bob.is_muted == "YES")
        assert moderation.pending(bob.uuid) == {"mute"}
        assert last(host).outcome is Outcome.SENT
        answer.set()
        await acting
        assert moderation.pending(bob.uuid) == {"mute"}
        assert last(host).outcome is Outcome.ACCEPTED
        assert not host.shown(bob.uuid).is_muted
        host.node.faults.silence(False)
        await eventually(lambda: not moderation.pending(bob.uuid))
        assert host.shown(bob.uuid).is_muted
        assert last(host).outcome is Outcome.SHOWN


async def test_an_event_before_its_answer_settles_when_the_answer_comes() -> None:
    async with hosting() as host:
        moderation = host.membership.moderation
        bob = await host.someone("Bob")
        answer = host.node.faults.hold("mute")
        acting = asyncio.create_task(host.act("mute", bob.uuid))
        await eventually(lambda: host.shown(bob.uuid).is_muted)
        assert moderation.pending(bob.uuid) == {"mute"}
        assert last(host).outcome is Outcome.SENT
        answer.set()
        await acting
        assert not moderation.pending(bob.uuid)
        assert last(host).outcome is Outcome.SHOWN


async def test_the_screen_hears_of_every_pending_mark() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        touched: list[tuple[Changes, frozenset[str]]] = []
        watch = host.feed.watch(
            lambda: touched.append(
                (watch.take_changes(), host.membership.moderation.pending(bob.uuid))
            )
        )
        await host.act("mute", bob.uuid)
        await done(host)
        first = next(pending for changes, pending in touched if bob.uuid in changes.before)
        assert first == {"mute"}
        assert touched[-1][1] == frozenset()
        assert bob.uuid in touched[-1][0].before


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (403, {"status": "success", "result": "Invalid role"}, "Invalid role"),
        (200, {"status": "success", "result": False}, "the node said no"),
        (200, {"status": "failure", "result": "too\x1b late"}, "too␛ late"),
        (502, b"<html>", "the node is not available (HTTP 502)"),
        (400, {"status": "failed", "result": "Missing field"}, "Missing field"),
    ],
)
async def test_a_refusal_is_said_in_the_node_s_words(status: int, body: object, words: str) -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        kind = "text/html" if isinstance(body, bytes) else "application/json"
        host.node.faults.answer("mute", status, body, kind)
        await host.act("mute", bob.uuid)
        assert last(host).outcome is Outcome.REFUSED
        assert words in last(host).reason
        (said,) = host.said
        assert said.startswith("Mute Bob: ")
        assert words in said
        assert not host.membership.moderation.pending(bob.uuid)
        assert not host.shown(bob.uuid).is_muted
        assert host.count("mute") == 1


@pytest.mark.parametrize("body", [b"<html>", b"", b"true"])
async def test_an_answer_that_is_none_leaves_it_unknown(body: bytes) -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        host.node.faults.answer("mute", 200, body)
        await host.act("mute", bob.uuid)
        assert last(host).outcome is Outcome.UNKNOWN
        assert host.count("mute") == 1


async def test_digits_are_done_when_the_node_says_so() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        plan = host.membership.moderation.plan(BY_ID["dtmf"], [bob.uuid], dtmf_step("12#"))
        await host.membership.moderation.carry_out(plan)
        assert host.node.conference(ALIAS).dtmf_log == [(bob.uuid, "", "12#")]
        assert last(host).outcome is Outcome.SHOWN
        assert host.membership.moderation.pending(bob.uuid) == frozenset()


@pytest.mark.fault(46)
async def test_a_request_goes_to_the_uuid_as_the_node_spells_it() -> None:
    async with hosting() as host:
        spelled = "ABCDEF12-0000-4000-8000-00000000000B"
        host.node.conference(ALIAS).join("Bob", uuid=spelled)
        await eventually(lambda: spelled.lower() in host.feed.conference.participants)
        await host.act("mute", spelled.lower())
        (asked,) = host.requests("mute")
        assert asked.path.endswith(f"/participants/{spelled}/mute")


async def test_a_lost_answer_is_unknown_and_never_repeated() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        host.node.faults.lose_answer("mute")
        await host.act("mute", bob.uuid)
        assert last(host).outcome is Outcome.UNKNOWN
        assert "may or may not" in host.said[0]
        await eventually(lambda: host.shown(bob.uuid).is_muted)
        assert not host.membership.moderation.pending(bob.uuid)
        await host.clock.advance(10)
        await settled()
        assert host.count("mute") == 1


async def test_one_refusal_does_not_keep_the_others_from_being_sent() -> None:
    async with hosting() as host:
        uuids = [(await host.someone(name)).uuid for name in ("Ann", "Bob", "Eve")]
        host.node.faults.answer("mute", 200, {"status": "success", "result": True})
        host.node.faults.answer("mute", 403, {"status": "success", "result": "Invalid role"})
        await host.act("mute", *uuids)
        assert host.count("mute") == 3
        await eventually(lambda: host.shown(uuids[2]).is_muted)
        assert outcomes(host) == [Outcome.ACCEPTED, Outcome.REFUSED, Outcome.SHOWN]


@pytest.mark.fault(64)
async def test_an_answer_without_an_event_is_looked_up_after_five_seconds() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        host.node.faults.answer("mute", 200, {"status": "success", "result": True})
        await host.act("mute", bob.uuid)
        await host.clock.advance(4)
        await settled()
        assert host.count("participants") == 0
        assert host.membership.moderation.pending(bob.uuid) == {"mute"}
        await host.pass_time_until(lambda: last(host).outcome is Outcome.QUIET, 3)
        assert host.count("participants") == 1
        assert not host.membership.moderation.pending(bob.uuid)
        assert not host.shown(bob.uuid).is_muted
        await host.clock.advance(20)
        await settled()
        assert host.count("participants") == 1


@pytest.mark.fault(64)
async def test_a_lost_event_is_made_up_for_by_looking() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        host.node.faults.silence(True)
        await host.act("mute", bob.uuid)
        await host.act("lock")
        await host.pass_time_until(lambda: outcomes(host) == [Outcome.SHOWN] * 2, 7)
        assert host.shown(bob.uuid).is_muted
        assert host.feed.conference.status.locked
        host.node.faults.silence(False)


async def test_five_seconds_count_from_the_answer() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        host.node.faults.answer("mute", 200, {"status": "success", "result": True})
        answer = host.node.faults.hold("mute")
        acting = asyncio.create_task(host.act("mute", bob.uuid))
        await eventually(lambda: host.count("mute"))
        await host.clock.advance(8)
        answer.set()
        await acting
        await host.clock.advance(4)
        await settled()
        assert last(host).outcome is Outcome.ACCEPTED


@pytest.mark.fault(64)
async def test_what_cannot_be_looked_up_is_looked_up_later() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        host.node.faults.answer("mute", 200, {"status": "success", "result": True})
        host.node.faults.answer("participants", 502, b"", "")
        await host.act("mute", bob.uuid)
        await host.pass_time_until(lambda: host.count("participants") == 1, 7)
        await settled()
        assert last(host).outcome is Outcome.ACCEPTED
        await host.pass_time_until(lambda: last(host).outcome is Outcome.QUIET, 8)
        assert host.count("participants") == 2


async def test_hundreds_that_are_shown_as_done_at_once_are_settled() -> None:
    async with hosting() as host:
        people = [(await host.someone(f"P{number}")).uuid for number in range(400)]
        host.node.faults.silence(True)
        await host.act("mute", *people)
        await host.pass_time_until(lambda: not host.membership.moderation.has_pending)
        assert outcomes(host)[-400:] == [Outcome.SHOWN] * 400
        assert host.feed.link.is_live
        host.node.faults.silence(False)


async def test_people_who_come_together_are_one_notice_while_something_is_pending() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        host.node.faults.answer("mute", 200, {"status": "success", "result": True})
        await host.act("mute", bob.uuid)
        assert host.membership.moderation.has_pending
        waiting = [
            frame("participant_create", 1, {"uuid": f"w{at}", "service_type": "waiting_room"})
            for at in range(5)
        ]
        host.node.faults.send_raw(b"".join(waiting))
        await eventually(lambda: host.said)
        assert host.said == ["5 people are waiting"]
