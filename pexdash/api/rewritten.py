"""What the model knows of a conference, written as a node sends it.

For whoever reads it as the node's own words later: reading it gives the same values again.
"""

from __future__ import annotations

from typing import Any

import msgspec

from pexdash.api.participants import READINGS, SENT_AS
from pexdash.model.participant import Participant, Role, VideoMix
from pexdash.model.status import Classification, ClockFace, ConferenceStatus, CryForHelp

_ROLE_WORDS = {Role.HOST: "chair", Role.GUEST: "guest"}
_DEFAULTS = {one.name: one.default for one in msgspec.structs.fields(Participant)}
_FIELDS = [(name, SENT_AS[name], _DEFAULTS[name]) for name in READINGS]
_PLAIN = (str, int, float)
"""What is sent as it is kept; True and False are not always."""


def participant_as_sent(one: Participant) -> dict[str, Any]:
    """The JSON object of a participant; fields that have their default are left out."""
    fields = {
        sent_as: value if type(value) in _PLAIN else _as_sent(name, value)
        for name, sent_as, default in _FIELDS
        if (value := getattr(one, name)) != default
    }
    fields["uuid"] = one.path_uuid
    return fields


def _as_sent(name: str, value: object) -> object:
    if isinstance(value, Role):
        return _ROLE_WORDS.get(value, "")
    if name == "rx_presentation_allowed":
        return "ALLOW" if value else "DENY"
    if isinstance(value, VideoMix):
        config = {"transform_layout": {"layout": value.layout}} if value.layout else None
        return {"mix_name": value.mix_name, "mix_config": config}
    return msgspec.to_builtins(value)


def status_as_sent(status: ConferenceStatus) -> dict[str, Any]:
    """The JSON object of a conference's properties; those that are unknown are left out."""
    values = {name: getattr(status, name) for name in ConferenceStatus.__struct_fields__}
    return {name: _property(value) for name, value in values.items() if value is not None}


def _property(value: object) -> object:
    match value:
        case Classification():
            levels = {str(number): name for number, name in value.levels.items()}
            return {"levels": levels, "current": value.current}
        case ClockFace():
            return {
                "type": value.kind,
                "starting_value": value.starting_value,
                "prefix": value.prefix,
                "suffix": value.suffix,
            }
        case CryForHelp():
            return {"value": value.asks, "time": value.since}
    return value
