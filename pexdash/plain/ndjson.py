"""One JSON object on one line for each event, as the node sent it."""

from __future__ import annotations

import json
import math

from pexdash.text import json_line


def event_line(time: float, name: str, data: str, event_id: str) -> str:
    """The line of one server-sent event that came at the Unix time `time`."""
    fields = {"time": time, "event": name, "id": event_id}
    try:
        return json_line({**fields, "data": _parsed(data)})
    except (ValueError, RecursionError):
        return json_line({**fields, "data": data})


def _parsed(data: str) -> object:
    """The JSON of `data`, None where there is none; ValueError for what is no JSON."""
    if not data:
        return None
    return json.loads(data, parse_constant=_no_json, parse_float=_finite)


def _no_json(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number beyond what JSON readers hold")
    return number
