"""Server-sent events turned into the model's typed events (API guide, Server-sent events)."""

from __future__ import annotations

import json
from collections.abc import Callable
from operator import attrgetter
from typing import Annotated, Any

import msgspec

from pexdash.api.coerce import (
    as_flag,
    as_number,
    as_optional_flag,
    as_text,
    decode_text,
    object_of,
)
from pexdash.api.later_events import LATER_DECODERS
from pexdash.api.participants import decode_participant, known_uuids, uuid_of, uuid_or_none
from pexdash.api.status import status_in, status_of
from pexdash.errors import BadAnswer
from pexdash.model import events
from pexdash.text import ADDRESS_LIMIT, CHAT_LIMIT, NAME_LIMIT, REASON_LIMIT, clean

_LAST_PLACE = 1_000_000
MOST_VOICES = 2000
"""How many entries of a stage or a layout are read: no screen shows more, and each takes time."""


class _Place(msgspec.Struct, gc=False):
    """A place on the stage as nodes send it today."""

    participant_uuid: str
    stage_index: Annotated[int, msgspec.Meta(ge=0, le=_LAST_PLACE)]
    vad: Annotated[int, msgspec.Meta(ge=0, le=100)]


_decode_stage = msgspec.json.Decoder(list[_Place]).decode


def event_of(name: bytes, event_id: bytes, data: bytes) -> events.Event:
    """The typed event of one server-sent event in UTF-8; never raises.

    An unknown name, or data that makes no sense for its name, gives UnknownEvent, so that a bad
    event does not end the stream.
    """
    try:
        if (kind := _OF_PARTICIPANTS.get(name)) is not None:
            return kind(decode_participant(data), data)
        if (decoder := _DECODERS.get(name)) is not None:
            return decoder(data, event_id)
    except (BadAnswer, msgspec.MsgspecError) as fault:
        return events.UnknownEvent(clean(text_of(name)), clean(str(fault), REASON_LIMIT))
    return events.UnknownEvent(clean(text_of(name)))


def text_of(sent: bytes) -> str:
    """The text of UTF-8 bytes, with U+FFFD for each byte that is none."""
    return sent.decode("utf-8", "replace")


def conference_update_of(fields: object) -> events.ConferenceUpdated:
    """The event of a conference_status answer, which has the data of a conference_update."""
    return events.ConferenceUpdated(status_of(fields))


def _deleted(data: bytes, _: bytes) -> events.Event:
    return events.ParticipantDeleted(uuid_of(object_of(data).get("uuid")))


def _conference_update(data: bytes, _: bytes) -> events.Event:
    try:
        return events.ConferenceUpdated(status_in(data))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return conference_update_of(decode_text(data))


def _stage(data: bytes, _: bytes) -> events.Event:
    try:
        speakers = {
            (uuid := known_uuids[one.participant_uuid]): events.Speaker(
                uuid, one.stage_index, one.vad
            )
            for one in _decode_stage(data)[:MOST_VOICES]
        }
    except (msgspec.MsgspecError, UnicodeError, RecursionError, BadAnswer):
        speakers = _speakers_in(data)
    return events.StageUpdated(tuple(sorted(speakers.values(), key=attrgetter("index"))))


def _speakers_in(data: bytes) -> dict[str, events.Speaker]:
    """The speakers by uuid of a stage of any types; leaves out entries that make no sense.

    Raises BadAnswer where the data is no list.
    """
    entries = decode_text(data)
    if not isinstance(entries, list):
        raise BadAnswer("the node's stage is not a list")
    speakers: dict[str, events.Speaker] = {}
    for place, entry in enumerate(entries[:MOST_VOICES]):
        if not isinstance(entry, dict):
            continue
        uuid = uuid_or_none(entry.get("participant_uuid"))
        if not uuid:
            continue
        index = int(as_number(entry.get("stage_index"), 0, _LAST_PLACE, place))
        vad = int(as_number(entry.get("vad"), 0, 100, 0))
        speakers[uuid] = events.Speaker(uuid, index, vad)
    return speakers


def _layout(data: bytes, _: bytes) -> events.Event:
    fields = object_of(data)
    seated = fields.get("participants")
    if isinstance(seated, str):
        seated = [seated]
    uuids = map(uuid_or_none, seated[:MOST_VOICES] if isinstance(seated, list) else [])
    return events.LayoutChanged(
        as_text(fields.get("view"), NAME_LIMIT),
        tuple(filter(None, uuids)),
        _requested(fields.get("requested_layout")),
        as_optional_flag(fields.get("overlay_text_enabled")),
    )


