"""Events of the texts that a test writes."""

from __future__ import annotations

from pexdash.api.events import event_of
from pexdash.model import events


def decode_event(name: str, data: str, event_id: str = "") -> events.Event:
    """As `event_of`, of texts."""
    return event_of(*(text.encode("utf-8", "replace") for text in (name, event_id, data)))
