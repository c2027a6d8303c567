"""For whom an action is: frozen at the key press, made alike, and never twice at once."""

from __future__ import annotations

import asyncio

import pytest

from pexdash.model.participant import Presence
from pexdash.session.moderation.actions import ACTIONS, BY_ID
from pexdash.session.moderation.journal import Outcome
from tests.eventually import eventually
from tests.session.host import done, hosting, outcomes


@pytest.mark.parametrize(
    ("action", "has", "request_name"),
    [
        ("mute", {"is_muted": "YES"}, "mute"),
        ("spotlight", {"spotlight": 1.0}, "spotlighton"),
        ("presentation-policy", {"rx_presentation_policy": "DENY"}, "denyrxpresentation"),
        ("role", {"role": "chair"}, "role"),
    ],
)
async def test_a_mixed_selection_becomes_alike(
    action: str, has: dict[str, object], request_name: str
) -> None:
    async with hosting() as host:
        ann = await host.someone("Ann")
        bob = await host.someone("Bob", **has)
        eve = await host.someone("Eve")
        await host.act(action, ann.uuid, bob.uuid, eve.uuid)
        assert [one.path.split("/")[-2] for one in host.requests(request_name)] == [
            ann.uuid,
            eve.uuid,
        ]
        await done(host)
        before = len(host.node.received)
        await host.act(action, ann.uuid, bob.uuid, eve.uuid)
        assert len(host.node.received) == before + 3


@pytest.mark.fault(95)
async def test_a_second_press_while_the_first_is_under_way_sends_nothing() -> None:
    async with hosting() as host:
        moderation = host.membership.moderation
        bob = await host.someone("Bob")
        action = BY_ID["mute"]
        first, second = moderation.plan(action, [bob.uuid]), moderation.plan(action, [bob.uuid])
        await asyncio.gather(moderation.carry_out(first), moderation.carry_out(second))
        await done(host)
        assert host.count("mute") == 1
        answer = host.node.faults.hold("unmute")
        acting = asyncio.create_task(host.act("mute", bob.uuid))
        await eventually(lambda: host.count("unmute") == 1)
        assert moderation.plan(action, [bob.uuid]).orders == ()
        assert moderation.plan(BY_ID["spotlight"], [bob.uuid]).orders
        answer.set()
        await acting
        assert (host.count("mute"), host.count("unmute")) == (1, 1)


@pytest.mark.fault(96)
async def test_who_left_before_the_request_is_quietly_left_out() -> None:
    async with hosting() as host:
        bob, ann = await host.someone("Bob"), await host.someone("Ann")
        moderation = host.membership.moderation
        plan = moderation.plan(BY_ID["mute"], [bob.uuid, ann.uuid])
        host.conference.leave(bob.uuid)
        await eventually(lambda: bob.uuid not in host.feed.conference.participants)
        await moderation.carry_out(plan)
        assert [one.path.split("/")[-2] for one in host.requests("mute")] == [ann.uuid]
        assert host.said == ["Mute Bob: already left"]
        assert host.notices[0].weight.value == "information"
        assert moderation.plan(BY_ID["mute"], [bob.uuid]).remarks == (
            "Already left, nothing was sent",
        )


@pytest.mark.fault(96)
async def test_who_left_while_the_request_was_on_its_way_is_no_error() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        host.node.faults.silence(True)
        host.conference.leave(bob.uuid)
        await host.act("mute", bob.uuid)
        assert host.count("mute") == 1
        assert host.said == ["Mute Bob: already left"]
        assert host.membership.moderation.journal.entries[-1].outcome is Outcome.REFUSED
        host.node.faults.silence(False)


async def test_a_node_that_does_not_know_the_request_is_heard() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        host.node.faults.answer("role", 404, {"status": "failed", "result": "Not found"})
        await host.act("role", bob.uuid)
        assert host.said == ["Make Host (Bob): Not found"]


async def test_who_is_not_waiting_is_not_admitted() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        wendy = await host.someone("Wendy", waiting=True)
        assert host.shown(wendy.uuid).presence is Presence.WAITING
        plan = host.membership.moderation.plan(BY_ID["admit"], [bob.uuid, wendy.uuid])
        assert plan.remarks == ("Bob is not waiting",)
        assert [order.uuid for order in plan.orders] == [wendy.uuid]


async def test_only_what_disrupts_is_asked_for() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        moderation = host.membership.moderation
        asks = {
            action.id
            for action in ACTIONS
            if action.steps and moderation.plan(action, [bob.uuid]).asks
        }
        assert asks == {"disconnect", "disconnect-all"}
        assert not moderation.plan(BY_ID["disconnect"], ["gone"]).asks


async def test_targets_are_frozen_when_the_key_is_pressed() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        moderation = host.membership.moderation
        plan = moderation.plan(BY_ID["mute"], iter([bob.uuid]))
        host.conference.update(bob.uuid, is_muted="YES")
        await eventually(lambda: host.shown(bob.uuid).is_muted)
        await moderation.carry_out(plan)
        assert (host.count("mute"), host.count("unmute")) == (1, 0)


async def test_an_interrupted_order_tells_what_was_sent_and_what_not() -> None:
    async with hosting() as host:
        uuids = [(await host.someone(name)).uuid for name in ("Ann", "Bob", "Eve")]
        answers = host.node.faults.hold("mute")
        acting = asyncio.create_task(host.act("mute", *uuids))
        await eventually(lambda: host.count("mute") == 1)
        acting.cancel()
        await asyncio.gather(acting, return_exceptions=True)
        assert outcomes(host) == [Outcome.UNKNOWN, Outcome.REFUSED, Outcome.REFUSED]
        assert host.membership.moderation.journal.entries[-1].reason == "not sent"
        assert not any(host.membership.moderation.pending(uuid) for uuid in uuids)
        answers.set()
        assert host.count("mute") == 1
