"""A participant object of the wire turned into the model's (API guide, participant_create)."""

from __future__ import annotations

import re
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec
from msgspec.structs import force_setattr

from pexdash.api.coerce import as_flag, as_text, as_time, decode_text
from pexdash.errors import BadAnswer
from pexdash.model.participant import Participant, Role
from pexdash.text import ADDRESS_LIMIT, NAME_LIMIT, clean

_LONGEST_UUID = 64
_FOREIGN = re.compile(r"[ /\\?#%]")
"""What no id of a participant has, and a path is made of."""

_is_usual_uuid = re.compile(rf"[0-9a-f-]{{1,{_LONGEST_UUID}}}").fullmatch


class WireParticipant(msgspec.Struct):
    """The fields pexdash reads, each of any type: a wrong one must not lose the participant."""

    uuid: Any = None
    display_name: Any = ""
    overlay_text: Any = ""
    uri: Any = ""
    vendor: Any = ""
    role: Any = ""
    service_type: Any = "conference"
    protocol: Any = ""
    call_direction: Any = ""
    encryption: Any = ""
    start_time: Any = None
    spotlight: Any = None
    buzz_time: Any = None
    has_media: Any = False
    is_muted: Any = False
    is_client_muted: Any = False
    is_video_muted: Any = False
    is_video_call: Any = False
    is_audio_only_call: Any = False
    is_presenting: Any = False
    is_external: Any = False
    is_streaming_conference: Any = False
    is_on_hold: Any = False
    is_transferring: Any = False
    rx_presentation_policy: Any = "ALLOW"


_ROLES = {
    "chair": Role.HOST,
    "host": Role.HOST,
    "HOST": Role.HOST,
    "guest": Role.GUEST,
    "GUEST": Role.GUEST,
}


def role_of(value: object) -> Role:
    """The role under any of the names nodes give it (chair, host, HOST, guest, GUEST)."""
    return _ROLES.get(value, Role.UNKNOWN) if isinstance(value, str) else Role.UNKNOWN


def participant_of(wire: WireParticipant) -> Participant:
    """Build the model's participant, every string clean; raises BadAnswer without a uuid."""
    uuid = uuid_of(wire.uuid)
    sent = str(wire.uuid)
    return Participant(
        uuid=uuid,
        sent_uuid=sent if sent != uuid else "",
        display_name=as_text(wire.display_name, NAME_LIMIT),
        overlay_text=as_text(wire.overlay_text, NAME_LIMIT),
        uri=as_text(wire.uri, ADDRESS_LIMIT),
        vendor=as_text(wire.vendor, ADDRESS_LIMIT),
        role=role_of(wire.role),
        service_type=as_text(wire.service_type, NAME_LIMIT) or "conference",
        protocol=as_text(wire.protocol, NAME_LIMIT),
        call_direction=as_text(wire.call_direction, NAME_LIMIT),
        encryption=as_text(wire.encryption, NAME_LIMIT),
        start_time=as_time(wire.start_time),
        spotlight=as_time(wire.spotlight),
        buzz_time=as_time(wire.buzz_time),
        has_media=as_flag(wire.has_media),
        is_muted=as_flag(wire.is_muted),
        is_client_muted=as_flag(wire.is_client_muted),
        is_video_muted=as_flag(wire.is_video_muted),
        is_video_call=as_flag(wire.is_video_call),
        is_audio_only_call=as_flag(wire.is_audio_only_call),
        is_presenting=as_flag(wire.is_presenting),
        is_external=as_flag(wire.is_external),
        is_streaming_conference=as_flag(wire.is_streaming_conference),
        is_on_hold=as_flag(wire.is_on_hold),
        is_transferring=as_flag(wire.is_transferring),
        rx_presentation_allowed=wire.rx_presentation_policy != "DENY",
    )


_decode_strictly = msgspec.json.Decoder(Participant).decode
_decode_loosely = msgspec.json.Decoder(WireParticipant).decode
_cleaned = lru_cache(4096)(clean)
_texts_of = attrgetter("display_name", "overlay_text", "uri", "vendor")
_TEXT_LIMITS = (NAME_LIMIT, NAME_LIMIT, ADDRESS_LIMIT, ADDRESS_LIMIT)
_MOST_KNOWN = 10_000
_MOST_VENDORS = 200
# Looked for as numbers, which takes a fifth of the time.
_BACKSLASH, _DELETE = b"\\\x7f"


