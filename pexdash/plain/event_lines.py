"""Writes one plain line for each event of a node, even for an event that changes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from pexdash.model.changes import Changes
from pexdash.model.events import (
    CallDisconnected,
    ConferenceUpdated,
    Disconnected,
    Event,
    LayoutChanged,
    MessageReceived,
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    PresentationFrame,
    PresentationStarted,
    PresentationStopped,
    RefreshDemanded,
    StageUpdated,
    SyncBegun,
    SyncEnded,
    UnknownEvent,
)
from pexdash.plain.lines import lines_of
from pexdash.session.feed.feed import Feed

_NAMES: dict[type, str] = {
    ParticipantCreated: "participant_create",
    ParticipantUpdated: "participant_update",
    ParticipantDeleted: "participant_delete",
    SyncEnded: "participant_sync_end",
    ConferenceUpdated: "conference_update",
    StageUpdated: "stage",
    LayoutChanged: "layout",
    PresentationStarted: "presentation_start",
    PresentationStopped: "presentation_stop",
}
"""The node's names of the events without words of their own (API guide, Server-sent events)."""


class EventLines:
    """Writes a line with the local time for every event of `feed`."""

    def __init__(self, feed: Feed, write: Callable[[str], None]) -> None:
        self._feed = feed
        self._write = write
        feed.on_event(self._tell)

    def _tell(self, event: Event, changes: Changes) -> None:
        stamp = time.strftime("%H:%M:%S", time.localtime(self._feed.clock.wall()))
        words = "; ".join(lines_of(changes, self._feed.conference)) or _words(event)
        self._write(f"{stamp} {words}")


def _words(event: Event) -> str:
    """The words for an event that changed nothing in the conference."""
    match event:
        case ParticipantCreated() | ParticipantUpdated():
            who = event.participant
            return f"{_NAMES[type(event)]}: {who.name} ({who.presence.value})"
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
    return _NAMES[type(event)]


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""
