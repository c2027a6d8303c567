"""Values of a node turned into what the model wants, whatever type they came in.

Real nodes mix "YES" with true, numbers with strings and null with absence; none of that may
cost a participant its row.
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
    """Parse JSON, a second time leniently where the strict parser refuses; raises BadAnswer."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        pass
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as fault:
        raise BadAnswer("the node sent something that is not JSON") from fault


def decode_text(text: bytes) -> Any:
    """As `decode_json`, of an event's data: always UTF-8, with U+FFFD for bytes that are not."""
    return decode_json(text.decode("utf-8", "replace"))


def flag(value: object) -> bool:
    """ "YES", true and 1 are True; everything else is False."""
    if isinstance(value, str):
        return value.casefold() in ("yes", "true", "on", "1")
    return value is True or value == 1


def optional_flag(value: object) -> bool | None:
    """As `flag`, but None where the node did not say."""
    return None if value is None else flag(value)


def string(value: object, limit: int) -> str:
    """A clean string of at most `limit` characters; "" for what is not text."""
    return clean(value, limit) if isinstance(value, str) else ""


def number(value: object, low: float, high: float, default: float) -> float:
    """A finite number held between `low` and `high`; `default` for what is not a number."""
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


def moment(value: object) -> float | None:
    """A Unix time; None for 0, null and times no participant can have."""
    seconds = number(value, -1.0, LATEST_TIME + 1, 0.0)
    return seconds if 0 < seconds < LATEST_TIME else None
