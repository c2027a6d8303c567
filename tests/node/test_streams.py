"""The event stream: its framing, its order, who hears what, and how it ends."""

from __future__ import annotations

import asyncio
import base64
import select
import time

from pexdash.node.limits import Limits
from pexdash.node.received import MOST_RECEIVED
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.eventually import AT_ONCE_SECONDS, eventually
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, INVALID_TOKEN, Client, joined, refused

OPEN = ConferenceSettings(ALIAS)


async def test_order_on_connect() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        conference = node.conference(ALIAS)
        ann = conference.join("Ann", role="chair")
        conference.speak({ann.uuid: 60})
        conference.present(ann.uuid)
        stream = await alice.listen()
        events = await stream.until("presentation_start")
        assert [event.name for event in events] == [
            "hello",
            "conference_update",
            "participant_sync_begin",
            "participant_create",
            "participant_create",
            "participant_sync_end",
            "stage",
            "layout",
            "presentation_start",
        ]
        data = [event.data for event in events]
        assert data[0] is data[2] is data[5] is None
        expected = {"locked", "guests_muted", "started", "all_muted", "presentation_allowed"}
        assert expected | {"guests_can_unmute"} <= data[1].keys()
        assert [data[3], data[4]] == conference.roster()
        assert data[6] == [{"participant_uuid": ann.uuid, "stage_index": 0, "vad": 60}]
        assert data[7] == {
            "view": "1:7",
            "participants": [ann.uuid],
            "requested_layout": {"primary_screen": {"chair_layout": "1:7", "guest_layout": "1:7"}},
            "overlay_text_enabled": True,
        }
        assert data[8]["presenter_name"] == "Ann"
        assert data[8]["presenter_uuid"] == ann.uuid


async def test_ids_are_base64_of_node_and_counter() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        events = await (await alice.listen()).until("presentation_stop")
        plain = [base64.b64decode(event.id).decode() for event in events]
        assert plain == [f"127.0.0.1_{number}" for number in range(1, len(events) + 1)]


async def test_ping_every_15_seconds() -> None:
    clock = ManualClock()
    async with EmbeddedNode(OPEN, clock=clock) as node, joined(node) as alice:
        stream = await alice.listen_in()
        await clock.advance(14.9)
        node.conference(ALIAS).publish("before", None)
        await clock.advance(0.1)
        await clock.advance(15)
        events = [await stream.next() for _ in range(3)]
        assert [(one.name, one.data) for one in events if one] == [
            ("before", None),
            ("ping", None),
            ("ping", None),
        ]


async def test_token_by_header() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        headers = {"token": alice.token}
        path = alice.path + "events"
        async with alice.http.stream("GET", path, headers=headers) as response:
            assert response.status_code == 200


async def test_a_newer_stream_ends_the_older() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        older = await alice.listen_in()
        newer = await alice.listen_in()
        assert not await older.rest()
        assert older.fault is None
        node.conference(ALIAS).publish("to_the_newer", 1)
        assert await newer.first("to_the_newer") == 1


async def test_text_of_every_kind_stays_on_one_line() -> None:
    strange = "a\nb\r\nc\u2028d\x00e\x1b[31m \ud800 🙂 \x85"
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        stream = await alice.listen_in()
        node.conference(ALIAS).publish("odd", {"text": strange, "value": [None, 1.5]})
        assert await stream.first("odd") == {"text": strange, "value": [None, 1.5]}


async def test_chat_reaches_all_but_its_sender() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice, joined(node, "Bob") as bob:
        to_alice, to_bob = await alice.listen_in(), await bob.listen_in()
        assert await alice.result("message", {"payload": "Hello [all]"}) is True
        message = await to_bob.first("message_received")
        assert message == {
            "origin": "Alice",
            "type": "text/plain",
            "payload": "Hello [all]",
            "uuid": alice.uuid,
        }
        await bob.result("message", {"type": "application/json", "payload": "{}"})
        events = await to_alice.until("message_received")
        assert [event.name for event in events] == ["message_received"]
        assert events[0].data["type"] == "application/json"


async def test_a_client_that_hangs_up_is_forgotten() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        await (await alice.listen_in()).close()
        audience = node.conference(ALIAS).audience
        await eventually(lambda: not audience.listeners)
        assert alice.uuid in node.conference(ALIAS).participants


async def test_a_client_that_does_not_read_is_cut_off() -> None:
    limits = Limits(stream_bytes=1000)
    async with EmbeddedNode(OPEN, limits=limits) as node, joined(node) as alice:
        conference = node.conference(ALIAS)
        stream = await alice.listen_in()
        for number in range(1000):
            conference.publish("flood", number)
        await stream.rest()
        assert stream.fault is not None


