"""The properties of a conference, of a conference_update event or a conference_status answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from pexdash.api.coerce import as_flag, as_number, as_optional_flag, as_text, as_time
from pexdash.errors import BadAnswer
from pexdash.model.status import Classification, ClockFace, ConferenceStatus, CryForHelp
from pexdash.text import CHAT_LIMIT, NAME_LIMIT, clean

_MOST_LEVELS = 100
_MOST_DIGITS = 6
_LONGEST_CLOCK = 1e9


def status_of(fields: object) -> ConferenceStatus:
    """What a node sent of a conference; raises BadAnswer for what is no object."""
    if not isinstance(fields, dict):
        raise BadAnswer("the node sent something else where properties of a conference are due")
    sent = {name: read(fields[name]) for name, read in _READINGS.items() if name in fields}
    return ConferenceStatus(**sent)


def status_in(data: bytes) -> ConferenceStatus:
    """As `status_of`, of JSON, in which whatever else the node tells costs nothing.

    Raises what msgspec does where it is no strict JSON, or no object.
    """
    known = _decode_known(data)
    sent = {
        name: read(value)
        for name, read in _READINGS.items()
        if (value := getattr(known, name)) is not msgspec.UNSET
    }
    return ConferenceStatus(**sent)


def _classification(value: object) -> Classification | None:
    if not isinstance(value, dict):
        return None
    levels = value.get("levels")
    named: dict[int, str] = {}
    for level, name in levels.items() if isinstance(levels, dict) else ():
        if (number := _level(level)) is not None and len(named) < _MOST_LEVELS:
            named[number] = as_text(name, NAME_LIMIT)
    return Classification(named, _level(value.get("current")))


def _level(value: object) -> int | None:
    """The number of a level, which the keys of JSON hold as text; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    digits = str(value)
    fits = digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS
    return int(digits) if fits else None


def _lines(value: object) -> str:
    return clean(value, CHAT_LIMIT, lines=True) if isinstance(value, str) else ""


def _name(value: object) -> str:
    return as_text(value, NAME_LIMIT)


def _cry_for_help(value: object) -> CryForHelp:
    if not isinstance(value, dict):
        return CryForHelp(as_flag(value))
    return CryForHelp(as_flag(value.get("value")), as_time(value.get("time")))


def _clock(value: object) -> ClockFace | None:
    if value is None:
        return ClockFace()
    if not isinstance(value, dict):
        return None
    began = as_number(value.get("starting_value"), 0.0, _LONGEST_CLOCK, 0.0)
    words = (_name(value.get(name)) for name in ("prefix", "suffix"))
    return ClockFace(_name(value.get("type")), began, *words)


_READINGS: dict[str, Callable[[object], Any]] = {
    "locked": as_optional_flag,
    "guests_muted": as_optional_flag,
    "started": as_optional_flag,
    "guests_can_unmute": as_optional_flag,
    "guests_can_present": as_optional_flag,
    "presentation_allowed": as_optional_flag,
    "live_captions_available": as_optional_flag,
    "recording": as_optional_flag,
    "transcribing": as_optional_flag,
    "streaming": as_optional_flag,
    "public_streaming": as_optional_flag,
    "ai_enabled": as_optional_flag,
    "classification": _classification,
    "message_text": _lines,
    "pinning_config": _name,
    "chat_enabled": as_optional_flag,
    "clock": _clock,
    "breakout": as_optional_flag,
    "breakout_name": _name,
    "breakout_description": _lines,
    "end_action": _name,
    "end_time": lambda value: as_time(value) or 0.0,
    "breakoutbuzz": _cry_for_help,
    "breakout_guests_allowed_to_leave": as_optional_flag,
}
"""How each property is read."""

_decode_known = msgspec.json.Decoder(
    msgspec.defstruct("_Known", [(name, Any, msgspec.UNSET) for name in _READINGS])
).decode
