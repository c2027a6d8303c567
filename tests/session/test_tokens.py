"""Keeping the token: refreshed in time and once, taken anew when it has died."""

from __future__ import annotations

import asyncio
import json

import pytest

from pexdash.errors import PinRequired
from pexdash.model.participant import Role
from pexdash.session.moderation.actions import ACTIONS, BY_ID
from pexdash.session.moderation.journal import Outcome
from tests.eventually import PATIENCE_SECONDS, eventually
from tests.session.expected_requests import FREE_TO_GUESTS, WE_CAN
from tests.session.host import ALIAS, WITH_PINS, Host, hosting, settled

REFUSED = {"status": "success", "result": "Invalid token"}


async def refreshed(host: Host, times: int) -> None:
    await eventually(lambda: host.count("refresh_token") == times, f"{times} refreshes")
    await settled()
    assert host.count("refresh_token") == times


async def test_refresh_at_half_of_the_token_s_life() -> None:
    async with hosting(expires=120) as host:
        await host.clock.advance(59.9)
        await refreshed(host, 0)
        await host.clock.advance(0.1)
        await refreshed(host, 1)
        await host.clock.advance(59.9)
        await refreshed(host, 1)
        await host.clock.advance(0.1)
        await refreshed(host, 2)
        tokens = [one.token for one in host.requests("refresh_token")]
        assert len(set(tokens)) == 2


async def test_the_new_token_s_own_life_counts() -> None:
    async with hosting(expires=120) as host:
        host.conference.tokens.expires = 40
        await host.clock.advance(60)
        await refreshed(host, 1)
        await host.clock.advance(19.9)
        await refreshed(host, 1)
        await host.clock.advance(0.1)
        await refreshed(host, 2)


async def test_a_refresh_leaves_the_stream_alone() -> None:
    async with hosting() as host:
        await host.clock.advance(60)
        await refreshed(host, 1)
        await host.someone("Bob")
        assert host.count("events") == 1
        assert host.feed.link.is_live
        assert host.said == []


async def test_the_node_s_demand_is_met_at_once() -> None:
    async with hosting() as host:
        host.conference.publish("refresh_token", None)
        await refreshed(host, 1)
        await host.clock.advance(59)
        await refreshed(host, 1)
        await host.clock.advance(1)
        await refreshed(host, 2)


async def test_a_demand_while_a_refresh_is_under_way_makes_no_second_at_once() -> None:
    async with hosting() as host:
        answer = host.node.faults.hold("refresh_token")
        await host.clock.advance(60)
        await refreshed(host, 1)
        await host.clock.advance(30)
        await refreshed(host, 1)
        answer.set()
        await eventually(lambda: host.conference.tokens.left(host.me) is not None)
        await settled()
        await refreshed(host, 1)


@pytest.mark.fault(26)
async def test_the_timer_and_the_demand_at_one_moment_are_one_refresh() -> None:
    async with hosting() as host:
        host.conference.publish("refresh_token", None)
        await host.clock.advance(60)
        await refreshed(host, 1)


async def test_a_demand_after_the_refresh_was_sent_is_met_by_another() -> None:
    async with hosting() as host:
        answer = host.node.faults.hold("refresh_token")
        await host.clock.advance(60)
        await refreshed(host, 1)
        host.conference.change_role(host.me, "guest")
        await eventually(lambda: host.feed.role is Role.GUEST)
        answer.set()
        await refreshed(host, 2)
        assert host.feed.role is Role.GUEST


async def test_a_failed_refresh_is_tried_again_while_the_token_lives() -> None:
    async with hosting(expires=120) as host:
        host.node.faults.answer("refresh_token", 502, b"<html>", "text/html", times=3)
        moments = []
        for count in (1, 2, 3, 4):
            await host.pass_time_until(lambda: host.count("refresh_token") == count)  # noqa: B023
            moments.append(round(host.clock.monotonic() - 1000))
        assert moments == [60, 90, 95, 100]
        await host.act("lock")
        assert host.conference.locked
        assert host.count("request_token") == 1
        assert host.said == []