async def test_leaving_the_node_ends_streams_in_good_order_and_at_once() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        stream = await alice.listen_in()
        held = node.faults.hold("unlock")
        waiting = asyncio.create_task(alice.send("unlock"))
        await eventually(lambda: len(node.received) == 3)
        began = time.monotonic()
        await node.__aexit__(None, None, None)
        assert time.monotonic() - began < AT_ONCE_SECONDS
        assert not await stream.rest()
        assert stream.fault is None
        assert held.is_set()
        assert (await waiting).status_code == 200


async def test_leaving_the_node_does_not_wait_for_a_client_that_does_not_read() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        port = int(node.url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        request = f"GET {alice.path}events?token={alice.token} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        writer.write(request.encode())
        assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        endpoint = writer.get_extra_info("socket")
        for number in range(400):
            node.conference(ALIAS).publish("big", {"text": "x" * 100_000, "number": number})
        await eventually(lambda: select.select([endpoint], [], [], 0)[0], "more than is read")
        began = time.monotonic()
        await node.__aexit__(None, None, None)
        assert time.monotonic() - began < AT_ONCE_SECONDS
        writer.transport.abort()
        await asyncio.sleep(0)


async def test_a_lively_node_in_real_time_ends_at_once() -> None:
    settings = ConferenceSettings(ALIAS, participants=24, lively=True, speed=20)
    async with EmbeddedNode(settings) as node, joined(node) as alice:
        stream = await alice.listen()
        await stream.until("message_received")
        began = time.monotonic()
        await node.__aexit__(None, None, None)
        assert time.monotonic() - began < AT_ONCE_SECONDS
        await stream.rest()
        assert stream.fault is None


async def test_one_who_waits_sees_only_itself_until_admitted() -> None:
    settings = ConferenceSettings(ALIAS, host_pin="1", participants=3)
    async with EmbeddedNode(settings) as node, joined(node, pin="1") as host:
        await host.result("lock")
        async with Client(node) as guest:
            result = await guest.join("Guest", "none")
            assert result["current_service_type"] == "waiting_room"
            stream = await guest.listen()
            events = await stream.until("presentation_stop")
            created = [one.data for one in events if one.name == "participant_create"]
            assert [one["uuid"] for one in created] == [guest.uuid]
            assert created[0]["service_type"] == "waiting_room"
            assert [one["uuid"] for one in await guest.get("participants")] == [guest.uuid]
            assert await guest.result("message", {"payload": "Hello?"}) is False
            await host.result("message", {"payload": "secret"})
            await host.result("unlock", uuid=guest.uuid)
            events = await stream.until("participant_sync_end")
            assert events[0].name == "participant_update"
            assert events[0].data["service_type"] == "conference"
            assert [one.name for one in events[1:]] == [
                "participant_sync_begin",
                *["participant_create"] * 5,
                "participant_sync_end",
            ]
            assert len(await guest.get("participants")) == 5


async def test_five_thousand_people() -> None:
    began = time.process_time()
    async with EmbeddedNode(ConferenceSettings(ALIAS, participants=5000)) as node:
        assert time.process_time() - began < 1
        async with joined(node) as alice:
            stream = await alice.listen()
            events = await stream.until("participant_sync_end")
            uuids = {one.data["uuid"] for one in events if one.name == "participant_create"}
            assert len(uuids) == 5001
            assert len(await alice.get("participants")) == 5001


async def test_a_dead_token_opens_no_stream() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        await alice.result("release_token")
        assert refused(await alice.send("events", method="GET")) == INVALID_TOKEN


async def test_of_many_requests_the_latest_are_kept() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        node.received.extend(node.received * MOST_RECEIVED)
        await alice.send("lock")
        assert MOST_RECEIVED // 2 <= len(node.received) <= MOST_RECEIVED
        assert node.received[-1].path.endswith("/lock")


async def test_bodies_are_kept_up_to_a_size_and_only_for_who_wants_them() -> None:
    body = {"payload": "x" * 5000}
    limits = Limits(received_bytes=20_000)
    async with EmbeddedNode(OPEN, limits=limits) as node, joined(node) as alice:
        for _ in range(10):
            await alice.result("message", body)
            assert node.received[-1].path.endswith("/message")
            assert sum(len(one.body) for one in node.received) <= 20_000
    async with EmbeddedNode(OPEN, keep_received=False) as node, joined(node) as alice:
        await alice.result("message", body)
        assert node.received == []
