"""The events a conference is built from (API guide, Server-sent events), as typed values."""

from __future__ import annotations

from typing import Annotated

import msgspec

from pexdash.model.participant import Participant

LAST_PLACE = 1_000_000


class ParticipantCreated(msgspec.Struct, frozen=True, gc=False):
    """Someone is there; `source` is the node's own JSON, bytes because it is not clean."""

    participant: Participant
    source: bytes = b""


class ParticipantUpdated(msgspec.Struct, frozen=True, gc=False):
    """Someone's properties changed; as ParticipantCreated."""

    participant: Participant
    source: bytes = b""


class ParticipantDeleted(msgspec.Struct, frozen=True):
    uuid: str


class SyncBegun(msgspec.Struct, frozen=True):
    """The complete participant list follows."""


class SyncEnded(msgspec.Struct, frozen=True):
    """The complete participant list has been sent."""


class ConferenceUpdated(msgspec.Struct, frozen=True):
    """Conference properties; None where the node did not say."""

    locked: bool | None = None
    guests_muted: bool | None = None
    started: bool | None = None


class Speaker(
    msgspec.Struct,
    frozen=True,
    gc=False,
    rename={"uuid": "participant_uuid", "index": "stage_index"},
):
    """One place on the stage; `vad` is the voice activity, 0 to 100."""

    uuid: str
    index: Annotated[int, msgspec.Meta(ge=0, le=LAST_PLACE)]
    vad: Annotated[int, msgspec.Meta(ge=0, le=100)]


class StageUpdated(msgspec.Struct, frozen=True):
    """The active speakers, most recent first."""

    speakers: tuple[Speaker, ...]


class LayoutChanged(msgspec.Struct, frozen=True):
    """The view in force ("1:7", ...) and who sits in it, from the main position on."""

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
    """Someone presents; all fields are "" when the right to present was taken away."""

    name: str = ""
    uri: str = ""
    uuid: str = ""


class PresentationStopped(msgspec.Struct, frozen=True):
    """Nobody presents any more."""


class PresentationFrame(msgspec.Struct, frozen=True):
    """A new picture of the presentation can be fetched by this event id."""

    id: str


class CallDisconnected(msgspec.Struct, frozen=True):
    call_uuid: str
    reason: str


class Disconnected(msgspec.Struct, frozen=True):
    """The node ends our part in the conference."""

    reason: str


class RefreshDemanded(msgspec.Struct, frozen=True):
    """The node wants the token refreshed now, for instance because our role changed."""


class UnknownEvent(msgspec.Struct, frozen=True):
    """An event this version does not know, or one whose data made no sense."""

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
