"""Participant events of the guide and of today's nodes."""

from __future__ import annotations

import re

import pytest

from pexdash.model import events
from pexdash.model.participant import Participant, Presence, Role
from tests.api.events.decoding import (
    ANN,
    PARTICIPANT_EVENTS,
    decoded,
    participant,
    stage,
)
from tests.decoded import decode_event

# The guide's own example, which lacks its commas.
GUIDE_ALICE = """
 {"api_url": "/participants/50b956c8-9a63-4711-8630-3810f8666b04"
 "call_direction": "in"
 "display_name": "Alice"
 "encryption": "On"
 "has_media": false
  "is_audio_only_call": "NO"
 "is_external": false
 "is_muted": "NO"
 "is_presenting": "NO"
 "is_streaming_conference": false
 "is_video_call": "YES"
 "local_alias": "meet.alice"
 "overlay_text": "Alice"
 "presentation_supported": "NO"
 "protocol": "api"
 "role": "chair"
 "rx_presentation_policy": "ALLOW"
 "service_type": "conference"
 "spotlight": 0
 "start_time": 1441720992
 "uri": "Infinity_Connect_10.44.21.35"
 "uuid": "50b956c8-9a63-4711-8630-3810f8666b04"
 "vendor": "Pexip Infinity Connect/2.0.0-25227.0.0 (Windows NT 6.1; WOW64) nwjs/0.12.2"}
"""
ALICE = re.sub(r"\n +\"", ',\n"', GUIDE_ALICE.strip())


@pytest.mark.parametrize("name", PARTICIPANT_EVENTS)
def test_the_guides_participant(name: str) -> None:
    event = decode_event(name, ALICE)
    assert isinstance(event, events.ParticipantCreated | events.ParticipantUpdated)
    assert isinstance(event, events.ParticipantCreated) == (name == "participant_create")
    assert event.participant == Participant(
        uuid="50b956c8-9a63-4711-8630-3810f8666b04",
        display_name="Alice",
        overlay_text="Alice",
        uri="Infinity_Connect_10.44.21.35",
        vendor="Pexip Infinity Connect/2.0.0-25227.0.0 (Windows NT 6.1; WOW64) nwjs/0.12.2",
        role=Role.HOST,
        service_type="conference",
        protocol="api",
        call_direction="in",
        encryption="On",
        start_time=1441720992.0,
        is_video_call=True,
    )
    assert event.participant.is_api
    assert event.participant.presence is Presence.IN


def test_todays_participant() -> None:
    one = participant(
        start_time=1700484383.846972,
        spotlight=1730272988.6773953,
        buzz_time=1730272989.5,
        is_muted="YES",
        is_client_muted=True,
        is_video_muted=True,
        is_presenting="YES",
        is_on_hold=True,
        is_transferring=True,
        has_media=True,
        rx_presentation_policy="DENY",
        encryption="Unknown",
        receive_from_video_mix={"mix_name": "main"},
        send_to_audio_mixes=[{"mix_name": "main", "prominent": False}],
    )
    assert one.start_time == 1700484383.846972
    assert (one.spotlight, one.buzz_time) == (1730272988.6773953, 1730272989.5)
    assert one.is_muted
    assert one.is_client_muted
    assert one.is_video_muted
    assert one.is_presenting
    assert one.is_transferring
    assert one.presence is Presence.ON_HOLD
    assert not one.rx_presentation_allowed
    assert one.encryption == "Unknown"


@pytest.mark.fault(36)
def test_only_a_uuid_makes_a_participant() -> None:
    assert participant() == Participant(uuid=ANN)
    assert participant().name == "(no name)"


@pytest.mark.fault(45)
@pytest.mark.parametrize("uuid", [None, "", 7.5, [], {}, True, "a/b", "..", "a b", "é", "x" * 65])
@pytest.mark.parametrize("name", [*PARTICIPANT_EVENTS, "participant_delete"])
def test_without_a_uuid_there_is_no_participant(name: str, uuid: object) -> None:
    event = decoded(name, {"uuid": uuid})
    assert isinstance(event, events.UnknownEvent)
    assert event.name == name
    assert event.fault