def decode_participant(data: bytes) -> Participant:
    """The participant in UTF-8 JSON; raises BadAnswer, or MsgspecError where it is no object.

    As `participant_of` gives it, at a fifth of its cost for fields as nodes send them today.
    """
    try:
        one = _decode_strictly(data)
        if data.isascii() and _BACKSLASH not in data and _DELETE not in data:
            # JSON has no controls but escaped ones, so nothing is left to take away but blanks.
            # One by one, as this is what an update costs most for after its decoder.
            is_clean = (
                one.display_name == one.display_name.strip()
                and one.overlay_text == one.overlay_text.strip()
                and one.uri == one.uri.strip()
                and one.vendor == one.vendor.strip()
            )
        else:
            texts = _texts_of(one)
            is_clean = tuple(map(_cleaned, texts, _TEXT_LIMITS)) == texts
        if is_clean and not one.sent_uuid and (one.uuid in _fit_uuids or _is_fit_uuid(one.uuid)):
            # Nobody but us has it yet, so that it may still change.
            if one.buzz_time == 0:
                force_setattr(one, "buzz_time", None)
            if one.spotlight == 0:
                force_setattr(one, "spotlight", None)
            if one.start_time == 0:
                force_setattr(one, "start_time", None)
            # What thousands have in common is kept once.
            if one.overlay_text == one.display_name:
                force_setattr(one, "overlay_text", one.display_name)
            if (vendor := _vendors.get(one.vendor)) is not None:
                force_setattr(one, "vendor", vendor)
            else:
                _know_vendor(one.vendor)
            return one
    except (msgspec.MsgspecError, UnicodeError, RecursionError, BadAnswer):
        pass
    return _tolerantly(data)


def _know_vendor(vendor: str) -> None:
    if len(_vendors) >= _MOST_VENDORS:
        _vendors.clear()
    _vendors[vendor] = vendor


_vendors: dict[str, str] = {}


def _tolerantly(data: bytes) -> Participant:
    try:
        wire = _decode_loosely(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        wire = wire_of(decode_text(data))
    return participant_of(wire)


def wire_of(fields: object) -> WireParticipant:
    """The fields of a participant in a decoded JSON object; raises BadAnswer for anything else."""
    if not isinstance(fields, dict):
        raise BadAnswer("the node sent something else where a participant is due")
    # The others may have names that no library can carry.
    known = {name: fields[name] for name in WireParticipant.__struct_fields__ if name in fields}
    return WireParticipant(**known)


def participants_of(result: object) -> list[Participant]:
    """The participants of a `participants` answer; entries without a uuid are left out.

    Raises BadAnswer where the result is no list.
    """
    if not isinstance(result, list):
        raise BadAnswer("the node's participant list is not a list")
    found = []
    for entry in result:
        try:
            found.append(participant_of(wire_of(entry)))
        except BadAnswer:
            continue
    return found


def uuid_of(value: object) -> str:
    """The uuid to know a participant by, in lower case; raises BadAnswer where there is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not 1 <= len(value) <= _LONGEST_UUID:
        raise BadAnswer("the node named a participant without a uuid")
    if (
        value in (".", "..")
        or not value.isascii()
        or not value.isprintable()
        or _FOREIGN.search(value)
    ):
        raise BadAnswer("the node named a participant by something that is no uuid")
    return value.lower()


def are_fit_uuids(uuids: set[str]) -> bool:
    """Whether `uuid_of` would leave every one of these as it is; raises BadAnswer."""
    return uuids <= _fit_uuids or all(map(_is_fit_uuid, uuids))


def _is_fit_uuid(uuid: str) -> bool:
    if not _is_usual_uuid(uuid) and uuid_of(uuid) != uuid:
        return False
    if len(_fit_uuids) > _MOST_KNOWN:
        _fit_uuids.clear()
    _fit_uuids.add(uuid)
    return True


# Looked up and not looked at, as the same people are on the stage again and again.
_fit_uuids: set[str] = set()
