"""Dial-outs: what is asked, who appears, and how each ends (API guide, dial)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from pexdash.api.requests import DIAL
from pexdash.node.dial_out import DialOut
from pexdash.node.ringing import ENDINGS, Ringing, ringing_of
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, Client, Event, Listener, joined, refused

BOB = {"role": "guest", "destination": "bob@example.com", "protocol": "sip"}


class Desk:
    """A Host who dials out and listens, and the clock of the node."""

    def __init__(self, node: EmbeddedNode, host: Client, stream: Listener, clock: ManualClock):
        self.conference = node.conference(ALIAS)
        self.host = host
        self.stream = stream
        self.clock = clock

    async def dial(self, **fields: str) -> list[str]:
        uuids = await self.host.result("dial", BOB | fields)
        assert isinstance(uuids, list)
        return uuids

    async def heard(self) -> list[Event]:
        self.conference.publish("marker", None)
        events = await self.stream.until("marker")
        return [one for one in events[:-1] if one.name.startswith("participant")]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    clock = ManualClock()
    async with (
        EmbeddedNode(ConferenceSettings(ALIAS), clock=clock) as node,
        joined(node) as host,
    ):
        yield Desk(node, host, await host.listen_in(), clock)


async def test_all_twelve_fields_of_the_guide(desk: Desk) -> None:
    given = {
        "role": "chair",
        "destination": "bob@example.com",
        "protocol": "auto",
        "presentation_url": "rtmp://slides.example.com/live",
        "streaming": "yes",
        "dtmf_sequence": "12,3#",
        "source_display_name": "Alice",
        "source": ALIAS,
        "call_type": "audio",
        "keep_conference_alive": "keep_conference_alive_never",
        "remote_display_name": "Bob Jones",
        "text": "Bob, Oslo",
    }
    later = {"prefer_ipv6", "custom_sip_headers"}
    assert given.keys() == {field.name for field in DIAL.body} - later
    (uuid,) = await desk.dial(**given)
    (created,) = await desk.heard()
    one = created.data
    assert created.name == "participant_create"
    assert (one["uuid"], one["service_type"], one["start_time"]) == (uuid, "connecting", 0)
    assert (one["call_direction"], one["role"], one["protocol"]) == ("out", "chair", "sip")
    assert (one["display_name"], one["overlay_text"]) == ("Bob Jones", "Bob, Oslo")
    assert (one["uri"], one["has_media"]) == ("bob@example.com", False)
    assert one["is_streaming_conference"] is True
    assert (one["is_audio_only_call"], one["is_video_call"]) == ("YES", "NO")
    assert desk.conference.dialled[uuid] == DialOut(**given)
    assert not desk.conference.dtmf_log
    await desk.clock.advance(4)
    assert desk.conference.dtmf_log == [(uuid, "", "12,3#")]


async def test_what_is_not_said_is_as_the_guide_says(desk: Desk) -> None:
    (uuid,) = await desk.dial()
    one = desk.conference.participants[uuid].wire()
    assert one["display_name"] == one["overlay_text"] == one["uri"] == "bob@example.com"
    assert (one["is_streaming_conference"], one["is_video_call"]) == (False, "YES")
    assert one["presentation_supported"] == "YES"
    (video_only,) = await desk.dial(call_type="video-only")
    assert desk.conference.participants[video_only].presentation_supported == "NO"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("role", None),
        ("role", "boss"),
        ("destination", None),
        ("destination", " "),
        ("destination", 7),
        ("protocol", None),
        ("protocol", "teams"),
        ("streaming", "true"),
        ("streaming", True),
        ("dtmf_sequence", "12x"),
        ("call_type", "audio-only"),
        ("keep_conference_alive", "always"),
        ("text", ["Bob"]),
    ],
)
async def test_bad_fields(desk: Desk, field: str, value: object) -> None:
    answer = await desk.host.send("dial", {**BOB, field: value})
    assert refused(answer)[:2] == (400, "failed")
    assert len(desk.conference.participants) == 1


async def test_answered(desk: Desk) -> None:
    (uuid,) = await desk.dial()
    await desk.clock.advance(3.9)
    assert [one.name for one in await desk.heard()] == ["participant_create"]
    await desk.clock.advance(0.1)
    (update,) = await desk.heard()
    assert (update.name, update.data["uuid"]) == ("participant_update", uuid)
    assert update.data["service_type"] == "conference"
    assert update.data["start_time"] == pytest.approx(1_700_000_004.0)
    assert update.data["has_media"] is True


@pytest.mark.parametrize(
    ("destination", "seconds"),
    [("busy@example.com", 2), ("sip:Reject.me@example.com", 2), ("noanswer@example.com", 30)],
)
async def test_not_answered(desk: Desk, destination: str, seconds: float) -> None:
    (uuid,) = await desk.dial(destination=destination)
    await desk.clock.advance(seconds - 0.1)
    assert [one.name for one in await desk.heard()] == ["participant_create"]
    await desk.clock.advance(0.1)
    (gone,) = await desk.heard()
    assert (gone.name, gone.data) == ("participant_delete", {"uuid": uuid})
    assert uuid not in desk.conference.dialled


@pytest.mark.parametrize(("destination", "branches"), [("fork@example.com", 2), ("fork3@a.b", 3)])
async def test_forked(desk: Desk, destination: str, branches: int) -> None:
    uuids = await desk.dial(destination=destination, dtmf_sequence="1")
    assert len(set(uuids)) == branches
    created = await desk.heard()
    assert [one.data["uuid"] for one in created] == uuids
    assert {one.data["service_type"] for one in created} == {"connecting"}
    await desk.clock.advance(4)
    *deleted, answered = await desk.heard()
    assert [one.data for one in deleted] == [{"uuid": uuid} for uuid in uuids[:-1]]
    assert answered.name == "participant_update"
    assert (answered.data["uuid"], answered.data["service_type"]) == (uuids[-1], "conference")
    assert desk.conference.dtmf_log == [(uuids[-1], "", "1")]


async def test_hung_up_while_it_rings(desk: Desk) -> None:
    (uuid,) = await desk.dial(dtmf_sequence="1")
    assert await desk.host.result("disconnect", uuid=uuid) is True
    await desk.clock.advance(4)
    assert [one.name for one in await desk.heard()] == ["participant_create", "participant_delete"]
    assert not desk.conference.dtmf_log


async def test_a_guest_who_answers_before_the_start_waits() -> None:
    clock = ManualClock()
    settings = ConferenceSettings(ALIAS, host_pin="1", started=False)
    async with EmbeddedNode(settings, clock=clock) as node, joined(node, pin="1") as host:
        (guest,) = await host.result("dial", BOB)
        await clock.advance(4)
        people = node.conference(ALIAS).participants
        assert people[guest].service_type == "waiting_room"
        await host.result("dial", BOB | {"role": "chair"})
        await clock.advance(4)
        assert people[guest].service_type == "conference"


def test_endings_are_written_down() -> None:
    for word in ("busy", "reject", "noanswer", "fork", "fork3"):
        assert word in ENDINGS
    assert ringing_of("rtmp://busy.example.com/live") == Ringing(2.0, is_answered=False)
    assert ringing_of("+4930123") == Ringing(4.0)
