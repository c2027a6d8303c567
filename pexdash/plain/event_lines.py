"""Writes one plain line for each event of a node, even for an event that changes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from pexdash.model.changes import Changes
from pexdash.model.events import (
    BreakoutBegun,
    BreakoutEnded,
    BreakoutHeard,
    BreakoutReferred,
    CallDisconnected,
    CameraMoved,
    CaptionHeard,
    ConferenceUpdated,
    Disconnected,
    EmptyEvent,
    Event,
    HoldChanged,
    LayoutChanged,
    MessageReceived,
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    PresentationEnded,
    PresentationFrame,
    PresentationStarted,
    PresentationStopped,
    ReferCancelled,
    Referred,
    RefreshDemanded,
    SplashChanged,
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
        case PresentationEnded():
            return "the presentation is over"
        case Referred():
            return f"the node sends us to {event.alias}" + _as_room(event.breakout_name)
        case ReferCancelled():
            return "the node sends us nowhere after all"
        case HoldChanged():
            return "we are on hold" if event.on_hold else "we are no longer on hold"
        case CaptionHeard():
            return f"caption{'' if event.is_final else ' so far'}: {event.text}"
        case SplashChanged():
            return f"splash screen {event.key}" if event.key else "no splash screen"
        case CameraMoved():
            moves = ", ".join(" ".join(move) for move in event.movements)
            return f"camera {event.action}" + _because(moves)
        case BreakoutBegun():
            return f"we are in breakout room {event.room}"
        case BreakoutEnded():
            return f"breakout room {event.room} is over"
        case BreakoutReferred():
            return f"we are asked into breakout room {event.name or event.room}"
        case BreakoutHeard():
            return f"in breakout room {event.room}: {_words(event.event)}"
        case UnknownEvent():
            return f"event {event.name or '(no name)'}" + _because(event.fault)
        case EmptyEvent():
            return f"event {event.name}"
    return _NAMES[type(event)]


def _as_room(name: str) -> str:
    return f", breakout room {name}" if name else ""


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""
