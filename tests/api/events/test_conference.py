"""Every other event of the guide and of today's nodes."""

from __future__ import annotations

import pytest

from pexdash.api.events import conference_update_of
from pexdash.errors import BadAnswer
from pexdash.model import events
from pexdash.model.participant import Participant
from pexdash.model.status import Classification, ConferenceStatus
from tests.api.events.decoding import (
    ANN,
    BOB,
    decoded,
    stage,
)
from tests.decoded import decode_event


@pytest.mark.fault(41)
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


@pytest.mark.parametrize("name", ["new_offer", "incoming", "of_tomorrow", "", "\x1b[2J"])
def test_unknown_events_are_only_named(name: str) -> None:
    event = decode_event(name, '{"a": 1}')
    assert isinstance(event, events.UnknownEvent)
    assert event.fault == ""
    assert event.name.isprintable()


def test_conference_update() -> None:
    guide = decoded("conference_update", {"locked": False, "guests_muted": False})
    assert guide == events.ConferenceUpdated(ConferenceStatus(locked=False, guests_muted=False))
    today = {"locked": True, "guests_muted": True, "started": True, "classification": {}}
    assert decoded("conference_update", today) == events.ConferenceUpdated(
        ConferenceStatus(True, True, True, classification=Classification())
    )
    assert decoded("conference_update", {}) == events.ConferenceUpdated(ConferenceStatus())
    assert decoded("conference_update", {"locked": "YES"}) == events.ConferenceUpdated(
        ConferenceStatus(locked=True)
    )
    with pytest.raises(BadAnswer):
        conference_update_of(None)


def test_the_guides_stage() -> None:
    assert stage(
        {"stage_index": 1, "participant_uuid": BOB, "vad": 0},
        {"stage_index": 0, "participant_uuid": ANN, "vad": 100},
    ) == (events.Speaker(ANN, 0, 100), events.Speaker(BOB, 1, 0))


@pytest.mark.fault(53)
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


@pytest.mark.fault(53)
def test_one_person_has_one_place_on_the_stage() -> None:
    speakers = stage(
        {"participant_uuid": ANN, "stage_index": 0, "vad": 1},
        {"participant_uuid": ANN.upper(), "stage_index": 3, "vad": 9},
        {"participant_uuid": BOB, "stage_index": 0, "vad": 2},
    )
    assert sorted(one.uuid for one in speakers) == [BOB, ANN]


@pytest.mark.fault(53)
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


@pytest.mark.fault(54)
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
