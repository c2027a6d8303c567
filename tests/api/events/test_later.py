"""The events that came after the guide, in the shapes of today's nodes and in none."""

from __future__ import annotations

import json

import pytest

from pexdash.model import events
from pexdash.model.status import ClockFace, ConferenceStatus, CryForHelp
from pexdash.secret import Secret
from tests.api.events.decoding import ANN, BOB, decoded, participant
from tests.decoded import decode_event

ROOM = "5e9a0f4b-7c5b-4f0e-9a44-6b3f6d3a1c0d"
SHAPES: list[tuple[str, object, events.Event]] = [
    ("hello", None, events.EmptyEvent("hello")),
    ("ping", {"x": 1}, events.EmptyEvent("ping")),
    ("bye", None, events.EmptyEvent("bye")),
    ("presentation_ended", None, events.PresentationEnded()),
    (
        "refer",
        {"alias": "room7", "token": "b25l", "breakout_name": "Red", "target": "breakout"},
        events.Referred("room7", Secret("b25l"), "Red", "breakout"),
    ),
    ("refer", {"alias": "room7", "token": "b25l"}, events.Referred("room7", Secret("b25l"))),
    ("cancel_refer", {"alias": "room7"}, events.ReferCancelled()),
    ("cancel_refer", None, events.ReferCancelled()),
    ("on_hold", {"setting": True}, events.HoldChanged(True)),
    ("on_hold", False, events.HoldChanged(False)),
    (
        "live_captions",
        {"data": "good", "is_final": False, "src_lang": "en"},
        events.CaptionHeard("good", False, "en"),
    ),
    (
        "live_captions",
        {
            "data": "Guten Tag\u200b",
            "is_final": True,
            "src_lang": "en",
            "tgt_lang": "de",
            "sources": [{"participant_uuid": ANN.upper(), "indices": [0]}, 5, {}],
        },
        events.CaptionHeard("Guten Tag", True, "de", (ANN,)),
    ),
    ("splash_screen", None, events.SplashChanged()),
    (
        "splash_screen",
        {"screen_key": "direct_media_welcome", "display_duration": 2.5},
        events.SplashChanged("direct_media_welcome", 2.5),
    ),
    (
        "fecc",
        {
            "action": "start",
            "timeout": 1000,
            "movement": [{"axis": "pan", "direction": "left"}, None],
        },
        events.CameraMoved("start", (("pan", "left"),), 1.0),
    ),
    ("fecc", {"action": "dance"}, events.CameraMoved("dance")),
    (
        "breakout_begin",
        {"breakout_uuid": ROOM.upper(), "participant_uuid": ANN},
        events.BreakoutBegun(ROOM, ANN),
    ),
    ("breakout_begin", {"breakout_uuid": ROOM}, events.BreakoutBegun(ROOM)),
    (
        "breakout_end",
        {"breakout_uuid": ROOM, "participant_uuid": ANN},
        events.BreakoutEnded(ROOM),
    ),
    (
        "breakout_refer",
        {"breakout_uuid": ROOM, "breakout_name": "Red", "requester_uuid": BOB},
        events.BreakoutReferred(ROOM, "Red", BOB),
    ),
    ("breakout_refer", {"breakout_uuid": ROOM}, events.BreakoutReferred(ROOM)),
]


@pytest.mark.parametrize(("name", "data", "event"), SHAPES)
def test_each_event_in_the_shape_of_todays_nodes(
    name: str, data: object, event: events.Event
) -> None:
    assert decoded(name, data) == event


@pytest.mark.parametrize("name", ["refer", "live_captions", "fecc", "breakout_begin"])
@pytest.mark.parametrize("data", ["", "null", "[]", "5", "{", '{"a": 1}', '{"token": 5}'])
def test_what_makes_no_sense_is_told_and_ends_nothing(name: str, data: str) -> None:
    event = decode_event(name, data)
    if name == "fecc" and data.startswith('{"'):
        assert event == events.CameraMoved("")
    else:
        assert isinstance(event, events.UnknownEvent)
        assert event.fault


def test_the_token_of_a_referral_is_not_shown() -> None:
    event = decoded("refer", {"alias": "room7", "token": "b25lLXRpbWU="})
    assert isinstance(event, events.Referred)
    assert event.token.reveal() == "b25lLXRpbWU="
    assert "b25l" not in repr(event)


# Breakout rooms: whole events in an envelope


def in_room(event: str, data: object, **envelope: object) -> events.Event:
    told = decoded(
        "breakout_event",
        {"breakout_uuid": ROOM, "event": event, "id": "MjdfNg==", "data": data, **envelope},
    )
    assert isinstance(told, events.BreakoutHeard)
    assert told.room == ROOM
    return told.event


