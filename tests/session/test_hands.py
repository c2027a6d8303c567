"""Raising and lowering hands: whose, by whom, and what the node shows of it."""

from __future__ import annotations

from pexdash.session.moderation.actions import LOWER_HANDS
from pexdash.session.moderation.journal import Outcome
from pexdash.session.moderation.participant_actions import HAND
from pexdash.session.moderation.policy import NOT_HERE, ONLY_HOSTS, ONLY_ONESELF
from tests.eventually import eventually
from tests.session.host import WITH_PINS, Host, hosting

UP = {"buzz_time": 1_700_000_000.0}


async def press(host: Host, *uuids: str) -> list[str]:
    """Press the key for these people; the paths of what was sent."""
    before = len(host.node.received)
    await host.act(HAND.id, *uuids)
    return ["/".join(one.path.split("/")[-2:]) for one in host.node.received[before:]]


async def test_our_own_hand_goes_up_and_down() -> None:
    async with hosting() as host:
        assert await press(host, host.me) == [f"{host.me}/buzz"]
        await eventually(lambda: host.shown(host.me).buzz_time == host.clock.wall())
        assert await press(host, host.me) == [f"{host.me}/clearbuzz"]
        await eventually(lambda: host.shown(host.me).buzz_time is None)
        assert [one.outcome for one in host.membership.moderation.journal.entries] == [
            Outcome.SHOWN,
            Outcome.SHOWN,
        ]
        assert host.said == []


async def test_a_guest_raises_and_lowers_their_own_hand_and_nobody_else_s() -> None:
    async with hosting(WITH_PINS, pin="99") as host:
        bob = await host.someone("Bob", **UP)
        assert host.membership.policy.refusal(HAND, [bob.uuid]) == ONLY_HOSTS
        assert host.membership.policy.refusal(LOWER_HANDS) == ONLY_HOSTS
        assert host.membership.policy.refusal(HAND, [host.me]) == ""
        assert await press(host, bob.uuid) == []
        assert await press(host, host.me) == [f"{host.me}/buzz"]
        await eventually(lambda: host.shown(host.me).buzz_time)
        assert await press(host, host.me, bob.uuid) == [f"{host.me}/clearbuzz"]
        await eventually(lambda: host.shown(host.me).buzz_time is None)
        assert host.shown(bob.uuid).buzz_time


async def test_a_host_lowers_the_hands_that_are_up_and_raises_none() -> None:
    async with hosting() as host:
        ann = await host.someone("Ann")
        bob = await host.someone("Bob", **UP)
        moderation = host.membership.moderation
        assert moderation.planner.applies(HAND, [ann.uuid, bob.uuid])
        assert moderation.planner.direction(HAND, [ann.uuid, bob.uuid]).title == "Lower hand"
        assert await press(host, ann.uuid, bob.uuid) == [f"{bob.uuid}/clearbuzz"]
        await eventually(lambda: host.shown(bob.uuid).buzz_time is None)
        assert not moderation.planner.applies(HAND, [ann.uuid, bob.uuid])
        plan = moderation.plan(HAND, [ann.uuid])
        assert (plan.orders, plan.remarks) == ((), (f"Raise hand: {ONLY_ONESELF}",))


async def test_hands_that_are_up_go_down_before_our_own_goes_up() -> None:
    async with hosting() as host:
        ann = await host.someone("Ann")
        bob = await host.someone("Bob", **UP)
        planner = host.membership.moderation.planner
        marked = [host.me, ann.uuid, bob.uuid]
        assert planner.direction(HAND, marked).title == "Lower hand"
        assert await press(host, *marked) == [f"{bob.uuid}/clearbuzz"]
        await eventually(lambda: host.shown(bob.uuid).buzz_time is None)
        assert planner.direction(HAND, marked).title == "Raise hand"
        assert await press(host, *marked) == [f"{host.me}/buzz"]
        await eventually(lambda: host.shown(host.me).buzz_time)
        eve = await host.someone("Eve", **UP)
        assert await press(host, eve.uuid, *marked) == [
            f"{eve.uuid}/clearbuzz",
            f"{host.me}/clearbuzz",
        ]


async def test_a_guest_raises_their_own_hand_where_they_may_not_lower_another() -> None:
    async with hosting(WITH_PINS, pin="99") as host:
        bob = await host.someone("Bob", **UP)
        planner = host.membership.moderation.planner
        assert planner.direction(HAND, [bob.uuid]).title == "Lower hand"
        assert not planner.applies(HAND, [bob.uuid])
        assert planner.direction(HAND, [host.me, bob.uuid]).title == "Raise hand"
        assert await press(host, host.me, bob.uuid) == [f"{host.me}/buzz"]
        await eventually(lambda: host.shown(host.me).buzz_time)
        assert host.shown(bob.uuid).buzz_time


async def test_a_node_that_lowers_no_hands_still_raises_ours() -> None:
    async with hosting() as host:
        host.node.faults.answer("clearbuzz", 404, {"status": "failed", "result": "Not found"})
        bob = await host.someone("Bob", **UP)
        assert await press(host, bob.uuid) == [f"{bob.uuid}/clearbuzz"]
        plan = host.membership.moderation.plan(HAND, [bob.uuid])
        assert plan.remarks == (f"Lower hand: {NOT_HERE}",)
        assert await press(host, host.me, bob.uuid) == [f"{host.me}/buzz"]


async def test_a_host_lowers_all_hands_at_once() -> None:
    async with hosting() as host:
        people = [await host.someone(name, **UP) for name in ("Ann", "Bob", "Eve")]
        moderation = host.membership.moderation
        assert moderation.planner.applies(LOWER_HANDS, [])
        await host.act(LOWER_HANDS.id)
        assert host.count("clearallbuzz") == 1
        await eventually(lambda: not any(host.shown(one.uuid).buzz_time for one in people))
        await eventually(lambda: not moderation.has_pending)
        assert not moderation.planner.applies(LOWER_HANDS, [])


async def test_there_are_no_hands_in_a_gateway_call() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob", service_type="gateway", **UP)
        plan = host.membership.moderation.plan(HAND, [bob.uuid])
        assert plan.remarks == ("Bob is in a gateway call, which has no hands",)


async def test_a_node_without_hands_is_asked_once() -> None:
    async with hosting() as host:
        host.node.faults.answer("buzz", 404, {"status": "failed", "result": "Not found"})
        assert await press(host, host.me) == [f"{host.me}/buzz"]
        assert host.said == [f"Raise hand (Alice): {NOT_HERE}"]
        assert await press(host, host.me) == []
        plan = host.membership.moderation.plan(HAND, [host.me])
        assert plan.remarks == (f"Raise hand: {NOT_HERE}",)
