"""A node that is gone: the next that DNS names takes its place, where one lets us in."""

from __future__ import annotations

import asyncio
import socket

import dns.asyncresolver
import pytest

from pexdash.api import discovery
from pexdash.errors import NodeUnreachable
from pexdash.session.feed.link import LinkState
from pexdash.session.moderation.actions import BY_ID
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.host import WITH_PINS, membership_on, settled
from tests.session.name_server import joiner, name_server
from tests.session.nodes import MortalNode, Roamer, roaming

REFUSED = {"status": "success", "result": "Invalid token"}


def pair() -> tuple[ManualClock, MortalNode, MortalNode]:
    clock = ManualClock()
    return clock, MortalNode(clock), MortalNode(clock)


async def act(roamer: Roamer, action: str) -> None:
    moderation = roamer.membership.moderation
    await moderation.carry_out(moderation.plan(BY_ID[action], []))


@pytest.mark.fault(5)
async def test_everything_goes_to_the_next_node_once_ours_is_gone() -> None:
    clock, first, second = pair()
    async with roaming(clock, first, second) as roamer:
        me, old = roamer.feed.conference.me, first.tokens()
        for name in ("Ann", "Bob"):
            second.conference.join(name)
        await first.go()
        assert await roamer.at(second) <= 5
        membership = roamer.membership
        assert roamer.said[0].startswith("Connection lost: ")
        assert roamer.said[1:] == [f"Joined again on {membership.node}"]
        assert membership.feed.conference.me != me
        assert [client.node.port for client in roamer.clients] == [first.port, second.port]
        assert [client._http.is_closed for client in roamer.clients] == [True, False]
        await act(roamer, "lock")
        assert second.conference.locked
        await clock.advance(60)
        await eventually(lambda: second.requests("refresh_token"), "refreshed there")
        await eventually(lambda: second.requests("conference_status"))
        assert not old & second.tokens()
        assert len(second.requests("request_token")) == 1
        assert len(second.requests("events")) == 1
        await membership.close()
        assert len(second.requests("release_token")) == 1


async def test_pictures_come_from_the_next_node_too() -> None:
    clock, first, second = pair()
    async with roaming(clock, first, second) as roamer:
        await first.go()
        await roamer.at(second)
        second.node.faults.answer("avatar.jpg", 200, b"jpeg", "image/jpeg")
        from pexdash.api.requests import AVATAR

        me = roamer.feed.conference.me
        assert await roamer.membership.picture(AVATAR, me) == b"jpeg"


async def test_a_node_that_is_back_within_a_moment_is_not_left() -> None:
    clock, first, second = pair()
    async with roaming(clock, first, second) as roamer:
        await roamer.lives_for(10)
        first.node.faults.cut_streams()
        await eventually(lambda: roamer.feed.link.state is LinkState.LOST)
        await roamer.at(first)
        await first.go()
        await roamer.lives_for(1)
        await first.come()
        await roamer.at(first)
        assert second.node.received == []


@pytest.mark.fault(5)
async def test_a_node_that_answers_at_all_is_not_left() -> None:
    clock, first, second = pair()
    async with roaming(clock, first, second) as roamer:
        first.node.faults.answer("events", 503, b"", "", times=6)
        first.node.faults.answer("events", 200, b"<html>", "text/html", times=2)
        first.node.faults.cut_streams()
        await eventually(lambda: roamer.feed.link.state is LinkState.LOST)
        assert await roamer.at(first, within=120) > 10
        assert second.node.received == []


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (503, "System in maintenance mode"),
        (404, "Neither conference nor gateway found"),
        (403, "Invalid PIN"),
    ],
)
async def test_where_no_other_node_lets_us_in_ours_is_waited_for(status: int, result: str) -> None:
    clock, first, second = pair()
    async with roaming(clock, first, second) as roamer:
        answer = {"status": "failed", "result": result}
        second.node.faults.answer("request_token", status, answer, times=99)
        await first.go()
        await roamer.lives_for(20)
        assert 1 <= len(second.requests("request_token")) <= 8
        assert roamer.port == first.port
        assert not roamer.running.done()
        await first.come()
        await roamer.at(first)
        assert {client._http.is_closed for client in roamer.clients[:-1]} == {True}
        assert "The token had expired: joined again" in roamer.said


async def test_a_pin_nobody_was_asked_for_is_not_asked_for_while_the_token_may_be_good() -> None:
    clock = ManualClock()
    first, second = MortalNode(clock), MortalNode(clock, WITH_PINS)
    async with roaming(clock, first, second) as roamer:
        await first.go()
        await roamer.lives_for(15)
        assert second.requests("request_token")
        assert roamer.port == first.port


@pytest.mark.fault(5)
async def test_with_both_gone_for_ninety_seconds_the_first_that_returns_is_taken() -> None:
    clock, first, second = pair()
    async with roaming(clock, first, second) as roamer:
        await second.go()
        await first.go()
        await roamer.lives_for(90)
        assert len(roamer.said) == 1
        assert len(roamer.clients) <= 15
        await second.come()
        assert await roamer.at(second) <= 15.5
        assert len(roamer.said) == 2


async def test_a_token_that_died_meanwhile_is_taken_anew_on_whichever_node_returns() -> None:
    clock, first, second = pair()
    async with roaming(clock, first, second) as roamer:
        me = roamer.feed.conference.me
        await second.go()
        await first.go()
        await roamer.lives_for(150)
        await second.come()
        assert await roamer.at(second) <= 15.5
        assert roamer.feed.conference.me != me
        assert len(second.requests("request_token")) == 1
        assert roamer.said[-1] == f"Joined again on {roamer.membership.node}"


