"""The names of events as labels; a node may make up any number of others."""

from __future__ import annotations

from collections.abc import Iterable

from pexdash.model import events
from pexdash.plain.metrics.counts import OTHER

_NAMES: dict[type, str] = {
    events.ParticipantCreated: "participant_create",
    events.ParticipantUpdated: "participant_update",
    events.ParticipantDeleted: "participant_delete",
    events.SyncBegun: "participant_sync_begin",
    events.SyncEnded: "participant_sync_end",
    events.ConferenceUpdated: "conference_update",
    events.StageUpdated: "stage",
    events.LayoutChanged: "layout",
    events.MessageReceived: "message_received",
    events.PresentationStarted: "presentation_start",
    events.PresentationStopped: "presentation_stop",
    events.PresentationEnded: "presentation_ended",
    events.PresentationFrame: "presentation_frame",
    events.CallDisconnected: "call_disconnected",
    events.Disconnected: "disconnect",
    events.RefreshDemanded: "refresh_token",
    events.Referred: "refer",
    events.ReferCancelled: "cancel_refer",
    events.HoldChanged: "on_hold",
    events.CaptionHeard: "live_captions",
    events.SplashChanged: "splash_screen",
    events.CameraMoved: "fecc",
    events.BreakoutBegun: "breakout_begin",
    events.BreakoutEnded: "breakout_end",
    events.BreakoutReferred: "breakout_refer",
    events.BreakoutHeard: "breakout_event",
}


def by_name(counted: Iterable[tuple[type, int]]) -> dict[str, int]:
    """How many events there were of each name; those that say nothing are counted by theirs."""
    named: dict[str, int] = {}
    for kind, count in counted:
        if kind is events.EmptyEvent:
            continue
        name = _NAMES.get(kind, OTHER)
        named[name] = named.get(name, 0) + count
    return named
