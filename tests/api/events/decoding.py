"""Events decoded for the tests, and whom they are about."""

from __future__ import annotations

import json

from pexdash.model import events
from pexdash.model.participant import Participant
from tests.decoded import decode_event

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
    "presentation_ended",
    "refer",
    "cancel_refer",
    "on_hold",
    "live_captions",
    "splash_screen",
    "fecc",
    "breakout_begin",
    "breakout_end",
    "breakout_event",
    "breakout_refer",
    "hello",
    "ping",
    "bye",
)


def decoded(name: str, data: object) -> events.Event:
    return decode_event(name, json.dumps(data))


def participant(**fields: object) -> Participant:
    event = decoded("participant_create", {"uuid": ANN, **fields})
    assert isinstance(event, events.ParticipantCreated)
    return event.participant


def stage(*entries: object) -> tuple[events.Speaker, ...]:
    event = decoded("stage", list(entries))
    assert isinstance(event, events.StageUpdated)
    return event.speakers
