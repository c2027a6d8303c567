"""A participant object of the wire turned into the model's (API guide, participant_create)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple, cast

import msgspec

from pexdash.api.coerce import (
    LATEST_TIME,
    as_flag,
    as_optional_flag,
    as_text,
    as_time,
    decode_text,
)
from pexdash.api.pace import Pace
from pexdash.errors import BadAnswer
from pexdash.model.participant import (
    MAIN_PICTURE,
    MAIN_SOUND,
    AudioMix,
    Participant,
    Role,
    VideoMix,
)
from pexdash.text import ADDRESS_LIMIT, NAME_LIMIT, clean

_LONGEST_UUID = 64
_MOST_MIXES = 20
_READ_TOGETHER = 100
"""Of a fetched list; so many take a millisecond."""
_FOREIGN = re.compile(r"[ /\\?#%]")
"""What no id of a participant has, and a path is made of."""

_is_usual_uuid = re.compile(rf"[0-9a-f-]{{1,{_LONGEST_UUID}}}").fullmatch


def uuid_of(value: object) -> str:
    """The uuid to know a participant by, in lower case; raises BadAnswer where there is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not 1 <= len(value) <= _LONGEST_UUID:
        raise BadAnswer("the node named a participant without a uuid")
    if _is_usual_uuid(value):
        return value
    if (
        value in (".", "..")
        or not value.isascii()
        or not value.isprintable()
        or _FOREIGN.search(value)
    ):
        raise BadAnswer("the node named a participant by something that is no uuid")
    return value.lower()


def uuid_or_none(value: object) -> str:
    """The uuid, or "" where there is none."""
    try:
        return uuid_of(value)
    except BadAnswer:
        return ""


class _KnownUuids(dict[str, str]):
    """The uuid of each text that named a participant; empties itself at 10,000 texts.

    One for all conferences of a process. A large one names the same people in each stage and each
    update: to look a text up takes a tenth of the time of `uuid_of`, and whatever names
    a participant shares one string.
    """

    def __missing__(self, sent: str) -> str:
        uuid = uuid_of(sent)
        if len(self) >= _MOST_KNOWN:
            self.clear()
        self[sent] = uuid
        return uuid


_MOST_KNOWN = 10_000

known_uuids = _KnownUuids()

_cleaned = lru_cache(4096)(clean)
"""`clean` with the last 4,096 texts of all conferences, as each update repeats the names."""
_shared = lru_cache(64)(str)
"""One string for equal ones; not `sys.intern`, as some Pythons keep what is interned for ever."""

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


class _Reading(NamedTuple):
    """How a field is read: `usual` decodes what nodes send today, `coerce` takes anything."""

    usual: Any
    coerce: Callable[[object], Any]


def _words(**meanings: object) -> Any:
    """A type as which a decoder reads these words, each as what it means, and refuses all others.

    msgspec looks a word up in a private table of an Enum and takes what it finds there. The tests
    of `decode_participant` hold it to that, value by value and type by type.
    """

    class Words(Enum):
        pass

    Words._value2member_map_ = cast("dict[Any, Enum]", meanings)
    return Words


def _name(value: object) -> str:
    return as_text(value, NAME_LIMIT)


def _address(value: object) -> str:
    return as_text(value, ADDRESS_LIMIT)


_SERVICE_TYPES = (
    "conference",
    "lecture",
    "gateway",
    "test_call",
    "media_playback",
    "waiting_room",
    "connecting",
    "ivr",
)
_MOMENT = _Reading(Annotated[float, msgspec.Meta(ge=0, lt=LATEST_TIME)] | None, as_time)
_FLAG = _Reading(bool | _words(YES=True, NO=False), as_flag)
_OPTIONAL_FLAG = _Reading(bool | None, as_optional_flag)
_NAME = _Reading(Annotated[str, msgspec.Meta(max_length=NAME_LIMIT)], _name)
_ADDRESS = _Reading(Annotated[str, msgspec.Meta(max_length=ADDRESS_LIMIT)], _address)


