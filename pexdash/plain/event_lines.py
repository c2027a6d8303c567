"""One plain line for each event of a node, also for those that change nothing to be seen."""

from __future__ import annotations

import time
from collections.abc import Callable

from pexdash.api.events import decode_event
from pexdash.clock import Clock
from pexdash.model.conference import Conference
from pexdash.model.events import (
    CallDisconnected,
    Disconnected,
    Event,
    MessageReceived,
    ParticipantCreated,
    ParticipantUpdated,
    PresentationFrame,
    RefreshDemanded,
    SyncBegun,
    UnknownEvent,
)
from pexdash.plain.lines import lines_of
from pexdash.text import clean


class EventLines:
    """Writes a line with its time for every event it hears.

    It keeps the conference that the events describe, to tell people by their names.
    """

    def __init__(self, alias: str, write: Callable[[str], None], clock: Clock) -> None:
        self._conference = Conference(alias)
        self._write = write
        self._clock = clock

    def heard(self, name: str, data: str, event_id: str) -> None:
        """Take one server-sent event as it came."""
        now = self._clock.wall()
        event = decode_event(name, data, event_id)
        changes = self._conference.apply(event, now)
        words = "; ".join(lines_of(changes, self._conference)) or _words(name, event)
        self._write(f"{time.strftime('%H:%M:%S', time.localtime(now))} {words}")


def _words(name: str, event: Event) -> str:
    """What to say of an event that changed nothing of what the conference shows."""
    match event:
        case ParticipantCreated() | ParticipantUpdated():
            who = event.participant
            return f"{name}: {who.name} ({who.presence.value})"
        case SyncBegun():
            return "the list of participants follows"
        case PresentationFrame():
            return "a new picture of the presentation"
        case CallDisconnected():
            return f"call {event.call_uuid} ended" + _because(event.reason)
        case Disconnected():
            return "disconnected by the node" + _because(event.reason)
        case RefreshDemanded():
            return "the node wants the token refreshed"
        case MessageReceived():
            return f"message of type {event.kind or 'unknown'} from {event.origin or 'nobody'}"
        case UnknownEvent():
            return f"event {event.name or '(no name)'}" + _because(event.fault)
    return clean(name)


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""