async def test_between_two_tries_the_old_token_stays_in_use() -> None:
    async with hosting() as host:
        host.node.faults.answer("refresh_token", 502, b"", "", times=20)
        await host.clock.advance(60)
        await refreshed(host, 1)
        await asyncio.wait_for(host.act("lock"), PATIENCE_SECONDS)
        assert host.conference.locked


async def test_a_refresh_that_fails_until_the_token_is_dead_joins_anew() -> None:
    async with hosting(expires=120) as host:
        first = host.me
        host.node.faults.answer("refresh_token", 502, b"", "", times=100)
        await host.pass_time_until(lambda: host.count("request_token") == 2, 122)
        await eventually(lambda: host.me != first and host.feed.link.is_live)
        assert host.count("refresh_token") < 10
        assert "The token had expired: joined again" in host.said
        await eventually(host.agrees)


@pytest.mark.fault(28)
async def test_a_lost_answer_to_a_refresh_is_followed_up_soon() -> None:
    async with hosting() as host:
        first = host.me
        host.node.faults.lose_answer("refresh_token")
        await host.clock.advance(60)
        await refreshed(host, 1)
        await host.pass_time_until(lambda: host.me != first, within=2)
        assert host.count("refresh_token") == 2
        assert host.count("request_token") == 2
        await eventually(lambda: host.feed.link.is_live)
        await host.act("lock")
        assert host.conference.locked


@pytest.mark.fault(23, 73)
async def test_a_refused_refresh_joins_anew_with_the_kept_pin() -> None:
    async with hosting(WITH_PINS, pin="1234") as host:
        first = host.me
        host.node.faults.answer("refresh_token", 403, REFUSED)
        await host.clock.advance(60)
        await eventually(lambda: host.me != first)
        await eventually(lambda: host.count("events") == 2)
        await host.live()
        joined = [json.loads(one.body) for one in host.requests("request_token")]
        assert joined == [{"display_name": "Alice", **WE_CAN}] * 2
        assert host.feed.role is Role.HOST
        await eventually(lambda: host.requests("release_token"), "the old token may be alive")
        await eventually(lambda: first not in host.feed.conference.participants)
        assert host.requests("events")[-1].token != host.requests("events")[0].token
        assert host.said == ["The token had expired: joined again"]
        await eventually(host.agrees)
        assert host.feed.link.is_live
        await host.act("lock")
        assert host.conference.locked


async def test_a_token_taken_anew_opens_the_stream_without_a_wait() -> None:
    async with hosting() as host:
        first = host.me
        host.node.faults.answer("refresh_token", 403, REFUSED)
        host.node.faults.answer("events", 502, b"", "", times=6)
        await host.clock.advance(55)
        host.node.faults.cut_streams()
        await host.pass_time_until(lambda: host.clock.monotonic() >= 1059.5)
        assert not host.feed.link.is_live
        tried = host.count("events")
        await host.clock.advance(0.5)
        await eventually(lambda: host.me != first)
        await eventually(lambda: host.count("events") > tried, "at once: no time passes here")


@pytest.mark.fault(23)
async def test_a_node_that_lets_us_in_no_more_ends_the_session() -> None:
    async with hosting() as host:
        host.node.faults.answer("refresh_token", 403, REFUSED)
        gone = {"status": "failed", "result": "Neither conference nor gateway found"}
        host.node.faults.answer("request_token", 404, gone)
        await host.clock.advance(60)
        await eventually(host.running.done)
        assert "Neither conference nor gateway found" in str(host.running.exception())


async def test_joining_anew_goes_on_until_the_node_is_back() -> None:
    async with hosting() as host:
        first = host.me
        host.node.faults.answer("refresh_token", 403, REFUSED)
        host.node.faults.answer("request_token", 503, b"", "", times=5)
        await host.clock.advance(60)
        await host.pass_time_until(lambda: host.me != first, within=30)
        assert host.count("request_token") == 7