def test_an_event_of_a_room_is_the_same_event() -> None:
    one = {"uuid": ANN, "display_name": "Ann \u00e4", "role": "chair"}
    created = in_room("participant_create", one)
    assert isinstance(created, events.ParticipantCreated)
    assert created.participant == participant(**one)
    assert json.loads(created.source) == one
    assert in_room("participant_delete", {"uuid": BOB}) == events.ParticipantDeleted(BOB)
    assert in_room("participant_sync_begin", None) == events.SyncBegun()
    assert in_room("presentation_stop", {}, id=None) == events.PresentationStopped()
    assert in_room("stage", [{"participant_uuid": ANN, "stage_index": 0, "vad": 7}]) == (
        events.StageUpdated((events.Speaker(ANN, 0, 7),))
    )
    frame = in_room("presentation_frame", None)
    assert frame == events.PresentationFrame("MjdfNg==")
    assert in_room("of_tomorrow", 5) == events.UnknownEvent("of_tomorrow")


@pytest.mark.parametrize(
    ("envelope", "event"),
    [
        ({"event": "participant_sync_end"}, events.SyncEnded()),
        ({"event": "participant_sync_end", "id": 7, "data": None}, events.SyncEnded()),
        ({"event": "hello", "later": [1]}, events.EmptyEvent("hello")),
        ({"event": 5}, events.UnknownEvent("")),
    ],
)
def test_an_envelope_may_lack_what_it_likes(
    envelope: dict[str, object], event: events.Event
) -> None:
    told = decoded("breakout_event", {"breakout_uuid": ROOM, **envelope})
    assert told == events.BreakoutHeard(ROOM, event)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"breakout_uuid": "../x", "event": "hello"}',
        json.dumps(
            {
                "breakout_uuid": ROOM,
                "event": "breakout_event",
                "data": {"breakout_uuid": ROOM, "event": "hello"},
            }
        ),
    ],
)
def test_no_room_and_a_room_within_a_room_are_none(data: str) -> None:
    event = decode_event("breakout_event", data)
    assert isinstance(event, events.UnknownEvent)
    assert event.fault


# What came to older events


def test_a_layout_says_what_is_asked_for_and_whether_names_are_shown() -> None:
    wanted = {"primary_screen": {"chair_layout": "1:7", "guest_layout": "4:0"}}
    sent = {"view": "ac", "participants": [], "requested_layout": wanted}
    asked = events.RequestedLayout("1:7", "4:0")
    assert decoded("layout", sent) == events.LayoutChanged("ac", (), asked)
    shown = {**sent, "overlay_text_enabled": True, "pres_slot_coords": None}
    assert decoded("layout", shown) == events.LayoutChanged("ac", (), asked, True)
    for nonsense in (None, 5, {}, {"primary_screen": None}):
        event = decoded("layout", {**sent, "requested_layout": nonsense})
        assert event == events.LayoutChanged("ac", ())


def test_a_conference_tells_what_its_room_is() -> None:
    told = decoded(
        "conference_update",
        {
            "breakout": True,
            "breakout_name": "Red",
            "breakout_description": "one\ntwo",
            "end_action": "transfer",
            "end_time": 1700484383.846972,
            "breakoutbuzz": {"value": True, "time": 1700484000.5},
            "breakout_guests_allowed_to_leave": False,
            "chat_enabled": True,
            "external_media_processing": False,
            "clock": {"type": "remaining", "starting_value": 90, "prefix": "T-"},
        },
    )
    assert told == events.ConferenceUpdated(
        ConferenceStatus(
            breakout=True,
            breakout_name="Red",
            breakout_description="one\ntwo",
            end_action="transfer",
            end_time=1700484383.846972,
            breakoutbuzz=CryForHelp(True, 1700484000.5),
            breakout_guests_allowed_to_leave=False,
            chat_enabled=True,
            clock=ClockFace("remaining", 90, "T-"),
        )
    )


@pytest.mark.parametrize(
    ("value", "cry"),
    [
        (None, CryForHelp()),
        (False, CryForHelp()),
        (True, CryForHelp(True)),
        ({"value": True, "time": 0}, CryForHelp(True)),
        ({"value": False, "time": 5}, CryForHelp(False, 5)),
        ([], CryForHelp()),
    ],
)
def test_a_cry_for_help_in_any_shape(value: object, cry: CryForHelp) -> None:
    told = decoded("conference_update", {"breakoutbuzz": value, "end_time": 0})
    assert told == events.ConferenceUpdated(ConferenceStatus(breakoutbuzz=cry, end_time=0.0))
