"""The events a conference is built from (API guide, Server-sent events), as typed values."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pexdash.model.participant import Participant
from pexdash.model.status import ConferenceStatus
from pexdash.secret import Secret


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


def voices(speakers: Iterable[Speaker]) -> frozenset[str]:
    """The uuids of those speakers who speak now."""
    # Of a list, which takes less time than of a generator.
    return frozenset([one.uuid for one in speakers if one.vad > 0])


class RequestedLayout(msgspec.Struct, frozen=True):
    """The layouts asked for, for Hosts and for Guests; they differ in a lecture alone."""

    for_hosts: str
    for_guests: str


class LayoutChanged(msgspec.Struct, frozen=True):
    """The view in use ("1:7", ...) and the uuids of those in it, the main position first.

    `requested` is what is asked for, which the view follows a moment later; it and
    `overlay_text_enabled`, whether names stand on the picture, are None where the node does not
    say.
    """

    view: str
    participants: tuple[str, ...]
    requested: RequestedLayout | None = None
    overlay_text_enabled: bool | None = None


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


class PresentationEnded(msgspec.Struct, frozen=True):
    """A presentation is over."""


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


class Referred(msgspec.Struct, frozen=True):
    """We are to join another conference with a token for one use, as after a transfer.

    `target` is "main", "breakout", "conference", "direct", "transcoded" or "".
    """

    alias: str
    token: Secret
    breakout_name: str = ""
    target: str = ""

    @property
    def leads_to_a_room(self) -> bool:
        """Whether somebody wants us in a breakout room, or back in the main one.

        Then it is ours to go or to stay; from anything else there is no way back.
        """
        return bool(self.breakout_name) or self.target in ("breakout", "main")


class ReferCancelled(msgspec.Struct, frozen=True):
    """We are to join no other conference after all."""


class HoldChanged(msgspec.Struct, frozen=True):
    """We are on hold, or no more."""

    on_hold: bool


class CaptionHeard(msgspec.Struct, frozen=True):
    """Words that somebody says; those that are not final are said again, with more to them."""

    text: str
    is_final: bool
    language: str = ""
    speakers: tuple[str, ...] = ()


class SplashChanged(msgspec.Struct, frozen=True):
    """A screen is shown instead of the video, "" for none any more; for seconds, 0 for ever."""

    key: str = ""
    seconds: float = 0.0


class CameraMoved(msgspec.Struct, frozen=True):
    """Somebody moves a camera of ours; `movements` are pairs of axis and direction."""

    action: str
    movements: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0


class BreakoutBegun(msgspec.Struct, frozen=True):
    """We are in a breakout room, as the participant `uuid`."""

    room: str
    uuid: str = ""


class BreakoutEnded(msgspec.Struct, frozen=True):
    """A breakout room is over for us."""

    room: str


class BreakoutReferred(msgspec.Struct, frozen=True):
    """Somebody, whose uuid is `requester` or "", asks us into a breakout room."""

    room: str
    name: str = ""
    requester: str = ""


class EmptyEvent(msgspec.Struct, frozen=True):
    """An event of a known name that says nothing of the conference."""

    name: str


class UnknownEvent(msgspec.Struct, frozen=True):
    """An event of no known name, or one whose data made no sense: `fault` says why."""

    name: str
    fault: str = ""


class BreakoutHeard(msgspec.Struct, frozen=True):
    """An event of a breakout room."""

    room: str
    event: Event


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
    | PresentationEnded
    | PresentationFrame
    | CallDisconnected
    | Disconnected
    | RefreshDemanded
    | Referred
    | ReferCancelled
    | HoldChanged
    | CaptionHeard
    | SplashChanged
    | CameraMoved
    | BreakoutBegun
    | BreakoutEnded
    | BreakoutReferred
    | BreakoutHeard
    | EmptyEvent
    | UnknownEvent
)