@pytest.mark.fault(23)
async def test_a_pin_that_was_changed_meanwhile_is_asked_for() -> None:
    asked = []

    async def ask(question: object) -> object:
        asked.append(question)
        raise PinRequired("gave up", guest_needs_pin=True, wrong=True)

    async with hosting(WITH_PINS, pin="1234", ask_pin=ask) as host:  # type: ignore[arg-type]
        host.node.faults.answer("refresh_token", 403, REFUSED)
        host.node.faults.answer(
            "request_token", 403, {"status": "success", "result": "Invalid PIN"}
        )
        await host.clock.advance(60)
        await eventually(host.running.done)
        assert len(asked) == 1
        assert isinstance(host.running.exception(), PinRequired)


async def test_our_role_is_the_last_the_node_told() -> None:
    async with hosting() as host:
        policy = host.membership.policy
        assert {one.id for one in ACTIONS if policy.refusal(one)} == {"client-mute", "aspect-ratio"}
        for role, shown in (("guest", Role.GUEST), ("chair", Role.HOST)):
            refreshes = host.count("refresh_token")
            host.conference.change_role(host.me, role)
            await refreshed(host, refreshes + 1)
            assert host.feed.role is shown
            assert bool(policy.refusal(BY_ID["lock"])) is (shown is Role.GUEST)
        assert host.said == ["You are a Guest now", "You are a Host now"]


async def test_a_refresh_can_change_our_role_without_an_event() -> None:
    async with hosting() as host:
        guest = {"token": "t", "expires": "120", "role": "GUEST"}
        host.node.faults.answer("refresh_token", 200, {"result": guest})
        await host.pass_time_until(lambda: host.feed.role is Role.GUEST, within=62)
        free = {one.id for one in ACTIONS if not host.membership.policy.refusal(one)}
        assert free == FREE_TO_GUESTS


@pytest.mark.fault(24)
async def test_a_role_lost_without_an_event_is_read_again_where_the_node_refuses_for_it() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        host.conference.participants[host.me].role = "guest"
        moderation = host.membership.moderation
        plans = [moderation.plan(BY_ID["mute"], [bob.uuid]) for _ in range(5)]
        for plan in plans:
            await moderation.carry_out(plan)
        assert host.count("mute") == 5
        assert host.said[0] == "Mute Bob: Invalid role"
        await eventually(lambda: host.feed.role is Role.GUEST)
        assert host.membership.policy.refusal(BY_ID["mute"]).startswith("Only a Host")
        assert "You are a Guest now" in host.said
        await eventually(host.agrees)
        await settled()
        assert host.count("participants") == 1


@pytest.mark.fault(26)
async def test_requests_wait_for_a_refresh_and_use_the_new_token() -> None:
    async with hosting() as host:
        answer = host.node.faults.hold("refresh_token")
        await host.clock.advance(60)
        await refreshed(host, 1)
        locking = asyncio.create_task(host.act("lock"))
        await settled()
        assert host.count("lock") == 0
        answer.set()
        await locking
        (request,) = host.requests("lock")
        assert request.token != host.requests("refresh_token")[0].token
        assert host.conference.locked


@pytest.mark.fault(26)
async def test_a_refresh_answered_after_the_old_token_s_end_is_good_and_nothing_failed() -> None:
    async with hosting(expires=120) as host:
        answer = host.node.faults.hold("refresh_token")
        await host.clock.advance(60)
        await refreshed(host, 1)
        await host.clock.advance(65)
        acting = [asyncio.create_task(host.act(action)) for action in ("lock", "mute-guests")]
        await settled()
        assert host.count("lock") + host.count("muteguests") == 0
        answer.set()
        await asyncio.gather(*acting)
        assert host.conference.locked
        assert host.conference.guests_muted
        assert host.count("refresh_token") <= 2
        assert host.count("request_token") == 1
        assert host.said == []