async def test_a_node_that_takes_our_token_back_and_lets_us_in_no_more_is_left() -> None:
    clock, first, second = pair()
    async with roaming(clock, first, second) as roamer:
        first.node.faults.answer("refresh_token", 403, REFUSED)
        resting = {"status": "failed", "result": "System in maintenance mode"}
        first.node.faults.answer("request_token", 503, resting)
        await clock.advance(60)
        await roamer.at(second)
        assert roamer.said == [f"Joined again on {roamer.membership.node}"]
        assert len(first.requests("events")) == 1
        await settled()
        assert len(second.requests("events")) == 1


@pytest.mark.fault(4)
async def test_the_node_that_let_us_in_is_asked_first_when_the_token_has_died() -> None:
    clock, first, second = pair()
    async with roaming(clock, first, second) as roamer:
        await first.go()
        await roamer.at(second)
        await first.come()
        second.node.faults.answer("refresh_token", 403, REFUSED)
        await roamer.lives_for(65)
        await roamer.at(second)
        assert len(second.requests("request_token")) == 2
        assert first.node.received == []


async def test_a_refresh_that_is_being_tried_does_not_hold_the_move_up() -> None:
    clock, first, second = pair()
    async with roaming(clock, first, second) as roamer:
        await clock.advance(59)
        await first.go()
        await clock.advance(1)
        assert await roamer.at(second) <= 5
        await asyncio.wait_for(act(roamer, "lock"), 5)
        assert second.conference.locked
        second.conference.publish("refresh_token", None)
        await eventually(lambda: second.requests("refresh_token"), "at once: no time passes here")


async def test_nodes_known_before_are_tried_where_the_look_up_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(discovery, "_LOOKUP_SECONDS", 0.05)
    clock, first, second = pair()
    async with roaming(clock, first, second) as roamer:
        dns.asyncresolver.get_default_resolver().port = MortalNode(clock).port
        await first.go()
        await roamer.at(second)


async def test_a_conference_we_ended_is_not_joined_on_another_node() -> None:
    clock, first, second = pair()
    async with roaming(clock, first, second) as roamer:
        first.node.faults.answer("disconnect", 200, {"status": "success", "result": True})
        await act(roamer, "disconnect-all")
        await first.go()
        await roamer.lives_for(10)
        assert await roamer.running == "you disconnected everyone"
        assert second.node.received == []


async def test_leaving_while_another_node_thinks_releases_what_it_gives() -> None:
    clock, first, second = pair()
    async with roaming(clock, first, second) as roamer:
        thinking = second.node.faults.hold("request_token")
        await first.go()
        while not second.node.received:
            await roamer.lives_for(0.5)
        await eventually(lambda: second.conference.participants)
        closing = asyncio.create_task(roamer.membership.close())
        await settled()
        assert not closing.done()
        thinking.set()
        await closing
        assert not second.conference.participants
        assert {client._http.is_closed for client in roamer.clients} == {True}


async def test_a_named_node_has_no_alternative() -> None:
    clock = ManualClock()
    node = MortalNode(clock)
    await node.come()
    membership = membership_on(node.node.url, clock)
    running = asyncio.create_task(membership.run())
    await eventually(lambda: membership.feed.conference.synced_at)
    await eventually(
        lambda: node.requests("conference_status") and not membership.source.fetcher.asking
    )
    try:
        await node.go()
        end = clock.monotonic() + 20
        while clock.monotonic() < end:
            await clock.advance(0.5)
            await settled()
        assert membership.feed.link.state is LinkState.LOST
        assert membership.node is not None
        assert membership.node.port == node.port
        await node.come()
        while not membership.feed.link.is_live:
            await clock.advance(0.5)
            await settled()
        assert clock.monotonic() - end <= 15.5
    finally:
        await membership.close()
        await running
        await node.go()


def fail_look_ups(monkeypatch: pytest.MonkeyPatch) -> None:
    """No host's name is known."""

    def unknown(host: str, *_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, f"{host} is not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)


@pytest.mark.fault(3)
async def test_a_host_s_name_nobody_knows_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    fail_look_ups(monkeypatch)
    membership = membership_on("http://node.example.com", ManualClock())
    with pytest.raises(NodeUnreachable, match=r"node\.example\.com.* cannot be reached"):
        await membership.run()
    await membership.close()


@pytest.mark.fault(3)
async def test_a_host_s_name_that_is_not_known_for_a_while_is_a_line_lost_and_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = ManualClock()
    node = MortalNode(clock)
    async with roaming(clock, node, host="localhost") as roamer:
        await node.go()
        with monkeypatch.context() as failing:
            fail_look_ups(failing)
            await roamer.lives_for(20)
            assert "localhost" in roamer.feed.link.fault
        await node.come()
        assert await roamer.at(node) <= 15.5
        assert len(roamer.said) == 2


@pytest.mark.fault(3)
async def test_where_the_first_node_s_name_is_not_known_the_next_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connected: list[int] = []
    _, first, second = pair()
    await second.come()
    known = socket.getaddrinfo

    def look_up(host: str, port: int, *rest: object, **more: object) -> object:
        if port == first.port:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return known(host, port, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    async with name_server(first.port, second.port):
        client, token = await joiner(connected).first_token()
    await client.release_token(token)
    await client.aclose()
    await second.go()
    assert connected == [first.port, second.port]
