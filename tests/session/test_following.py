"""The event stream: what ends it, how it comes back, and what the host sees meanwhile."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import suppress

import pytest

from pexdash.errors import PexdashError
from pexdash.node.server import EmbeddedNode
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.told import Heard, Told
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.drops import back, drop, lost
from tests.session.host import ALIAS, OPEN, Host, hosting, membership_on, plain_server, settled


async def test_every_event_of_every_stream_is_told_as_it_came_once_it_is_applied() -> None:
    async with EmbeddedNode(OPEN) as node:
        clock = ManualClock()
        heard: list[tuple[str, str, str]] = []
        synced: list[float | None] = []

        def hear(told: Told) -> None:
            for name, event_id, data in told.sent if isinstance(told, Heard) else ():
                heard.append((name.decode(), data.decode(), event_id.decode()))
                if name == b"participant_sync_end":
                    synced.append(membership.feed.conference.synced_at)

        membership = membership_on(node.url, clock)
        membership.feed.on_told(hear)
        running = asyncio.create_task(membership.run())
        await eventually(lambda: membership.feed.conference.synced_at)
        node.conference(ALIAS).publish("new_thing", {"a": 1})
        await eventually(lambda: heard[-1][0] == "new_thing")
        assert json.loads(heard[-1][1]) == {"a": 1}
        assert len(synced) == 1
        node.faults.cut_streams()
        await eventually(lambda: membership.feed.link.state is LinkState.LOST)
        await clock.advance(0.25)
        await eventually(lambda: len(synced) == 2)
        assert None not in synced
        await membership.close()
        await running
        assert all(event_id for _, _, event_id in heard)


@pytest.mark.fault(14)
@pytest.mark.parametrize("way", ["reset", "clean end"])
async def test_a_stream_that_ends_is_opened_again(way: str) -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        if way == "reset":
            host.node.faults.cut_streams()
        else:
            host.conference.audience.end_all()
        await lost(host)
        host.conference.leave(bob.uuid)
        ann = host.conference.join("Ann")
        assert bob.uuid in host.feed.conference.participants
        assert ann.uuid not in host.feed.conference.participants
        assert await back(host) <= 0.5
        assert host.said == [], "the first try succeeded"


@pytest.mark.fault(19)
@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (502, b"<html>\x1b[31mbad gateway</html>", "text/html"),
        (503, b"", ""),
        (404, b"<html>lost</html>", "text/html"),
        (200, b"<html>login</html>", "text/html"),
        (200, b"{}", "application/json"),
        (302, b"", ""),
    ],
)
async def test_what_is_no_stream_is_tried_again(status: int, body: bytes, kind: str) -> None:
    async with hosting() as host:
        host.node.faults.answer("events", status, body, kind, times=3)
        await drop(host)
        await back(host)
        assert host.count("events") == 5
        assert host.count("request_token") == 1
        assert len(host.said) == 1
        assert "\x1b" not in host.feed.link.fault


@pytest.mark.fault(21)
async def test_retry_after_is_obeyed() -> None:
    async def busy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        name = head.split(b" ")[1].rpartition(b"/")[2]
        requests.append((clock.monotonic(), name))
        if name == b"request_token":
            body = b'{"result":{"token":"t","expires":"120","participant_uuid":"me"}}'
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n" % len(body))
            writer.write(b"connection: close\r\ncontent-type: application/json\r\n\r\n" + body)
        else:
            writer.write(b"HTTP/1.1 429 Busy\r\nretry-after: 40\r\ncontent-length: 0\r\n")
            writer.write(b"connection: close\r\n\r\n")
        await writer.drain()

    requests: list[tuple[float, bytes]] = []
    clock = ManualClock()
    async with plain_server(busy) as url:
        membership = membership_on(url, clock)
        running = asyncio.create_task(membership.run())
        for count in (1, 2, 3):
            await eventually(lambda: sum(one == b"events" for _, one in requests) == count)  # noqa: B023
            await eventually(lambda: membership.feed.link.state is LinkState.LOST)
            await settled()
            await clock.advance(39.5)
            await settled()
            assert sum(one == b"events" for _, one in requests) == count
            await clock.advance(0.5)
        await membership.close()
        with suppress(PexdashError):
            await running


@pytest.mark.fault(50)
@pytest.mark.parametrize("after", [0, 1, 4, 9])
async def test_a_stream_that_ends_within_the_list_loses_nobody(after: int) -> None:
    async with hosting() as host:
        for name in "ABCDEFGH":
            await host.someone(name)
        before = dict(host.feed.conference.participants)
        host.node.faults.answer("events", 200, _begun(host, after), "text/event-stream", times=3)
        await drop(host)
        await host.pass_time_until(lambda: host.count("events") == 4)
        await lost(host)
        assert host.feed.conference.participants == before
        assert not host.feed.conference.syncing
        await back(host)
        assert host.feed.conference.participants == before


def _begun(host: Host, people: int) -> bytes:
    from pexdash.node.wire.sent_events import frame

    creates = [frame("participant_create", 1, one) for one in host.conference.roster()[:people]]
    return b"".join([frame("participant_sync_begin", 0, None), *creates])


async def test_the_roster_is_the_node_s_after_every_reconnect() -> None:
    """Sixty drops at random among random things that happen, as many seen as not."""
    rng = random.Random(11)
    async with hosting() as host:
        announced: list[str] = []
        watch = host.feed.watch(lambda: announced.extend(watch.take_changes().arrived))
        for drop_number in range(60):
            down = False
            unseen: set[str] = set()
            for _ in range(rng.randrange(1, 9)):
                came = _something(host, rng)
                if down and came:
                    unseen.add(came)
                if not down and rng.random() < 0.3:
                    down = True
                    if rng.random() < 0.5:
                        host.node.faults.cut_streams()
                    else:
                        host.conference.audience.end_all()
                    await lost(host)
                    assert len(host.feed.conference.participants) >= 1
            if not down:
                await eventually(host.agrees, f"before drop {drop_number}")
                await drop(host)
            await back(host)
            assert not unseen & set(announced)
            if drop_number % 4 == 0:
                await host.clock.advance(6)
        assert host.count("events") == 61
        assert host.count("request_token") == 1


def _something(host: Host, rng: random.Random) -> str:
    """One thing that happens at the node; the uuid of whoever came by it."""
    node = host.conference
    others = [one for one in node.participants.values() if one.uuid != host.me]
    deed = rng.choice(("join", "join", "wait", "leave", "mute", "spotlight", "role", "present"))
    if deed in ("join", "wait") or not others:
        return node.join(f"P{rng.random():.6f}", waiting=deed == "wait").uuid
    one = rng.choice(others)
    if deed == "leave":
        node.leave(one.uuid)
    elif deed == "mute":
        node.update(one.uuid, is_muted=rng.choice(("YES", "NO")))
    elif deed == "spotlight":
        node.update(one.uuid, spotlight=rng.choice((0, 1_700_000_000.5)))
    elif deed == "role":
        node.change_role(one.uuid, rng.choice(("chair", "guest")))
    else:
        node.present(one.uuid)
    return ""


@pytest.mark.fault(25)
async def test_a_node_down_for_ninety_seconds_sees_no_storm() -> None:
    async with hosting() as host:
        ann = await host.someone("Ann")
        host.node.faults.answer("events", 502, b"", "", times=1000)
        host.node.faults.answer("refresh_token", 502, b"", "", times=1000)
        await drop(host)
        before = len(host.node.received)
        while host.clock.monotonic() < 1090:
            await host.clock.advance(0.5)
            await settled()
        asked = [one.path.rpartition("/")[2] for one in host.node.received[before:]]
        assert 8 <= asked.count("events") <= 18
        assert asked.count("refresh_token") == 2
        assert len(asked) <= 20
        assert len(host.said) == 1
        assert ann.uuid in host.feed.conference.participants
        host.node.faults.recover()
        assert await back(host) <= 15.5
        assert len(host.said) == 1


@pytest.mark.fault(34)
async def test_a_line_that_flaps_is_told_once_and_tried_ever_less() -> None:
    async with hosting() as host:
        host.node.faults.answer("events", 200, _begun(host, 1), "text/event-stream", times=8)
        await drop(host)
        taken = await host.pass_time_until(lambda: host.count("events") == 9, 90)
        assert taken >= 8
        assert len(host.said) == 1


async def test_a_list_sent_whole_is_no_proof_that_the_line_holds_but_brings_it_back_soon() -> None:
    async with hosting() as host:
        waits = []
        for count in range(2, 9):
            await drop(host)
            dropped = host.clock.monotonic()
            await host.pass_time_until(lambda: host.feed.link.is_live)
            waits.append(host.clock.monotonic() - dropped)
            assert host.count("events") == count
            await eventually(lambda: not host.feed.conference.syncing)
        assert all(0.5 <= wait <= 1.25 for wait in waits[3:])
        await host.clock.advance(6)
        await drop(host)
        assert await back(host) <= 0.5


async def test_a_refused_stream_refreshes_the_token_and_opens_at_once() -> None:
    async with hosting() as host:
        refusal = {"status": "success", "result": "Invalid token"}
        host.node.faults.answer("events", 403, refusal)
        await drop(host)
        await back(host)
        assert host.count("refresh_token") == 1
        assert host.count("request_token") == 1
        assert host.count("events") == 3
        assert host.requests("events")[2].token != host.requests("events")[1].token


async def test_a_stream_refused_for_ever_is_no_storm() -> None:
    async with hosting() as host:
        refusal = {"status": "success", "result": "Invalid token"}
        host.node.faults.answer("events", 403, refusal, times=1000)
        host.node.faults.answer("refresh_token", 403, refusal, times=1000)
        await drop(host)
        while host.clock.monotonic() < 1060:
            await host.clock.advance(0.5)
            await settled()
        assert host.count("events") <= 15
        assert host.count("request_token") <= 15


@pytest.mark.fault(22)
async def test_a_conference_that_is_gone_ends_the_session() -> None:
    async with hosting() as host:
        gone = {"status": "failed", "result": "Neither conference nor gateway found"}
        for name in ("events", "refresh_token", "request_token"):
            host.node.faults.answer(name, 404, gone)
        await drop(host)
        await host.pass_time_until(host.running.done)
        assert "Neither conference nor gateway found" in str(host.running.exception())
        assert host.feed.link.state is LinkState.ENDED
        assert host.count("request_token") == 2


@pytest.mark.fault(86)
async def test_a_fault_of_our_own_in_the_background_comes_out_of_run() -> None:
    async with hosting() as host:

        def broken(_: object) -> None:
            raise ZeroDivisionError("ours")

        host.feed.watch(notify=broken)
        host.conference.join("Wendy", waiting=True)
        await eventually(host.running.done)
        assert isinstance(host.running.exception(), ZeroDivisionError)
        assert host.feed.link.state is LinkState.ENDED
        assert host.count("release_token") == 0
        host.expected = host.running.exception()
        await host.membership.close()
        assert host.count("release_token") == 1
