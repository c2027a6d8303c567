"""Two dashboards on one conference, answers and events in either order, and long flapping."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pexdash.model.participant import Role
from pexdash.node.settings import ConferenceSettings
from pexdash.secret import Secret
from pexdash.session.membership.membership import Membership
from pexdash.session.moderation.actions import BY_ID
from pexdash.session.moderation.journal import Outcome
from pexdash.session.moderation.participant_actions import CLIENT_MUTE, transfer_step
from pexdash.session.moderation.plans import Plan
from pexdash.ui.commands.actions import CHAT
from tests.eventually import eventually
from tests.session.expected_requests import FREE_TO_GUESTS, OF_CONFERENCE, TOWARDS
from tests.session.host import ALIAS, OPEN, WITH_PINS, Host, hosting, membership_on, settled

ELSEWHERE = ConferenceSettings("meet.bob@example.com", host_pin="4321", guest_pin="8765")


@asynccontextmanager
async def another_on(host: Host) -> AsyncIterator[Membership]:
    """A second dashboard in the same conference."""
    other = membership_on(host.node.url, host.clock)
    running = asyncio.create_task(other.run())
    await eventually(lambda: other.feed.link.is_live and other.feed.conference.synced_at)
    try:
        yield other
    finally:
        await other.close()
        await running


def moderating(host: Host) -> list[str]:
    """What was asked of the node that changes something."""
    keeping = ("request_token", "refresh_token", "release_token")
    return [
        name
        for one in host.node.received
        if one.method == "POST" and (name := one.path.rpartition("/")[2]) not in keeping
    ]


@pytest.mark.fault(106)
async def test_two_dashboards_show_the_same_and_do_not_fight() -> None:
    async with hosting() as host, another_on(host) as other:
        bob = await host.someone("Bob")
        await eventually(lambda: bob.uuid in other.feed.conference.participants)

        async def press(membership: Membership, action: str, *uuids: str) -> None:
            moderation = membership.moderation
            await moderation.carry_out(moderation.plan(BY_ID[action], uuids))

        # Both press at once, meaning the same.
        await asyncio.gather(
            press(host.membership, "mute", bob.uuid), press(other, "mute", bob.uuid)
        )
        await asyncio.gather(press(host.membership, "lock"), press(other, "lock"))
        await eventually(lambda: host.shown(bob.uuid).is_muted)
        await eventually(
            lambda: other.feed.conference.status.locked and host.feed.conference.status.locked
        )
        # One undoes what the other did, which the other does not take back.
        await press(other, "mute", bob.uuid)
        await eventually(lambda: not host.shown(bob.uuid).is_muted)
        sent = moderating(host)
        assert sorted(sent) == ["lock", "lock", "mute", "mute", "unmute"]
        for _ in range(70):
            await host.clock.advance(1)
            await settled()
        assert moderating(host) == sent
        assert host.agrees()
        assert other.feed.conference.participants == host.feed.conference.participants
        assert other.feed.conference.status.locked
        assert not any(
            membership.moderation.pending(bob.uuid) for membership in (other, host.membership)
        )
        assert other.feed.conference.me != host.me
        assert host.said == []


@pytest.mark.fault(106)
async def test_what_the_other_dashboard_removed_is_no_error_here() -> None:
    async with hosting() as host, another_on(host) as other:
        bob = await host.someone("Bob")
        await eventually(lambda: bob.uuid in other.feed.conference.participants)
        mute = host.membership.moderation.plan(BY_ID["mute"], [bob.uuid])
        gone = other.moderation.plan(BY_ID["disconnect"], [bob.uuid])
        await other.moderation.carry_out(gone)
        await host.membership.moderation.carry_out(mute)
        assert host.said == ["Mute Bob: already left"]
        await eventually(lambda: bob.uuid not in host.feed.conference.participants)
        await eventually(lambda: bob.uuid not in other.feed.conference.participants)


@pytest.mark.fault(65)
@pytest.mark.parametrize("event_first", [True, False])
@pytest.mark.parametrize(
    ("action", "fields", "request_name"),
    [(row[0], row[1], row[2]) for row in TOWARDS]
    + [(row[0], None, row[1]) for row in OF_CONFERENCE],
)
async def test_the_order_of_answer_and_event_makes_no_difference(
    action: str, fields: dict[str, object] | None, request_name: str, event_first: bool
) -> None:
    async with hosting() as host:
        targets = []
        if fields is not None:
            targets = [(await host.someone("Bob", **fields)).uuid]
        host.notices.clear()
        before = len(moderating(host))
        if event_first:
            answer = host.node.faults.hold(request_name)
            acting = asyncio.create_task(host.act(action, *targets))
            await eventually(lambda: len(moderating(host)) == before + 1)
            await eventually(host.agrees)
            answer.set()
        else:
            host.node.faults.silence(True)
            acting = asyncio.create_task(host.act(action, *targets))
            await acting
            await settled()
            host.node.faults.silence(False)
        await acting
        entry = host.membership.moderation.journal.entries[-1]
        await eventually(lambda: not entry.outcome.is_open)
        assert entry.outcome is Outcome.SHOWN
        await eventually(host.agrees)
        assert not host.membership.moderation.pending(targets[0] if targets else "")
        assert moderating(host)[before:] == [request_name]
        assert host.said == []


@pytest.mark.fault(62, 63)
@pytest.mark.parametrize(
    "body", [{"status": "success", "result": False}, {"status": "failure", "result": "No [/]\x1b"}]
)
async def test_an_answer_that_says_no_leaves_the_row_as_it_was(body: dict[str, object]) -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        before = host.shown(bob.uuid)
        host.node.faults.answer("mute", 200, body)
        await host.act("mute", bob.uuid)
        (said,) = host.said
        assert said.startswith("Mute Bob: ")
        assert said.isprintable()
        assert host.shown(bob.uuid) == before
        assert not host.membership.moderation.pending(bob.uuid)
        assert host.membership.moderation.journal.entries[-1].outcome is Outcome.REFUSED
        assert moderating(host) == ["mute"]


@pytest.mark.fault(107)
@pytest.mark.parametrize(
    ("alias", "pin"),
    [(ALIAS, ""), (ELSEWHERE.alias, "0000"), (ELSEWHERE.alias, ""), ("nowhere@example.com", "")],
)
async def test_a_transfer_the_node_refuses_leaves_everybody_where_they_are(
    alias: str, pin: str
) -> None:
    async with hosting(OPEN, ELSEWHERE) as host:
        bob = await host.someone("Bob")
        plan = _transfer(host, bob.uuid, alias, pin)
        await host.membership.moderation.carry_out(plan)
        (said,) = host.said
        assert said == f"Transfer to {alias} (Bob): the node said no"
        assert host.membership.moderation.journal.entries[-1].outcome is Outcome.REFUSED
        assert host.shown(bob.uuid).name == "Bob"
        assert not host.membership.moderation.pending(bob.uuid)
        assert not host.node.conference(ELSEWHERE.alias).participants
        # With the right PIN he goes.
        await host.membership.moderation.carry_out(
            _transfer(host, bob.uuid, ELSEWHERE.alias, "8765")
        )
        await eventually(lambda: bob.uuid not in host.feed.conference.participants)


def _transfer(host: Host, uuid: str, alias: str, pin: str) -> Plan:
    step = transfer_step(alias, "guest", Secret(pin) if pin else None)
    return host.membership.moderation.plan(BY_ID["transfer"], [uuid], step)


@pytest.mark.fault(68)
async def test_a_guest_where_a_host_was_meant_is_told_and_sends_nothing() -> None:
    async with hosting(WITH_PINS, pin="99") as host:
        bob = await host.someone("Bob")
        assert host.feed.role is Role.GUEST
        refusals = {
            one.id: host.membership.policy.refusal(one)
            for one in BY_ID.values()
            if one.steps and one is not CLIENT_MUTE
        }
        free = {one for one in refusals if not refusals[one]}
        assert free == FREE_TO_GUESTS - {"direct-message", "personal-layout"}
        assert {refusals[one] for one in refusals.keys() - free} == {
            "Only a Host can do this, and you are a Guest"
        }
        assert not host.membership.policy.refusal(CHAT)
        assert moderating(host) == []
        assert host.shown(bob.uuid).name == "Bob"


@pytest.mark.fault(34, 91)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts in /proc")
async def test_three_hundred_reconnects_leave_no_descriptor_and_no_task_behind() -> None:
    async with hosting(expires=1e6) as host:
        await host.someone("Bob")

        async def reconnect() -> None:
            streams = host.count("events")
            host.node.faults.cut_streams()
            await host.pass_time_until(lambda: host.count("events") > streams, within=20)
            await eventually(lambda: host.feed.link.is_live)

        for _ in range(20):
            await reconnect()
        descriptors, tasks = len(os.listdir("/proc/self/fd")), len(asyncio.all_tasks())
        for _ in range(300):
            await reconnect()
        await eventually(host.agrees)
        await eventually(lambda: len(os.listdir("/proc/self/fd")) <= descriptors + 2)
        assert len(asyncio.all_tasks()) <= tasks + 2
        assert host.count("request_token") == 1