class _MainPicture(msgspec.Struct, gc=False):
    """The mix that nearly everybody gets; every other one is read the tolerant way."""

    mix_name: Literal["main"]
    mix_config: None = None


class _MainSound(msgspec.Struct, gc=False):
    mix_name: Literal["main"]
    prominent: bool = False


def _picture(value: object) -> VideoMix:
    if not isinstance(value, dict):
        return MAIN_PICTURE
    config: object = value
    for name in ("mix_config", "transform_layout", "layout"):
        config = config.get(name) if isinstance(config, dict) else None
    return VideoMix(_name(value.get("mix_name")) or MAIN_PICTURE.mix_name, _name(config))


def _sounds(value: object) -> tuple[AudioMix, ...]:
    if not isinstance(value, list):
        return MAIN_SOUND
    mixes = [one for one in value[:_MOST_MIXES] if isinstance(one, dict)]
    return tuple(
        AudioMix(_name(one.get("mix_name")), as_flag(one.get("prominent"))) for one in mixes
    )


READINGS = {
    "buzz_time": _MOMENT,
    "call_direction": _Reading(Literal["in", "out", ""], _name),
    "can_receive_personal_mix": _FLAG,
    "disconnect_supported": _FLAG,
    "display_name": _NAME,
    "encryption": _Reading(Literal["On", "Off", "Unknown", ""], _name),
    "external_node_uuid": _Reading(Literal[""], _address),
    "fecc_supported": _FLAG,
    "has_media": _FLAG,
    "is_ai_enabled": _FLAG,
    "is_audio_only_call": _FLAG,
    "is_client_muted": _FLAG,
    "is_external": _FLAG,
    "is_idp_authenticated": _OPTIONAL_FLAG,
    "is_main_video_dropped_out": _FLAG,
    "is_muted": _FLAG,
    "is_on_hold": _FLAG,
    "is_presenting": _FLAG,
    "is_recording": _FLAG,
    "is_streaming_conference": _FLAG,
    "is_transcribing": _FLAG,
    "is_transferring": _FLAG,
    "is_tx_muted": _FLAG,
    "is_video_call": _FLAG,
    "is_video_muted": _FLAG,
    "is_video_silent": _FLAG,
    "layout_group": _Reading(None, lambda value: _name(value) or None),
    "mute_supported": _FLAG,
    "needs_presentation_in_mix": _FLAG,
    "overlay_text": _NAME,
    "protocol": _Reading(
        Literal["api", "webrtc", "sip", "h323", "rtmp", "mssip", "teams", ""], _name
    ),
    "receive_from_audio_mix": _Reading(Literal["main"], lambda value: _name(value) or "main"),
    "receive_from_video_mix": _Reading(_MainPicture | None, _picture),
    "role": _Reading(_words(**_ROLES), role_of),
    "rx_presentation_allowed": _Reading(
        _words(ALLOW=True, DENY=False), lambda value: value != "DENY"
    ),
    "send_to_audio_mixes": _Reading(tuple[_MainSound], _sounds),
    "service_type": _Reading(
        _words(**{word: word for word in _SERVICE_TYPES} | {"": "conference"}),
        lambda value: _name(value) or "conference",
    ),
    "show_live_captions": _FLAG,
    "spotlight": _MOMENT,
    "start_time": _MOMENT,
    "studiosound_enabled": _OPTIONAL_FLAG,
    "supports_direct_chat": _FLAG,
    "transfer_supported": _FLAG,
    "uri": _ADDRESS,
    "uuid": _Reading(str, uuid_of),
    "vendor": _ADDRESS,
}
"""How each field of the model's Participant is read."""

SENT_AS = {name: name for name in READINGS} | {"rx_presentation_allowed": "rx_presentation_policy"}
"""What each field is called on the wire."""