def _requested(value: object) -> events.RequestedLayout | None:
    screen = value.get("primary_screen") if isinstance(value, dict) else None
    if not isinstance(screen, dict):
        return None
    asked = (as_text(screen.get(f"{who}_layout"), NAME_LIMIT) for who in ("chair", "guest"))
    return events.RequestedLayout(*asked)


def _message(data: bytes, _: bytes) -> events.Event:
    fields = object_of(data)
    payload = fields.get("payload")
    if not isinstance(payload, str):
        raise BadAnswer("a chat message without text")
    kind = fields.get("type")
    kind = (
        as_text(kind.partition(";")[0], NAME_LIMIT).casefold()
        if isinstance(kind, str)
        else "text/plain"
    )
    return events.MessageReceived(
        origin=as_text(fields.get("origin"), NAME_LIMIT),
        uuid=uuid_or_none(fields.get("uuid")),
        kind=kind,
        payload=clean(payload, CHAT_LIMIT, lines=True),
        direct=as_flag(fields.get("direct")),
    )


def _presentation_start(data: bytes, _: bytes) -> events.Event:
    fields = object_of(data)
    return events.PresentationStarted(
        name=as_text(fields.get("presenter_name"), NAME_LIMIT),
        uri=as_text(fields.get("presenter_uri"), ADDRESS_LIMIT),
        uuid=as_text(fields.get("presenter_uuid"), ADDRESS_LIMIT).lower(),
    )


def _call_disconnected(data: bytes, _: bytes) -> events.Event:
    fields = object_of(data)
    return events.CallDisconnected(as_text(fields.get("call_uuid"), ADDRESS_LIMIT), _reason(fields))


def _disconnect(data: bytes, _: bytes) -> events.Event:
    # Data that is missing or broken does not make our part in the conference go on.
    try:
        fields = object_of(data) if data else {}
    except BadAnswer:
        fields = {}
    return events.Disconnected(_reason(fields))


class _OfRoom(msgspec.Struct):
    """An event of a breakout room within its envelope; its data is left as it came."""

    breakout_uuid: str
    event: str
    id: str | None = None
    data: msgspec.Raw = msgspec.Raw(b"null")


_decode_of_room = msgspec.json.Decoder(_OfRoom).decode


def _breakout_event(data: bytes, _: bytes) -> events.Event:
    try:
        told = _decode_of_room(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        told = _of_room(object_of(data))
    name = told.event.encode("utf-8", "replace")
    if name == _ROOM_EVENT:
        raise BadAnswer("a breakout room within a breakout room")
    room = uuid_of(told.breakout_uuid)
    event_id = (told.id or "").encode("utf-8", "replace")
    return events.BreakoutHeard(room, event_of(name, event_id, bytes(told.data)))


def _of_room(fields: dict[str, Any]) -> _OfRoom:
    """The same of an envelope of any types."""
    texts = (fields.get(name) for name in ("breakout_uuid", "event", "id"))
    room, name, event_id = (one if isinstance(one, str) else "" for one in texts)
    data = json.dumps(fields.get("data")).encode()
    return _OfRoom(room, name, event_id, msgspec.Raw(data))


def _reason(fields: dict[str, Any]) -> str:
    return as_text(fields.get("reason"), REASON_LIMIT)


_OF_PARTICIPANTS: dict[bytes, type[events.ParticipantCreated | events.ParticipantUpdated]] = {
    b"participant_create": events.ParticipantCreated,
    b"participant_update": events.ParticipantUpdated,
}
_ROOM_EVENT = b"breakout_event"
_DECODERS: dict[bytes, Callable[[bytes, bytes], events.Event]] = {
    b"participant_delete": _deleted,
    b"participant_sync_begin": lambda _, __: events.SyncBegun(),
    b"participant_sync_end": lambda _, __: events.SyncEnded(),
    b"conference_update": _conference_update,
    b"stage": _stage,
    b"layout": _layout,
    b"message": _message,
    b"message_received": _message,
    b"presentation_start": _presentation_start,
    b"presentation_stop": lambda _, __: events.PresentationStopped(),
    b"presentation_frame": lambda _, event_id: events.PresentationFrame(text_of(event_id)),
    b"call_disconnected": _call_disconnected,
    b"disconnect": _disconnect,
    b"refresh_token": lambda _, __: events.RefreshDemanded(),
    _ROOM_EVENT: _breakout_event,
    **LATER_DECODERS,
}