@pytest.mark.fault(46)
def test_uuids_are_the_same_in_either_case() -> None:
    assert participant(uuid=ANN.upper()).uuid == ANN
    assert decoded("participant_delete", {"uuid": ANN.upper()}) == events.ParticipantDeleted(ANN)
    (speaker,) = stage({"participant_uuid": ANN.upper(), "stage_index": 0, "vad": 1})
    assert speaker.uuid == ANN
    assert decoded("layout", {"view": "1:0", "participants": [ANN.upper()]}) == (
        events.LayoutChanged("1:0", (ANN,))
    )
    started = decoded("presentation_start", {"presenter_uuid": ANN.upper()})
    assert started == events.PresentationStarted(uuid=ANN)
    message = decoded("message_received", {"uuid": ANN.upper(), "payload": "x"})
    assert isinstance(message, events.MessageReceived)
    assert message.uuid == ANN


@pytest.mark.fault(37)
@pytest.mark.parametrize("yes", ["YES", "yes", True, 1, "true", "1", "on", 1.0])
@pytest.mark.parametrize("field", ["is_muted", "has_media", "is_external", "is_on_hold"])
def test_yes_in_every_spelling(field: str, yes: object) -> None:
    assert getattr(participant(**{field: yes}), field) is True


@pytest.mark.fault(37)
@pytest.mark.parametrize(
    "no", ["NO", "no", False, 0, None, "", "false", "maybe", [], {}, ["YES"], 2]
)
@pytest.mark.parametrize("field", ["is_muted", "has_media", "is_external", "is_on_hold"])
def test_everything_else_is_no(field: str, no: object) -> None:
    assert getattr(participant(**{field: no}), field) is False


@pytest.mark.fault(74)
@pytest.mark.parametrize("time", [0, 0.0, None, "", "soon", -5, 1e12, 1e400, -1e400, [], {}, False])
@pytest.mark.parametrize("field", ["start_time", "spotlight", "buzz_time"])
def test_a_time_that_cannot_be_is_none(field: str, time: object) -> None:
    assert getattr(participant(**{field: time}), field) is None


@pytest.mark.parametrize(
    ("wire", "role"),
    [
        ("chair", Role.HOST),
        ("HOST", Role.HOST),
        ("host", Role.HOST),
        ("guest", Role.GUEST),
        ("GUEST", Role.GUEST),
        ("presenter", Role.UNKNOWN),
        ("", Role.UNKNOWN),
        (None, Role.UNKNOWN),
        (["chair"], Role.UNKNOWN),
    ],
)
def test_roles(wire: object, role: Role) -> None:
    assert participant(role=wire).role is role


@pytest.mark.parametrize(
    ("service_type", "presence"),
    [
        ("waiting_room", Presence.WAITING),
        ("connecting", Presence.CONNECTING),
        ("ivr", Presence.PIN_ENTRY),
        ("lecture", Presence.IN),
        ("gateway", Presence.IN),
        ("something new", Presence.IN),
        (None, Presence.IN),
        (5, Presence.IN),
    ],
)
def test_where_a_participant_is(service_type: object, presence: Presence) -> None:
    assert participant(service_type=service_type).presence is presence


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"display_name": "", "uri": "sip:bob@example.com"}, "bob@example.com"),
        ({"display_name": "", "uri": "h323:room"}, "room"),
        ({"display_name": "", "uri": "bob@example.com:5061"}, "bob@example.com:5061"),
        ({"display_name": "  ", "uri": ""}, "(no name)"),
        ({"display_name": None, "uri": None}, "(no name)"),
        ({"display_name": "Tom [Sales]"}, "Tom [Sales]"),
        ({"display_name": "\x1b]0;x\x07"}, "\u241b]0;x\u2407"),
    ],
)
def test_the_name_shown(fields: dict[str, object], name: str) -> None:
    assert participant(**fields).name == name


def test_long_texts_are_cut() -> None:
    one = participant(display_name="W" * 5000, uri="u" * 5000, vendor="v" * 5000)
    assert (len(one.display_name), len(one.uri), len(one.vendor)) == (128, 256, 256)