@pytest.mark.fault(27)
@pytest.mark.parametrize("expires", [0, -1, "x", None, 1e9, "1e400", [], "10"])
async def test_a_life_no_token_can_have_makes_no_storm(expires: object) -> None:
    async with hosting(expires=120) as host:
        life = {} if expires is None else {"expires": expires}
        same = {"status": "success", "result": {"token": host.requests("events")[0].token, **life}}
        host.node.faults.answer("refresh_token", 200, same, times=99)
        await host.clock.advance(60)
        await refreshed(host, 1)
        for _ in range(30):
            await host.clock.advance(1)
            await settled()
        assert host.count("refresh_token") <= 8
        assert host.count("request_token") == 1
        assert host.feed.link.is_live
        await host.act("lock")
        assert host.conference.locked


async def test_a_request_that_met_a_replaced_token_is_repeated_once() -> None:
    async with hosting() as host:
        # The node's refusal comes after the refresh has replaced the token it was sent with.
        refusal = host.node.faults.hold("lock")
        host.node.faults.answer("lock", 403, REFUSED)
        locking = asyncio.create_task(host.act("lock"))
        await eventually(lambda: host.count("lock") == 1)
        await host.clock.advance(60)
        await refreshed(host, 1)
        refusal.set()
        await locking
        first, second = host.requests("lock")
        assert first.token != second.token
        assert host.conference.locked
        assert host.said == []


async def test_a_request_that_met_two_replaced_tokens_is_repeated_no_more() -> None:
    async with hosting() as host:
        refusal = host.node.faults.hold("lock")
        host.node.faults.answer("lock", 403, REFUSED, times=2)
        locking = asyncio.create_task(host.act("lock"))
        await eventually(lambda: host.count("lock") == 1)
        await host.clock.advance(60)
        await refreshed(host, 1)
        refusal.set()
        await locking
        assert host.count("lock") == 2
        assert host.said == ["Lock: Invalid token"]


async def test_a_request_whose_token_is_dead_is_refused_and_the_token_looked_after() -> None:
    async with hosting() as host:
        host.node.faults.answer("lock", 403, REFUSED)
        await host.act("lock")
        assert host.count("lock") == 1
        assert host.said == ["Lock: Invalid token"]
        assert host.membership.moderation.journal.entries[-1].outcome is Outcome.REFUSED
        await refreshed(host, 1)


async def test_other_refusals_are_not_repeated() -> None:
    async with hosting() as host:
        host.node.faults.answer("lock", 403, {"status": "success", "result": "Invalid role"})
        await host.act("lock")
        assert host.count("lock") == 1
        await refreshed(host, 0)


async def test_a_token_no_use_to_anybody_is_not_taken() -> None:
    async with hosting(expires=120) as host:
        old = host.requests("events")[0].token
        for token in ("a\r\nb", "ü", "x" * 10_000, 7, ""):
            result = {"token": token, "expires": "120"}
            host.node.faults.answer("refresh_token", 200, {"status": "success", "result": result})
        await host.pass_time_until(lambda: host.count("refresh_token") == 6, 120)
        assert {one.token for one in host.requests("refresh_token")} == {old}
        await host.act("lock")
        assert host.conference.locked


async def test_the_end_of_the_session_keeps_what_a_refresh_under_way_brings() -> None:
    async with hosting() as host:
        answer = host.node.faults.hold("refresh_token")
        await host.clock.advance(60)
        await refreshed(host, 1)
        closing = asyncio.create_task(host.membership.close())
        await settled()
        assert not closing.done()
        answer.set()
        await closing
        assert not host.node.conference(ALIAS).participants
        assert host.count("release_token") == 1
        assert host.requests("release_token")[0].token != host.requests("refresh_token")[0].token
