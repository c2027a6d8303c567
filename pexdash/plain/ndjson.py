"""Writes one JSON object on one line for each event, with the data as the node sent it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

from pexdash.api.events import text_of
from pexdash.secret import masked, masked_json
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.told import Heard, Told
from pexdash.text import json_line


class EventObjects:
    """Writes a JSON object on a line for every event of `feed`."""

    def __init__(self, feed: Feed, write: Callable[[str], None]) -> None:
        self._feed = feed
        self._write = write
        feed.on_told(self._tell)

    def _tell(self, told: Told) -> None:
        for name, event_id, data in told.sent if isinstance(told, Heard) else ():
            now = self._feed.clock.wall()
            self._write(event_line(now, text_of(name), text_of(data), text_of(event_id)))


def event_line(time: float, name: str, data: str, event_id: str) -> str:
    """The line for one server-sent event, which came at the Unix time `time`; masks secrets."""
    fields = {"time": time, "event": name, "id": event_id}
    try:
        return json_line({**fields, "data": masked(_parsed(data))})
    except (ValueError, RecursionError):
        return json_line({**fields, "data": masked_json(data)})


def _parsed(data: str) -> object:
    """The JSON value in `data`, None for ""; raises ValueError for a text that is not JSON."""
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
