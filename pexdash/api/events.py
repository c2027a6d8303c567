"""Server-sent events turned into the model's typed events (API guide, Server-sent events)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from pexdash.api.coerce import decode_json, flag, number, optional_flag, string
from pexdash.api.participants import WireParticipant, participant_of, uuid_of, wire_of
from pexdash.errors import BadAnswer
from pexdash.model import events
from pexdash.model.participant import Participant
from pexdash.text import ADDRESS_LIMIT, CHAT_LIMIT, NAME_LIMIT, REASON_LIMIT, clean

_participant_decoder = msgspec.json.Decoder(WireParticipant)


def decode_event(name: str, data: str, event_id: str = "") -> events.Event:
    """The typed event of one server-sent event; never raises.

    An unknown name, or data that makes no sense for its name, gives UnknownEvent, so that one
    bad event costs no other.
    """
    decoder = _DECODERS.get(name)
    if decoder is None:
        return events.UnknownEvent(clean(name))
    try:
        return decoder(data, event_id)
    except (BadAnswer, msgspec.MsgspecError) as fault:
        return events.UnknownEvent(clean(name), clean(str(fault), REASON_LIMIT))


def conference_update_of(fields: object) -> events.ConferenceUpdated:
    """Conference properties of a conference_update event or a conference_status answer."""
    known = _object(fields)
    return events.ConferenceUpdated(
        locked=optional_flag(known.get("locked")),
        guests_muted=optional_flag(known.get("guests_muted")),
        started=optional_flag(known.get("started")),
    )


def _participant(data: str) -> Participant:
    try:
        wire = _participant_decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        wire = wire_of(decode_json(data))
    return participant_of(wire)


def _source(data: str) -> bytes:
    return data.encode("utf-8", "replace")


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadAnswer("the node sent something else where an object is due")
    return value


def _deleted(data: str, _: str) -> events.Event:
    return events.ParticipantDeleted(uuid_of(_object(decode_json(data)).get("uuid")))


def _conference_update(data: str, _: str) -> events.Event:
    return conference_update_of(decode_json(data))


def _stage(data: str, _: str) -> events.Event:
    entries = decode_json(data)
    if not isinstance(entries, list):
        raise BadAnswer("the node's stage is not a list")
    speakers: dict[str, events.Speaker] = {}
    for place, entry in enumerate(entries):
        if not isinstance(entry, dict):
            continue
        try:
            uuid = uuid_of(entry.get("participant_uuid"))
        except BadAnswer:
            continue
        index = int(number(entry.get("stage_index"), 0, 1_000_000, place))
        vad = int(number(entry.get("vad"), 0, 100, 0))
        speakers[uuid] = events.Speaker(uuid, index, vad)
    return events.StageUpdated(tuple(sorted(speakers.values(), key=lambda one: one.index)))


def _layout(data: str, _: str) -> events.Event:
    fields = _object(decode_json(data))
    seated = fields.get("participants")
    if isinstance(seated, str):
        seated = [seated]
    uuids = []
    for entry in seated if isinstance(seated, list) else []:
        try:
            uuids.append(uuid_of(entry))
        except BadAnswer:
            continue
    return events.LayoutChanged(string(fields.get("view"), NAME_LIMIT), tuple(uuids))


def _message(data: str, _: str) -> events.Event:
    fields = _object(decode_json(data))
    payload = fields.get("payload")
    if not isinstance(payload, str):
        raise BadAnswer("a chat message without text")
    kind = fields.get("type")
    kind = (
        string(kind.partition(";")[0], NAME_LIMIT).casefold()
        if isinstance(kind, str)
        else "text/plain"
    )
    try:
        uuid = uuid_of(fields.get("uuid"))
    except BadAnswer:
        uuid = ""
    return events.MessageReceived(
        origin=string(fields.get("origin"), NAME_LIMIT),
        uuid=uuid,
        kind=kind,
        payload=clean(payload, CHAT_LIMIT, lines=True),
        direct=flag(fields.get("direct")),
    )


def _presentation_start(data: str, _: str) -> events.Event:
    fields = _object(decode_json(data))
    return events.PresentationStarted(
        name=string(fields.get("presenter_name"), NAME_LIMIT),
        uri=string(fields.get("presenter_uri"), ADDRESS_LIMIT),
        uuid=string(fields.get("presenter_uuid"), ADDRESS_LIMIT).lower(),
    )


def _call_disconnected(data: str, _: str) -> events.Event:
    fields = _object(decode_json(data))
    return events.CallDisconnected(string(fields.get("call_uuid"), ADDRESS_LIMIT), _reason(fields))


def _disconnect(data: str, _: str) -> events.Event:
    # The end of our part is believed even where its data is missing or broken.
    try:
        fields = _object(decode_json(data)) if data else {}
    except BadAnswer:
        fields = {}
    return events.Disconnected(_reason(fields))


def _reason(fields: dict[str, Any]) -> str:
    return string(fields.get("reason"), REASON_LIMIT)


_DECODERS: dict[str, Callable[[str, str], events.Event]] = {
    "participant_create": lambda data, _: events.ParticipantCreated(
        _participant(data), _source(data)
    ),
    "participant_update": lambda data, _: events.ParticipantUpdated(
        _participant(data), _source(data)
    ),
    "participant_delete": _deleted,
    "participant_sync_begin": lambda _, __: events.SyncBegun(),
    "participant_sync_end": lambda _, __: events.SyncEnded(),
    "conference_update": _conference_update,
    "stage": _stage,
    "layout": _layout,
    "message": _message,
    "message_received": _message,
    "presentation_start": _presentation_start,
    "presentation_stop": lambda _, __: events.PresentationStopped(),
    "presentation_frame": lambda _, event_id: events.PresentationFrame(event_id),
    "call_disconnected": _call_disconnected,
    "disconnect": _disconnect,
    "refresh_token": lambda _, __: events.RefreshDemanded(),
}
