"""Getting in: the name, the PIN, the nodes to try, and giving up half-way."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from pexdash.api.address import parse_node
from pexdash.errors import (
    BadAnswer,
    NodeUnavailable,
    NodeUnreachable,
    NoSuchConference,
    PinRequired,
    Refused,
)
from pexdash.model.participant import Role
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.secret import Secret
from pexdash.session.feed.link import LinkState
from pexdash.session.membership.invitation import PinQuestion
from pexdash.session.membership.joining import REACH_SECONDS
from tests.api.broken_server import closed_port
from tests.eventually import AT_ONCE_SECONDS, eventually
from tests.manual_clock import ManualClock
from tests.session.expected_requests import WE_CAN
from tests.session.host import (
    ALIAS,
    GUESTS_WITHOUT_PIN,
    OPEN,
    WITH_PINS,
    hosting,
    membership_on,
    settled,
)
from tests.session.name_server import joiner, name_server
from tests.session.pins import Answers


async def test_a_join_says_our_name_and_what_we_can() -> None:
    async with hosting() as host:
        (request,) = host.requests("request_token")
        assert json.loads(request.body) == {"display_name": "Alice", **WE_CAN}
        assert request.token is None
        assert host.feed.role is Role.HOST
        assert host.shown(host.me).display_name == "Alice"
        assert str(host.membership.node) in host.node.url
        assert host.membership.joined_at == host.clock.monotonic()


async def test_the_extension_goes_along() -> None:
    async with EmbeddedNode(OPEN) as node:
        membership = membership_on(node.url, ManualClock(), extension="room7")
        running = asyncio.create_task(membership.run())
        await eventually(lambda: membership.feed.link.is_live)
        body = json.loads(node.received[0].body)
        assert body == {"display_name": "Alice", **WE_CAN, "conference_extension": "room7"}
        await membership.close()
        assert await running == ""


async def test_a_pin_is_asked_for_only_where_the_node_wants_one() -> None:
    answers = Answers("1234")
    async with hosting(WITH_PINS, ask_pin=answers) as host:
        assert answers.asked == [PinQuestion(guest_needs_pin=True, wrong=False, tries_left=3)]
        assert host.feed.role is Role.HOST


async def test_a_pin_that_was_given_is_not_asked_for() -> None:
    async with hosting(WITH_PINS, pin="99") as host:
        assert host.feed.role is Role.GUEST
        assert host.count("request_token") == 1


@pytest.mark.fault(67)
async def test_a_guest_may_do_without_a_pin() -> None:
    answers = Answers("none")
    async with hosting(GUESTS_WITHOUT_PIN, ask_pin=answers) as host:
        assert [one.guest_needs_pin for one in answers.asked] == [False]
        assert host.feed.role is Role.GUEST


@pytest.mark.fault(67)
async def test_a_wrong_pin_is_asked_for_again_three_times() -> None:
    answers = Answers("1", "2", "3", "1234")
    async with EmbeddedNode(WITH_PINS) as node:
        membership = membership_on(node.url, ManualClock(), ask_pin=answers)
        with pytest.raises(PinRequired):
            await membership.run()
        assert [(one.wrong, one.tries_left) for one in answers.asked] == [
            (False, 3),
            (True, 2),
            (True, 1),
        ]
        assert membership.feed.link.state is LinkState.ENDED
        await membership.close()
        assert [one.path.rpartition("/")[2] for one in node.received] == ["request_token"] * 4


async def test_the_third_pin_may_be_right() -> None:
    async with hosting(WITH_PINS, pin="0", ask_pin=Answers("1", "2", "1234")) as host:
        assert host.feed.role is Role.HOST
        assert host.count("request_token") == 4


async def test_no_such_conference() -> None:
    async with EmbeddedNode(ConferenceSettings("other")) as node:
        membership = membership_on(node.url, ManualClock())
        with pytest.raises(NoSuchConference, match="Neither conference nor gateway found"):
            await membership.run()
        await membership.close()


@pytest.mark.fault(1)
async def test_an_unreachable_node_is_named() -> None:
    port = closed_port()
    membership = membership_on(f"http://127.0.0.1:{port}", ManualClock())
    with pytest.raises(NodeUnreachable, match=f"127.0.0.1:{port} cannot be reached"):
        await membership.run()
    assert membership.feed.link.state is LinkState.ENDED
    await membership.close()


@pytest.mark.parametrize(
    ("status", "body", "kind", "error"),
    [
        (503, b"<html>", "text/html", NodeUnavailable),
        (200, b"<html>", "text/html", BadAnswer),
        (403, b'{"status":"success","result":"No way in"}', "application/json", Refused),
        (200, b'{"result":{"token":"a\\nb"}}', "application/json", BadAnswer),
        (200, b'{"result":false}', "application/json", Refused),
    ],
)
async def test_what_is_no_token_ends_the_joining(
    status: int, body: bytes, kind: str, error: type[Exception]
) -> None:
    async with EmbeddedNode(OPEN) as node:
        node.faults.answer("request_token", status, body, kind)
        membership = membership_on(node.url, ManualClock())
        with pytest.raises(error):
            await membership.run()
        await membership.close()
        assert len(node.received) == 1


async def test_giving_up_while_the_node_thinks_releases_what_it_gives() -> None:
    async with EmbeddedNode(OPEN) as node:
        thinking = node.faults.hold("request_token")
        membership = membership_on(node.url, ManualClock())
        running = asyncio.create_task(membership.run())
        await eventually(lambda: node.conference(ALIAS).participants)
        running.cancel()
        await settled()
        assert not running.done()
        thinking.set()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert not node.conference(ALIAS).participants
        assert node.received[-1].path.endswith("/release_token")
        await membership.close()
        assert len(node.received) == 2


async def test_close_while_the_node_thinks_releases_what_it_gives() -> None:
    async with EmbeddedNode(OPEN) as node:
        thinking = node.faults.hold("request_token")
        membership = membership_on(node.url, ManualClock())
        running = asyncio.create_task(membership.run())
        await eventually(lambda: node.conference(ALIAS).participants)
        closing = asyncio.create_task(membership.close())
        await settled()
        assert not closing.done()
        thinking.set()
        await closing
        assert not node.conference(ALIAS).participants
        assert await running == ""
        assert len(node.received) == 2


async def test_close_during_the_pin_prompt_ends_the_joining() -> None:
    prompted = asyncio.Event()

    async def ask(question: PinQuestion) -> Secret:
        prompted.set()
        return await asyncio.Future()

    async with EmbeddedNode(WITH_PINS) as node:
        membership = membership_on(node.url, ManualClock(), ask_pin=ask)
        running = asyncio.create_task(membership.run())
        await prompted.wait()
        await membership.close()
        assert await running == ""
        assert len(node.received) == 1


@pytest.mark.fault(4)
async def test_the_next_node_is_tried_where_the_first_is_dead() -> None:
    connected: list[int] = []
    async with EmbeddedNode(OPEN) as node:
        dead, alive = closed_port(), parse_node(node.url).port
        async with name_server(dead, alive):
            client, token = await joiner(connected).first_token()
        assert connected == [dead, alive]
        await client.release_token(token)
        await client.aclose()


@contextmanager
def deaf_port() -> Iterator[int]:
    """A port that takes no connection and refuses none, as a machine that is switched off."""
    with ExitStack() as sockets:
        listener = sockets.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(2):
            filler = sockets.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@pytest.mark.fault(4)
async def test_the_next_node_is_tried_within_two_seconds_where_the_first_is_switched_off() -> None:
    connected: list[int] = []
    async with EmbeddedNode(OPEN) as node:
        alive = parse_node(node.url).port
        with deaf_port() as deaf:
            async with name_server(deaf, alive):
                began = time.monotonic()
                joining = asyncio.create_task(joiner(connected).first_token())
                await eventually(lambda: connected == [deaf, alive])
                assert REACH_SECONDS <= 2
                assert 1 <= time.monotonic() - began < AT_ONCE_SECONDS
                client, token = await joining
        await client.release_token(token)
        await client.aclose()


async def test_the_next_node_is_not_tried_where_the_first_refuses() -> None:
    connected: list[int] = []
    async with EmbeddedNode(ConferenceSettings("other")) as other, EmbeddedNode(OPEN) as node:
        first, second = parse_node(other.url).port, parse_node(node.url).port
        async with name_server(first, second):
            with pytest.raises(NoSuchConference):
                await joiner(connected).first_token()
        assert connected == [first]


async def test_the_last_node_tells_why_nobody_let_us_in() -> None:
    connected: list[int] = []
    ports = closed_port(), closed_port()
    async with name_server(*ports):
        with pytest.raises(NodeUnreachable, match=f":{ports[1]} cannot be reached"):
            await joiner(connected).first_token()
    assert connected == [*ports]


async def test_a_fault_keeps_the_cause_it_had() -> None:
    membership = membership_on(f"http://127.0.0.1:{closed_port()}", ManualClock())
    with pytest.raises(NodeUnreachable) as raised:
        await membership.run()
    assert isinstance(raised.value.__cause__, httpx.ConnectError)
