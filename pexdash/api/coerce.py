"""A node's values, of whatever type, as the types the model wants.

Real nodes mix "YES" with true, numbers with strings and null with absence. None of that may cost a
participant its row.
"""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec

from pexdash.errors import BadAnswer
from pexdash.text import clean

LATEST_TIME = 4_102_444_800.0
"""The year 2100 in Unix time: no participant has a time from then on."""


def decode_json(raw: str | bytes) -> Any:
    """Parse JSON, leniently where the strict parser refuses it; raises BadAnswer."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        pass
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as fault:
        raise BadAnswer("the node sent something that is not JSON") from fault


def decode_text(text: bytes) -> Any:
    """Parse the data of an event as `decode_json` does; U+FFFD stands for what is no UTF-8."""
    return decode_json(text.decode("utf-8", "replace"))


def object_of(data: bytes) -> dict[str, Any]:
    """The JSON object in the data of an event; raises BadAnswer for anything else."""
    value = decode_text(data)
    if not isinstance(value, dict):
        raise BadAnswer("the node sent something else where an object is due")
    return value


def as_flag(value: object) -> bool:
    """ "YES", true and 1 are True; everything else is False."""
    if isinstance(value, str):
        return value.casefold() in ("yes", "true", "on", "1")
    return value is True or value == 1


def as_optional_flag(value: object) -> bool | None:
    """True or False as `as_flag`; None where the node sent nothing."""
    return None if value is None else as_flag(value)


def as_text(value: object, limit: int) -> str:
    """The text, clean and at most `limit` characters long; "" for what is no text."""
    return clean(value, limit) if isinstance(value, str) else ""


def as_number(value: object, low: float, high: float, default: float) -> float:
    """The number, held between `low` and `high`; `default` for what is no number."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return default
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    if isinstance(value, float) and math.isnan(value):
        return default
    return float(min(max(value, low), high))


def as_time(value: object) -> float | None:
    """A Unix time; None for 0, null and times no participant can have."""
    seconds = as_number(value, -1.0, LATEST_TIME + 1, 0.0)
    return seconds if 0 < seconds < LATEST_TIME else None
