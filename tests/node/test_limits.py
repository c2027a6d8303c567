"""Requests that are too large, too slow or too many: each is refused or cut, and others served."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
from contextlib import AsyncExitStack

import pytest

from pexdash.node.limits import Limits
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.eventually import a_moment, eventually
from tests.node.client import ALIAS, PATH, PATIENCE, joined, refused
from tests.node.stranger import Stranger, status_of

OPEN = ConferenceSettings(ALIAS)
SOON = 0.05
HEAD = f"POST {PATH}request_token HTTP/1.1\r\nhost: localhost\r\n".encode()
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"
CHUNK = b"1000\r\n" + b"x" * 0x1000 + b"\r\n"
WHOLE = HEAD + b"content-length: 2\r\n\r\n{}"


def faults_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged as a fault of ours, once all that was left is collected."""
    gc.collect()
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]


def node_with(**limits: float) -> EmbeddedNode:
    return EmbeddedNode(OPEN, limits=Limits(**limits))  # type: ignore[arg-type]


@pytest.mark.parametrize("said", [b"", b"G", HEAD[:30], HEAD, HEAD + b"x: "])
async def test_a_head_that_does_not_come_is_not_waited_for(said: bytes) -> None:
    async with node_with(head_seconds=SOON) as node, Stranger(node) as stranger:
        await stranger.say(said)
        assert status_of(await stranger.rest()) == 408


async def test_a_head_that_comes_drop_by_drop_gets_no_more_time() -> None:
    async with node_with(head_seconds=SOON) as node, Stranger(node) as stranger:
        await stranger.say(HEAD + b"x: ")
        answer = asyncio.create_task(stranger.rest())
        while not answer.done():
            with contextlib.suppress(ConnectionError):
                await stranger.say(b"y")
            await a_moment()
        assert status_of(answer.result()) == 408


@pytest.mark.parametrize("more", [b"", HEAD[:30]])
async def test_a_kept_connection_waits_for_its_next_request_no_longer(more: bytes) -> None:
    limits = {"head_seconds": SOON} if more else {"idle_seconds": 0}
    async with node_with(**limits) as node, Stranger(node) as stranger:
        await stranger.say(WHOLE)
        answer = await stranger.until(b"}}")
        assert status_of(answer) == 200
        await stranger.say(more)
        assert status_of(await stranger.rest()) == (408 if more else 0)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"])
async def test_a_large_head_is_refused(at_once: bool, end: bytes) -> None:
    async with node_with(head_bytes=2000) as node, Stranger(node) as stranger:
        data = HEAD + b"".join(b"x-%d: %b\r\n" % (at, b"y" * 90) for at in range(30)) + end
        for piece in [data] if at_once else [data[:1500], data[1500:]]:
            await stranger.say(piece)
        assert status_of(await stranger.rest()) == 431
        assert not node.conference(ALIAS).participants


async def test_many_empty_headers_are_a_large_head() -> None:
    async with node_with() as node, Stranger(node) as stranger:
        await stranger.say(HEAD + b"".join(b"x%d:\r\n" % at for at in range(300)) + b"\r\n")
        assert status_of(await stranger.rest()) == 431


@pytest.mark.parametrize(
    "request_",
    [
        HEAD + b"content-length: 5000\r\n\r\n",
        HEAD + b"content-length: 5000\r\nexpect: 100-continue\r\n\r\n",
        HEAD + b"content-length: 5000\r\n\r\n" + b"x" * 5000,
        HEAD + b"content-length: %b\r\n\r\n" % (b"9" * 200),
        CHUNKED + CHUNK * 3,
        CHUNKED + CHUNK + b"0\r\n\r\n",
    ],
)
async def test_a_large_body_is_refused_and_the_connection_closed(request_: bytes) -> None:
    async with node_with(body_bytes=4000) as node, Stranger(node) as stranger:
        await stranger.say(request_)
        answer = await stranger.rest()
        assert status_of(answer) == 413 or b"9" * 200 in request_
        assert status_of(answer) in (413, 400)
        assert answer.count(b"HTTP/1.1") == 1
        assert b"connection: close" in answer.lower()
        assert not node.conference(ALIAS).participants


async def test_a_body_as_large_as_may_be_is_taken() -> None:
    async with node_with(body_bytes=4000) as node, joined(node) as alice:
        for size, status in ((4000, 200), (4001, 413), (4000, 200)):
            body = json.dumps({"payload": "Hello"}).encode().ljust(size)
            assert (await alice.send("message", body)).status_code == status


