"""The drive methods of a conference, seen from a client's stream."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from pexdash.node.conference import NodeConference
from pexdash.node.ringing import Outcome, dial
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, Listener, joined


class Room:
    """A conference, its clock, and a Host who listens."""

    def __init__(self, node: EmbeddedNode, clock: ManualClock, stream: Listener) -> None:
        self.conference: NodeConference = node.conference(ALIAS)
        self.clock = clock
        self.stream = stream

    async def heard(self) -> list[tuple[str, object]]:
        """What was heard since the last time."""
        self.conference.publish("marker", None)
        return [(one.name, one.data) for one in await self.stream.until("marker")][:-1]


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    clock = ManualClock()
    async with (
        EmbeddedNode(ConferenceSettings(ALIAS), clock=clock) as node,
        joined(node) as host,
    ):
        yield Room(node, clock, await host.listen_in())


async def test_wire_object_has_today_s_types(room: Room) -> None:
    one = room.conference.join("Ann", protocol="sip", vendor="Cisco", future_field=[1])
    name, data = (await room.heard())[0]
    assert name == "participant_create"
    assert isinstance(data, dict)
    assert data == one.wire()
    assert data["start_time"] == 1_700_000_000.0
    assert data["spotlight"] == data["buzz_time"] == 0
    assert data["api_url"] == f"/participants/{one.uuid}"
    assert data["uri"] == "sip:ann@example.com"
    assert (data["is_muted"], data["is_video_muted"], data["has_media"]) == ("NO", False, True)
    assert (data["vendor"], data["future_field"]) == ("Cisco", [1])
    missing = {"mute_supported", "is_client_muted", "fecc_supported", "encryption"} - data.keys()
    assert not missing


async def test_update_is_published_only_for_a_change(room: Room) -> None:
    one = room.conference.join("Ann")
    await room.heard()
    room.conference.update(one.uuid, display_name="Ann", is_muted="NO")
    assert not await room.heard()
    room.conference.update(one.uuid, overlay_text="Dr. Ann")
    assert await room.heard() == [("participant_update", one.wire())]


async def test_stage_keeps_the_most_recent_speaker_first(room: Room) -> None:
    ann, bob, api = (
        room.conference.join("Ann").uuid,
        room.conference.join("Bob").uuid,
        room.conference.join("Bot", protocol="api").uuid,
    )
    await room.heard()

    async def stage_after(vads: dict[str, int]) -> list[tuple[str, int]]:
        room.conference.speak(vads)
        stages = [data for name, data in await room.heard() if name == "stage"]
        assert len(stages) == 1
        assert isinstance(stages[0], list)
        assert [one["stage_index"] for one in stages[0]] == list(range(len(stages[0])))
        return [(one["participant_uuid"], one["vad"]) for one in stages[0]]

    assert await stage_after({ann: 50, api: 90}) == [(ann, 50)]
    assert await stage_after({ann: 60, bob: 70}) == [(bob, 70), (ann, 60)]
    assert await stage_after({ann: 80}) == [(ann, 80), (bob, 0)]
    assert await stage_after({}) == [(ann, 0), (bob, 0)]
    room.conference.speak({})
    assert not await room.heard()
    room.conference.leave(ann)
    names = [name for name, _ in await room.heard()]
    assert names == ["participant_delete", "stage", "layout"]


async def test_who_is_muted_falls_silent(room: Room) -> None:
    ann = room.conference.join("Ann").uuid
    room.conference.speak({ann: 50})
    await room.heard()
    room.conference.update(ann, is_muted="YES")
    stage = [{"participant_uuid": ann, "stage_index": 0, "vad": 0}]
    assert (await room.heard())[1] == ("stage", stage)
    room.conference.speak({ann: 90})
    assert not await room.heard()


async def test_layout_only_when_seats_change_and_at_most_eight(room: Room) -> None:
    people = [room.conference.join(f"Person {number}").uuid for number in range(10)]
    await room.heard()
    room.conference.speak({people[0]: 50})
    assert [name for name, _ in await room.heard()] == ["stage"]
    room.conference.speak({people[9]: 50})
    (_, layout) = (await room.heard())[-1]
    assert isinstance(layout, dict)
    assert layout["participants"] == [people[9], people[0], *people[1:7]]


async def test_presenting(room: Room) -> None:
    ann, bob = room.conference.join("Ann"), room.conference.join("Bob")
    await room.heard()
    room.conference.present(ann.uuid)
    room.conference.present(bob.uuid)
    room.conference.leave(bob.uuid)
    heard = await room.heard()
    assert [name for name, _ in heard] == [
        "participant_update",
        "presentation_start",
        "presentation_frame",
        "participant_update",
        "participant_update",
        "presentation_start",
        "presentation_frame",
        "participant_update",
        "presentation_stop",
        "participant_delete",
        "layout",
    ]
    assert heard[5][1] == {
        "presenter_name": "Bob",
        "presenter_uri": "bob@example.com",
        "presenter_uuid": bob.uuid,
    }
    assert heard[8][1] is None
    assert ann.is_presenting == "NO"


@pytest.mark.parametrize(
    ("outcome", "answer_after", "rings"),
    [("answered", 4.0, 4.0), ("rejected", 2.0, 2.0), ("timeout", 4.0, 30.0)],
)
async def test_dial(room: Room, outcome: Outcome, answer_after: float, rings: float) -> None:
    uuid = dial(
        room.conference, "bob@example.com", name="Bob", answer_after=answer_after, outcome=outcome
    )
    one = room.conference.participants[uuid]
    assert (one.service_type, one.start_time) == ("connecting", 0)
    assert (one.call_direction, one.uri) == ("out", "bob@example.com")
    await room.clock.advance(rings - 0.1)
    assert [name for name, _ in await room.heard() if name != "ping"] == ["participant_create"]
    await room.clock.advance(0.1)
    names = [name for name, _ in await room.heard() if name != "ping"]
    if outcome == "answered":
        assert names == ["participant_update", "layout"]
        assert one.service_type == "conference"
        assert one.start_time == pytest.approx(1_700_000_004.0)
    else:
        assert names == ["participant_delete"]


async def test_an_unanswered_call_and_one_hung_up(room: Room) -> None:
    ringing = dial(room.conference, "a@example.com", answer_after=None)
    gone = dial(room.conference, "b@example.com", answer_after=1)
    room.conference.leave(gone)
    await room.clock.advance(30)
    assert ringing not in room.conference.participants
    assert gone not in room.conference.participants


async def test_whoever_is_gone_is_no_error(room: Room) -> None:
    conference, nobody = room.conference, "00000000-0000-4000-8000-000000000000"
    conference.update(nobody, is_muted="YES")
    conference.leave(nobody)
    conference.remove(nobody, "Call disconnected")
    conference.say(nobody, "boo")
    conference.speak({nobody: 50})
    conference.present(nobody)
    conference.stop_presenting()
    conference.admit(nobody)
    conference.change_role(nobody, "chair")
    assert not await room.heard()
