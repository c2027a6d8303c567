"""Events as they go over the wire: their numbers, their ids, and their bytes."""

from __future__ import annotations

import base64
import json

_NODE = "127.0.0.1"


def json_bytes(value: object) -> bytes:
    """`value` as JSON in one line of UTF-8; what UTF-8 cannot hold is escaped."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


def event_id(number: int) -> str:
    """The id an event of that number carries."""
    return base64.b64encode(f"{_NODE}_{number}".encode()).decode()


def frame(event: str, number: int, data: object) -> bytes:
    """One event as it goes over the wire; an event without payload carries `null`.

    Bytes are JSON already.
    """
    identity = event_id(number).encode()
    text = data if isinstance(data, bytes) else json_bytes(data)
    return b"event: %b\nid: %b\ndata: %b\n\n" % (event.encode(), identity, text)