async def test_others_get_their_turn_within_a_body_of_the_smallest_chunks() -> None:
    turns, size = 0, 200_000

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async with node_with() as node, Stranger(node) as stranger:
        counting = asyncio.create_task(others())
        await stranger.say(CHUNKED + b"1\r\n \r\n" * (size // 6) + b"0\r\n\r\n")
        assert status_of(await stranger.until(b"}}")) == 200
        counting.cancel()
    assert turns > size // (16 * 1024)


async def test_a_body_without_end_is_read_no_further() -> None:
    async with node_with() as node, Stranger(node) as stranger:
        await stranger.say(CHUNKED)
        with pytest.raises(ConnectionError):
            await stranger.say_on(CHUNK)


@pytest.mark.parametrize("part", [b"", b"{"])
async def test_a_body_that_does_not_come_is_not_waited_for(part: bytes) -> None:
    async with node_with(body_seconds=SOON) as node, Stranger(node) as stranger:
        await stranger.say(HEAD + b"content-length: 2\r\n\r\n" + part)
        assert status_of(await stranger.rest()) == 408


async def test_all_bodies_that_arrive_together_are_bounded() -> None:
    async with node_with(bodies_bytes=8000, head_bytes=2000) as node, joined(node) as alice:
        async with Stranger(node) as first, Stranger(node) as second:
            await first.say(CHUNKED + CHUNK)
            await alice.send("lock")
            await second.say(CHUNKED + CHUNK)
            assert status_of(await second.rest()) == 503
            await first.say(b"0\r\n\r\n")
            assert status_of(await first.until(b"}")) == 400
        assert (await alice.send("message", {"payload": "x" * 5000})).status_code == 200


async def test_small_bodies_are_taken_whatever_else_arrives() -> None:
    async with (
        node_with(bodies_bytes=5000, head_bytes=2000) as node,
        joined(node) as alice,
        Stranger(node) as stranger,
    ):
        await stranger.say(CHUNKED + CHUNK)
        await alice.send("lock")
        assert (await alice.send("message", {"payload": "x" * 1900})).status_code == 200


async def test_what_is_sent_with_a_question_is_not_kept() -> None:
    async with node_with() as node, joined(node) as alice, Stranger(node) as stranger:
        head = f"GET {PATH}events?token={alice.token} HTTP/1.1\r\nhost: localhost\r\n"
        await stranger.say(head.encode() + b"content-length: 4096\r\n\r\n")
        await stranger.until(b"presentation_stop")
        await stranger.say(b"x" * 4096)
        node.conference(ALIAS).publish("after", None)
        await stranger.until(b"after")
        assert node.received[-1].body == b""


@pytest.mark.parametrize("announced", [b"", b"expect: 100-continue\r\n"])
async def test_a_body_that_is_no_body_is_refused_and_that_is_all(
    announced: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with node_with() as node:
        async with Stranger(node) as stranger:
            head = HEAD + announced + b"transfer-encoding: chunked\r\n\r\n"
            await stranger.say(head + b"no size\r\n")
            answer = await stranger.rest()
        assert (status_of(answer), answer.count(b"HTTP/1.1")) == (400, 1)
        await eventually(lambda: not node.connections)
    assert not faults_in(caplog)


async def test_a_stream_whose_client_breaks_the_rules_ends(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with node_with() as node, joined(node) as alice, Stranger(node) as stranger:
        await stranger.say(
            f"GET {PATH}events?token={alice.token} HTTP/1.1\r\nhost: localhost\r\n".encode()
            + b"transfer-encoding: chunked\r\n\r\n"
        )
        await stranger.until(b"presentation_stop")
        await stranger.say(b"no size\r\n")
        node.conference(ALIAS).publish("after", None)
        assert b"HTTP/1.1" not in await stranger.rest()
        await eventually(lambda: not node.conference(ALIAS).audience.listeners)
    assert not faults_in(caplog)


async def test_an_answer_that_is_larger_than_all_that_may_be_unread_is_cut_off(
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings, limits = ConferenceSettings(ALIAS, participants=300), Limits(unread_bytes=100_000)
    async with EmbeddedNode(settings, limits=limits) as node, joined(node) as alice:
        async with Stranger(node) as stranger:
            await stranger.ask("participants", alice.token)
            await stranger.rest()
        await eventually(lambda: node.connections == 1)
    assert not faults_in(caplog)


async def test_requests_sent_far_ahead_are_not_kept() -> None:
    async with (
        node_with(head_bytes=2000) as node,
        joined(node) as alice,
        Stranger(node) as stranger,
    ):
        await stranger.ask("events", alice.token)
        await stranger.until(b"presentation_stop")
        await stranger.say(WHOLE * 40)
        await stranger.rest()
        assert len(node.conference(ALIAS).participants) == 1


async def test_only_so_many_connections_are_open() -> None:
    async with node_with(connections=2) as node, Stranger(node), Stranger(node) as second:
        await second.say(WHOLE)
        assert status_of(await second.until(b"}}")) == 200
        async with Stranger(node) as third:
            assert await third.rest() == b""
        await second.say(WHOLE)
        assert status_of(await second.until(b"}}")) == 200


async def test_only_so_many_streams_are_open() -> None:
    async with node_with(streams=1) as node, joined(node) as alice, joined(node) as bob:
        stream = await alice.listen_in()
        answer = await bob.send("events", method="GET")
        assert refused(answer) == (503, "failed", "Out of resource")
        await stream.close()
        await eventually(lambda: not node.conference(ALIAS).audience.listeners)
        await bob.listen_in()


async def test_of_all_that_is_unread_the_largest_part_goes() -> None:
    limits = {"stream_bytes": 1 << 30, "unread_bytes": 500_000}
    async with node_with(**limits) as node, joined(node) as alice, joined(node) as bob:
        conference = node.conference(ALIAS)
        stream = await alice.listen_in()
        async with Stranger(node) as stranger:
            await stranger.ask("events", bob.token)
            await stranger.until(b"presentation_stop")
            for number in range(1000):
                conference.publish("flood", {"number": number, "text": "x" * 20_000})
                await stream.next()
                if bob.uuid not in conference.audience.listeners:
                    break
            assert conference.audience.listeners == {alice.uuid}
            conference.publish("after", None)
            assert await stream.first("after") is None


@pytest.mark.parametrize("way", ["events", "participants"])
async def test_lists_for_many_at_once_are_all_read(way: str) -> None:
    settings = ConferenceSettings(ALIAS, participants=600)
    limits = Limits(unread_bytes=2_500_000, room_seconds=PATIENCE)
    async with EmbeddedNode(settings, limits=limits) as node, AsyncExitStack() as stack:
        people = [await stack.enter_async_context(joined(node)) for _ in range(10)]
        if way == "events":
            streams = await asyncio.gather(*(one.listen() for one in people))
            await asyncio.gather(*(one.until("presentation_stop") for one in streams))
        else:
            lists = await asyncio.gather(*(one.get("participants") for one in people))
            assert [len(one) for one in lists] == [610] * 10


async def test_who_has_a_list_unread_keeps_nobody_out() -> None:
    settings = ConferenceSettings(ALIAS, participants=1000)
    limits = Limits(unread_bytes=2_000_000, room_seconds=SOON)
    async with (
        EmbeddedNode(settings, limits=limits) as node,
        joined(node) as alice,
        joined(node) as bob,
        Stranger(node) as stranger,
    ):
        await stranger.ask("events", alice.token)
        await eventually(lambda: node.conference(ALIAS).audience.listeners == {alice.uuid})
        assert await bob.get("participants")


@pytest.mark.parametrize("close", [False, True])
async def test_an_answer_that_nobody_reads_is_not_kept(close: bool) -> None:
    settings = ConferenceSettings(ALIAS, participants=2000)
    limits = Limits(answer_seconds=SOON)
    async with (
        EmbeddedNode(settings, limits=limits) as node,
        joined(node) as alice,
        Stranger(node) as stranger,
    ):
        head = f"GET {PATH}participants?token={alice.token} HTTP/1.1\r\nhost: localhost\r\n"
        await stranger.say(head.encode() + b"connection: close\r\n" * close + b"\r\n")
        await eventually(lambda: len(node.received) == 2)
        await eventually(lambda: node.connections == 1)


async def test_a_stream_that_has_ended_does_not_wait_for_its_reader() -> None:
    async with (
        node_with(answer_seconds=SOON) as node,
        joined(node) as alice,
        Stranger(node) as stranger,
    ):
        await stranger.ask("events", alice.token)
        await stranger.until(b"presentation_stop")
        for number in range(300):
            node.conference(ALIAS).publish("big", {"text": "x" * 20_000, "number": number})
        await alice.result("release_token")
        await eventually(lambda: node.connections == 1)


async def test_who_comes_and_goes_leaves_nothing_behind() -> None:
    async with node_with() as node, joined(node) as alice:
        before = len(asyncio.all_tasks())
        for _ in range(20):
            await alice.join("Again")
            await alice.result("release_token")
        assert len(asyncio.all_tasks()) <= before + 1


async def test_only_so_many_calls_of_a_participant() -> None:
    async with node_with(calls=2) as node, joined(node) as alice, joined(node) as bob:
        body = {"call_type": "RTMP"}
        for status in (200, 200, 503):
            assert (await alice.send("calls", body, uuid=alice.uuid)).status_code == status
        assert (await bob.send("calls", body, uuid=bob.uuid)).status_code == 200


@pytest.mark.parametrize("letter", ["x", "ä", "\ud800"])
async def test_texts_that_are_kept_or_sent_on_have_a_length(letter: str) -> None:
    limits = {"field_bytes": 100, "message_bytes": 200, "offer_bytes": 300}
    width = len(letter.encode("utf-8", "surrogatepass"))
    dial = {"role": "guest", "destination": "b", "protocol": "sip"}
    async with node_with(**limits) as node, joined(node) as alice:
        for name, body, field, most, where in (
            ("request_token", {}, "display_name", 100, ""),
            ("request_token", {}, "call_tag", 100, ""),
            ("message", {}, "payload", 200, ""),
            ("message", {"payload": "a"}, "type", 100, ""),
            ("dial", dial, "destination", 100, ""),
            ("dial", dial, "text", 100, ""),
            ("dial", dial, "remote_display_name", 100, ""),
            ("transfer", {"role": "guest"}, "conference_alias", 100, alice.uuid),
            ("calls", {"call_type": "WEBRTC"}, "sdp", 300, alice.uuid),
        ):
            for over in (0, 1):
                text = letter * (most // width + over)
                answer = await alice.send(name, {**body, field: text}, uuid=where)
                assert answer.status_code == (400 if over else 200), (name, field)
