"""The events a conference is built from (API guide, Server-sent events), as typed values."""

from __future__ import annotations

import msgspec

from pexdash.model.participant import Participant
from pexdash.model.status import ConferenceStatus


class ParticipantCreated(msgspec.Struct, frozen=True, gc=False):
    """A participant is there; `source` is the node's own JSON, as bytes because it is not clean."""

    participant: Participant
    source: bytes = b""


class ParticipantUpdated(msgspec.Struct, frozen=True, gc=False):
    """The properties of a participant changed; `source` as in ParticipantCreated."""

    participant: Participant
    source: bytes = b""


class ParticipantDeleted(msgspec.Struct, frozen=True):
    uuid: str


class SyncBegun(msgspec.Struct, frozen=True):
    """The complete participant list follows."""


class SyncEnded(msgspec.Struct, frozen=True):
    """The complete participant list has been sent."""


class ConferenceUpdated(msgspec.Struct, frozen=True):
    """The node told properties of the conference; `sent` has those, and None for all others."""

    sent: ConferenceStatus


class Speaker(msgspec.Struct, frozen=True, gc=False):
    """One place on the stage, 0 the first; `vad` is the voice activity, 0 to 100."""

    uuid: str
    index: int
    vad: int


class StageUpdated(msgspec.Struct, frozen=True):
    """The active speakers, most recent first."""

    speakers: tuple[Speaker, ...]


class LayoutChanged(msgspec.Struct, frozen=True):
    """The view in use ("1:7", ...) and the uuids of those in it, the main position first."""

    view: str
    participants: tuple[str, ...]


class MessageReceived(msgspec.Struct, frozen=True):
    """A chat message; `kind` is its MIME type without parameters."""

    origin: str
    uuid: str
    kind: str
    payload: str
    direct: bool = False


class PresentationStarted(msgspec.Struct, frozen=True):
    """A participant presents; all fields are "" where the node took the right to present away."""

    name: str = ""
    uri: str = ""
    uuid: str = ""


class PresentationStopped(msgspec.Struct, frozen=True):
    """Nobody presents any more."""


class PresentationFrame(msgspec.Struct, frozen=True):
    """There is a new picture of the presentation, which is fetched by this event id."""

    id: str


class CallDisconnected(msgspec.Struct, frozen=True):
    call_uuid: str
    reason: str


class Disconnected(msgspec.Struct, frozen=True):
    """The node ends our part in the conference."""

    reason: str


class RefreshDemanded(msgspec.Struct, frozen=True):
    """The node asks us to refresh the token now, for instance because our role changed."""


class UnknownEvent(msgspec.Struct, frozen=True):
    """An event of no known name, or one whose data made no sense: `fault` says why."""

    name: str
    fault: str = ""


Event = (
    ParticipantCreated
    | ParticipantUpdated
    | ParticipantDeleted
    | SyncBegun
    | SyncEnded
    | ConferenceUpdated
    | StageUpdated
    | LayoutChanged
    | MessageReceived
    | PresentationStarted
    | PresentationStopped
    | PresentationFrame
    | CallDisconnected
    | Disconnected
    | RefreshDemanded
    | UnknownEvent
)