def participant_of(fields: object) -> Participant:
    """The participant in a decoded JSON object, whatever types its fields have.

    Raises BadAnswer for what is no object, and without a uuid.
    """
    if not isinstance(fields, dict):
        raise BadAnswer("the node sent something else where a participant is due")
    sent = fields.get("uuid")
    known = {
        name: reading.coerce(fields[SENT_AS[name]])
        for name, reading in READINGS.items()
        if SENT_AS[name] in fields
    }
    known["uuid"] = uuid = uuid_of(sent)
    return Participant(**known, sent_uuid="" if uuid == str(sent) else str(sent))


def participants_of(result: object) -> list[Participant]:
    """The participants of a `participants` answer; entries without a uuid are left out.

    Raises BadAnswer where the result is no list.
    """
    if not isinstance(result, list):
        raise BadAnswer("the node's participant list is not a list")
    found = []
    for entry in result:
        try:
            found.append(participant_of(entry))
        except BadAnswer:
            continue
    return found


async def participants_paced(result: object) -> list[Participant]:
    """As `participants_of`, for a list whose reading would hold up the loop; keeps a `Pace`."""
    if not isinstance(result, list):
        return participants_of(result)
    pace = Pace(asyncio.get_running_loop().time)
    found: list[Participant] = []
    pace.begin()
    for at in range(0, len(result), _READ_TOGETHER):
        found += participants_of(result[at : at + _READ_TOGETHER])
        await pace.rest()
    return found


def _told_fields() -> Iterator[tuple[str, Any] | tuple[str, Any, Any]]:
    """Name, type and default of each field of the model; what no node tells has the default."""
    for one in msgspec.structs.fields(Participant):
        if one.required:
            yield one.name, READINGS[one.name].usual
        elif one.name in READINGS:
            yield one.name, READINGS[one.name].usual, one.default
        else:
            yield one.name, Literal[one.default], one.default


_ToldParticipant = msgspec.defstruct(
    "_ToldParticipant",
    list(_told_fields()),
    bases=(Participant,),
    frozen=False,
    kw_only=True,
    gc=False,
    rename=SENT_AS,
)
"""A participant with the names and types of the wire, that can be changed."""

_decode_usual: Callable[[bytes], Any] = msgspec.json.Decoder(_ToldParticipant).decode
# Looked for as numbers, which takes a fifth of the time.
_BACKSLASH, _DELETE = b"\\\x7f"


def decode_participant(data: bytes) -> Participant:
    """The participant in UTF-8 JSON; raises BadAnswer where it is no object or has no uuid.

    As `participant_of` gives it, at a fifth of the cost for fields as nodes send them today.
    """
    try:
        one = _decode_usual(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return participant_of(decode_text(data))
    if data.isascii() and _BACKSLASH not in data and _DELETE not in data:
        # JSON has no controls but escaped ones, so `clean` would take away nothing but blanks.
        name = one.display_name.strip()
        overlay = one.overlay_text.strip()
        one.uri = one.uri.strip()
        vendor = one.vendor.strip()
    else:
        name = _cleaned(one.display_name, NAME_LIMIT)
        overlay = _cleaned(one.overlay_text, NAME_LIMIT)
        one.uri = _cleaned(one.uri, ADDRESS_LIMIT)
        vendor = _cleaned(one.vendor, ADDRESS_LIMIT)
    # What thousands have in common is kept once.
    one.display_name = name
    one.overlay_text = name if overlay == name else overlay
    one.vendor = _shared(vendor)
    # Only the main mixes are usual.
    if one.receive_from_video_mix is not MAIN_PICTURE:
        one.receive_from_video_mix = MAIN_PICTURE
    if one.send_to_audio_mixes is not MAIN_SOUND:
        if one.send_to_audio_mixes[0].prominent:
            return participant_of(decode_text(data))
        one.send_to_audio_mixes = MAIN_SOUND
    if not one.buzz_time:
        one.buzz_time = None
    if not one.spotlight:
        one.spotlight = None
    if not one.start_time:
        one.start_time = None
    sent = one.uuid
    one.uuid = uuid = known_uuids[sent]
    if uuid != sent:
        one.sent_uuid = sent
    # The two classes have the same fields in the same places. To build the other from this one
    # would cost an event a twentieth more.
    one.__class__ = Participant
    made: Participant = one
    return made
