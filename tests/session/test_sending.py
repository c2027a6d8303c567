"""Requests that must not happen twice: each is sent once, whatever becomes of its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from pexdash.errors import PexdashError
from pexdash.session.moderation.actions import BY_ID
from pexdash.session.moderation.journal import Outcome
from pexdash.session.moderation.participant_actions import dtmf_step, transfer_step
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.host import Host, hosting, last, settled
from tests.session.nodes import MortalNode, roaming

Deed = Callable[[Host], Awaitable[None]]


async def dial(host: Host) -> None:
    with suppress(PexdashError):
        await host.membership.dialled.dial(
            {"destination": "carol@example.com", "protocol": "sip", "role": "guest"}
        )


async def message(host: Host) -> None:
    assert not await host.membership.moderation.send_message("hello")


async def dtmf(host: Host) -> None:
    await _to_bob(host, "dtmf")


async def transfer(host: Host) -> None:
    await _to_bob(host, "transfer")


async def _to_bob(host: Host, action: str) -> None:
    step = dtmf_step("12#") if action == "dtmf" else transfer_step("meet.bob", "guest")
    moderation = host.membership.moderation
    (bob,) = (one for one in host.feed.conference.participants.values() if one.name == "Bob")
    await moderation.carry_out(moderation.plan(BY_ID[action], [bob.uuid], step))


DEEDS = [
    pytest.param(deed, deed.__name__, id=deed.__name__) for deed in (dial, message, dtmf, transfer)
]


async def time_passes(host: Host) -> None:
    """Long enough for a refresh, a look at the state and a new stream."""
    host.node.faults.cut_streams()
    for _ in range(33):
        await host.clock.advance(2)
        await settled()
    await eventually(lambda: host.feed.link.is_live)


@pytest.mark.fault(20)
@pytest.mark.parametrize(("deed", "name"), DEEDS)
async def test_a_lost_answer_is_unknown_and_never_asked_for_again(deed: Deed, name: str) -> None:
    async with hosting() as host:
        await host.someone("Bob")
        host.node.faults.lose_answer(name)
        await deed(host)
        assert last(host).outcome is Outcome.UNKNOWN
        (said,) = host.said
        assert "no answer" in said
        assert "it may or may not have been done" in said
        await time_passes(host)
        assert host.count(name) == 1
        assert last(host).outcome is Outcome.UNKNOWN
        assert not host.feed.conference.chat.messages


@pytest.mark.fault(20)
@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (403, {"status": "success", "result": "Invalid role"}, "Invalid role"),
        (200, {"status": "success", "result": False}, "the node said no"),
        (200, {"status": "failed", "result": "Call \x1b[31mrejected"}, "Call ␛[31mrejected"),
        (400, {"status": "failed", "result": "Illegal value"}, "Illegal value"),
        (502, b"<html>Bad gateway</html>", "not available (HTTP 502)"),
        (503, {"status": "failed", "result": "Out of resource"}, "Out of resource"),
    ],
)
@pytest.mark.parametrize(("deed", "name"), DEEDS)
async def test_a_refusal_is_told_in_the_node_s_words_and_not_tried_again(
    deed: Deed, name: str, status: int, body: object, words: str
) -> None:
    async with hosting() as host:
        await host.someone("Bob")
        kind = "text/html" if isinstance(body, bytes) else "application/json"
        host.node.faults.answer(name, status, body, kind)
        await deed(host)
        assert last(host).outcome is Outcome.REFUSED
        (said,) = host.said
        assert words in said
        await time_passes(host)
        assert host.count(name) == 1


@pytest.mark.parametrize(("deed", "name"), DEEDS)
async def test_a_dead_token_refuses_it_once_and_is_looked_after(deed: Deed, name: str) -> None:
    async with hosting() as host:
        await host.someone("Bob")
        host.node.faults.answer(name, 403, {"status": "success", "result": "Invalid token"})
        await deed(host)
        assert last(host).outcome is Outcome.REFUSED
        await eventually(lambda: host.count("refresh_token") == 1)
        await time_passes(host)
        assert host.count(name) == 1


async def test_what_was_asked_of_a_node_that_is_gone_is_not_sent_when_it_returns() -> None:
    clock = ManualClock()
    node = MortalNode(clock)
    async with roaming(clock, node) as roamer:
        membership = roamer.membership
        await node.go()
        await eventually(lambda: not membership.feed.link.is_live)
        assert (
            membership.policy.refusal(BY_ID["lock"])
            == "Not connected to the node, nothing was sent"
        )
        moderation = membership.moderation
        await moderation.carry_out(moderation.plan(BY_ID["lock"], []))
        assert not await membership.moderation.send_message("hello")
        assert [one.outcome for one in moderation.journal.entries] == [Outcome.REFUSED] * 2
        assert all("cannot be reached" in said for said in roamer.said[1:])
        await node.come()
        await roamer.at(node)
        await roamer.lives_for(10)
        assert not node.requests("lock")
        assert not node.requests("message")


async def test_an_answer_lost_by_moving_on_is_unknown_and_not_sent_to_the_next_node() -> None:
    clock = ManualClock()
    first, second = MortalNode(clock), MortalNode(clock)
    async with roaming(clock, first, second) as roamer:
        first.node.faults.lose_answer("message")
        assert not await roamer.membership.moderation.send_message("hello")
        await first.go()
        await roamer.at(second)
        entry = roamer.membership.moderation.journal.entries[-1]
        assert entry.outcome is Outcome.UNKNOWN
        assert len(roamer.feed.conference.chat.messages) == 0
        assert not second.requests("message")


async def test_an_answer_still_awaited_when_we_move_on_is_unknown_at_once() -> None:
    clock = ManualClock()
    first, second = MortalNode(clock), MortalNode(clock)
    async with roaming(clock, first, second) as roamer:
        moderation = roamer.membership.moderation
        first.node.faults.hold("lock")
        locking = asyncio.create_task(moderation.carry_out(moderation.plan(BY_ID["lock"], [])))
        await eventually(lambda: first.requests("lock"))
        invalid = {"status": "success", "result": "Invalid token"}
        first.node.faults.answer("refresh_token", 403, invalid)
        first.node.faults.answer("request_token", 503, b"", "")
        await clock.advance(60)
        await roamer.at(second)
        await asyncio.wait_for(locking, 5)
        assert moderation.journal.entries[-1].outcome is Outcome.UNKNOWN
        assert "may or may not" in roamer.said[-1]
        assert not second.requests("lock")
