"""Every event of the guide and of today's nodes, and none that can do harm."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.api.events import conference_update_of, decode_event
from pexdash.errors import BadAnswer
from pexdash.model import events
from pexdash.model.participant import Participant, Presence, Role

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
ANN, BOB = "a0196175-b462-48a1-b95c-f322c3af57c1", "65b4af2f-657a-4081-98a8-b17667628ce3"
PARTICIPANT_EVENTS = ("participant_create", "participant_update")
NAMES = (
    *PARTICIPANT_EVENTS,
    "participant_delete",
    "participant_sync_begin",
    "participant_sync_end",
    "conference_update",
    "stage",
    "layout",
    "message",
    "message_received",
    "presentation_start",
    "presentation_stop",
    "presentation_frame",
    "call_disconnected",
    "disconnect",
    "refresh_token",
)


def decoded(name: str, data: object) -> events.Event:
    return decode_event(name, json.dumps(data))


def participant(**fields: object) -> Participant:
    event = decoded("participant_create", {"uuid": ANN, **fields})
    assert isinstance(event, events.ParticipantCreated)
    return event.participant


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
        local_alias="meet.alice",
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
        is_recording=True,
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
    assert one.is_recording
    assert one.is_transferring
    assert one.presence is Presence.ON_HOLD
    assert not one.rx_presentation_allowed
    assert one.encryption == "Unknown"


def test_only_a_uuid_makes_a_participant() -> None:
    assert participant() == Participant(uuid=ANN)
    assert participant().name == "(no name)"


@pytest.mark.parametrize("uuid", [None, "", 7.5, [], {}, True, "a/b", "..", "a b", "é", "x" * 65])
@pytest.mark.parametrize("name", [*PARTICIPANT_EVENTS, "participant_delete"])
def test_without_a_uuid_there_is_no_participant(name: str, uuid: object) -> None:
    event = decoded(name, {"uuid": uuid})
    assert isinstance(event, events.UnknownEvent)
    assert event.name == name
    assert event.fault


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


@pytest.mark.parametrize("yes", ["YES", "yes", True, 1, "true", "1", "on", 1.0])
@pytest.mark.parametrize("field", ["is_muted", "has_media", "is_external", "is_on_hold"])
def test_yes_in_every_spelling(field: str, yes: object) -> None:
    assert getattr(participant(**{field: yes}), field) is True


@pytest.mark.parametrize(
    "no", ["NO", "no", False, 0, None, "", "false", "maybe", [], {}, ["YES"], 2]
)
@pytest.mark.parametrize("field", ["is_muted", "has_media", "is_external", "is_on_hold"])
def test_everything_else_is_no(field: str, no: object) -> None:
    assert getattr(participant(**{field: no}), field) is False


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


@pytest.mark.parametrize("data", ["", "null", "{}", '""', "[]", "nonsense {"])
@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("participant_sync_begin", events.SyncBegun()),
        ("participant_sync_end", events.SyncEnded()),
        ("presentation_stop", events.PresentationStopped()),
        ("presentation_frame", events.PresentationFrame("MTAuNDQuOTkuMl8xOA==")),
        ("refresh_token", events.RefreshDemanded()),
        ("disconnect", events.Disconnected("")),
    ],
)
def test_events_without_payload_take_any(name: str, event: events.Event, data: str) -> None:
    assert decode_event(name, data, "MTAuNDQuOTkuMl8xOA==") == event


@pytest.mark.parametrize("name", ["hello", "ping", "splash_screen", "live_captions", "", "\x1b[2J"])
def test_unknown_events_are_only_named(name: str) -> None:
    event = decode_event(name, '{"a": 1}')
    assert isinstance(event, events.UnknownEvent)
    assert event.fault == ""
    assert event.name.isprintable()


def test_conference_update() -> None:
    guide = decoded("conference_update", {"locked": False, "guests_muted": False})
    assert guide == events.ConferenceUpdated(locked=False, guests_muted=False)
    today = {"locked": True, "guests_muted": True, "started": True, "classification": {}}
    assert decoded("conference_update", today) == events.ConferenceUpdated(True, True, True)
    assert decoded("conference_update", {}) == events.ConferenceUpdated()
    assert decoded("conference_update", {"locked": "YES"}) == events.ConferenceUpdated(locked=True)
    with pytest.raises(BadAnswer):
        conference_update_of(None)


def stage(*entries: object) -> tuple[events.Speaker, ...]:
    event = decoded("stage", list(entries))
    assert isinstance(event, events.StageUpdated)
    return event.speakers


def test_the_guides_stage() -> None:
    assert stage(
        {"stage_index": 1, "participant_uuid": BOB, "vad": 0},
        {"stage_index": 0, "participant_uuid": ANN, "vad": 100},
    ) == (events.Speaker(ANN, 0, 100), events.Speaker(BOB, 1, 0))


@pytest.mark.parametrize(
    ("vad", "held"),
    [(1e9, 100), (-5, 0), ("50", 50), (None, 0), ("loud", 0), (49.9, 49), ([], 0), (True, 0)],
)
def test_voices_are_held_between_0_and_100(vad: object, held: int) -> None:
    (speaker,) = stage({"stage_index": 0, "participant_uuid": ANN, "vad": vad})
    assert speaker.vad == held


@pytest.mark.parametrize("digits", ["1" + "0" * 400, "NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_no_machine_can_hold(digits: str) -> None:
    data = f'[{{"stage_index": {digits}, "participant_uuid": "{ANN}", "vad": {digits}}}]'
    event = decode_event("stage", data)
    assert isinstance(event, events.StageUpdated)
    (speaker,) = event.speakers
    assert speaker.vad == (0 if digits in ("NaN", "-Infinity") else 100)
    born = decode_event("participant_create", f'{{"uuid": "{ANN}", "start_time": {digits}}}')
    assert isinstance(born, events.ParticipantCreated)
    assert born.participant == Participant(uuid=ANN)


def test_a_stage_with_nonsense_keeps_the_rest() -> None:
    speakers = stage(
        None,
        "x",
        {"participant_uuid": None},
        {"participant_uuid": ANN},
        {"participant_uuid": BOB, "stage_index": 0, "vad": 3},
    )
    assert [one.uuid for one in speakers] == [BOB, ANN]


def test_one_person_has_one_place_on_the_stage() -> None:
    speakers = stage(
        {"participant_uuid": ANN, "stage_index": 0, "vad": 1},
        {"participant_uuid": ANN.upper(), "stage_index": 3, "vad": 9},
        {"participant_uuid": BOB, "stage_index": 0, "vad": 2},
    )
    assert sorted(one.uuid for one in speakers) == [BOB, ANN]


@pytest.mark.parametrize("data", [None, {}, "x", 7, True])
def test_a_stage_that_is_no_list_is_no_stage(data: object) -> None:
    assert isinstance(decoded("stage", data), events.UnknownEvent)


@pytest.mark.parametrize(
    ("seated", "uuids"),
    [
        ([ANN, BOB], (ANN, BOB)),
        (ANN, (ANN,)),
        ([], ()),
        (None, ()),
        ({}, ()),
        (7, ()),
        ([None, BOB, "../x"], (BOB,)),
    ],
)
def test_who_sits_in_the_layout(seated: object, uuids: tuple[str, ...]) -> None:
    event = decoded("layout", {"view": "1:7", "participants": seated, "requested_layout": {}})
    assert event == events.LayoutChanged("1:7", uuids)


def test_a_view_never_heard_of_is_shown_as_it_is() -> None:
    assert decoded("layout", {"view": "teams"}) == events.LayoutChanged("teams", ())
    assert decoded("layout", {"view": None}) == events.LayoutChanged("", ())


GUIDE_MESSAGE = {
    "origin": "Alice",
    "type": "text/plain",
    "payload": "Hello World",
    "uuid": "eca55900-274d-498c-beba-2169aad9ce1f",
}


@pytest.mark.parametrize("name", ["message", "message_received"])
@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, "text/plain"),
        ({"type": "text/plain; charset=utf-8"}, "text/plain"),
        ({"type": " Text/Plain ;x"}, "text/plain"),
        ({"type": "application/json"}, "application/json"),
        ({"type": None}, "text/plain"),
        ({"type": ["x"]}, "text/plain"),
    ],
)
def test_messages(name: str, fields: dict[str, object], kind: str) -> None:
    assert decoded(name, GUIDE_MESSAGE | fields) == events.MessageReceived(
        "Alice", GUIDE_MESSAGE["uuid"], kind, "Hello World"
    )


def test_a_message_keeps_its_lines_and_nothing_that_acts() -> None:
    fields = {
        "payload": "a\nb\x1b[2J\u202e[/]",
        "origin": "Al\nice",
        "type": "\x1b[2J",
        "direct": True,
    }
    event = decoded("message_received", GUIDE_MESSAGE | fields)
    assert isinstance(event, events.MessageReceived)
    assert event.payload == "a\nb\u241b[2J[/]"
    assert event.origin == "Al ice"
    assert event.kind.isprintable()
    assert event.direct


def test_a_message_from_nobody_is_still_a_message() -> None:
    event = decoded("message_received", {"payload": "x", "uuid": [5], "origin": None})
    assert event == events.MessageReceived("", "", "text/plain", "x")


@pytest.mark.parametrize("payload", [None, 5, {}, ["x"]])
def test_a_message_without_text_is_none(payload: object) -> None:
    assert isinstance(decoded("message", GUIDE_MESSAGE | {"payload": payload}), events.UnknownEvent)


def test_presentations() -> None:
    guide = {"presenter_name": "Bob", "presenter_uri": "bob@example.com"}
    assert decoded("presentation_start", guide) == events.PresentationStarted(
        "Bob", "bob@example.com"
    )
    revoked = {"presenter_name": "", "presenter_uri": "", "presenter_uuid": ""}
    assert decoded("presentation_start", revoked) == events.PresentationStarted()
    assert decoded("presentation_start", {"presenter_name": None}) == events.PresentationStarted()


def test_ends_of_calls_and_of_our_part() -> None:
    reason = "API initiated participant disconnect"
    call = {"call_uuid": "50ed679d-c622-4c0e-b251-e217f2aa030b", "reason": reason}
    assert decoded("call_disconnected", call) == events.CallDisconnected(call["call_uuid"], reason)
    assert decoded("call_disconnected", {}) == events.CallDisconnected("", "")
    assert decoded("disconnect", {"reason": reason}) == events.Disconnected(reason)
    assert decoded("disconnect", {"reason": {"x": 1}}) == events.Disconnected("")
    assert decoded("disconnect", {"reason": "\x1b[2J"}) == events.Disconnected("\u241b[2J")


HOSTILE = [
    "[" * 100_000,
    '{"a":' * 100_000,
    f'{{"uuid": "{ANN}", "x": ' + "[" * 100_000 + "]" * 100_000 + "}",
    f'{{"uuid": "{ANN}", "display_name": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "9" * 5000,
    f'{{"uuid": "{ANN}", "start_time": {"9" * 5000}}}',
    f'[{{"participant_uuid": "{ANN}", "vad": {"9" * 5000}}}]',
    f'{{"uuid": "{ANN}", "display_name": "\\ud800"}}',
    '{"uuid": "\\udfff", "payload": "\\ud800", "reason": "\\ud800", "view": "\\ud800"}',
    f'{{"uuid": "{ANN}", "display_name": "\ud800"}}',
    '{"uuid": "a", "uuid": "b"}',
    f'{{"uuid": "{ANN}", "start_time": NaN, "is_muted": Infinity}}',
    "\0",
    "{'uuid': 1}",
    "null",
    "true",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("at", range(len(HOSTILE)))
def test_nothing_a_node_sends_raises(name: str, at: int) -> None:
    event = decode_event(name, HOSTILE[at])
    for text in texts_of(event):
        text.encode("utf-8")


def texts_of(value: object) -> list[str]:
    """Every string in an event, at any depth."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for one in value for text in texts_of(one)]
    if isinstance(value, msgspec.Struct):
        return [text for one in msgspec.structs.astuple(value) for text in texts_of(one)]
    return []


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([ANN, "YES"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    *Participant.__struct_fields__,
    "rx_presentation_policy",
    "participant_uuid",
    "stage_index",
    "vad",
    "view",
    "participants",
    "origin",
    "type",
    "payload",
    "direct",
    "presenter_name",
    "presenter_uuid",
    "call_uuid",
    "reason",
    "locked",
    "started",
)
OBJECTS = st.dictionaries(st.sampled_from(FIELDS), JSON)


@given(st.sampled_from(NAMES), OBJECTS | st.lists(OBJECTS, max_size=3) | JSON, st.booleans())
def test_any_json_for_any_field_gives_a_clean_event(name: str, data: Any, has_uuid: bool) -> None:
    if has_uuid and isinstance(data, dict):
        data["uuid"] = ANN
    event = decoded(name, data)
    if has_uuid and isinstance(data, dict) and name.startswith("participant_"):
        assert not isinstance(event, events.UnknownEvent), "a wrong field cost a participant"
    for text in texts_of(event):
        text.encode("utf-8")
        assert text.replace("\n", "").replace("\u200d", "").isprintable()


@given(st.sampled_from(NAMES), st.text())
def test_any_text_gives_an_event(name: str, data: str) -> None:
    for text in texts_of(decode_event(name, data)):
        text.encode("utf-8")
