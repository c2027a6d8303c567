"""One participant, as the node last described it."""

from __future__ import annotations

from enum import Enum

import msgspec


class Role(Enum):
    """What a participant may do; the roster's own words for it are the values."""

    HOST = "chair"
    GUEST = "guest"
    UNKNOWN = "unknown"


class Presence(Enum):
    """Where a participant is on the way into the conference."""

    WAITING = "waiting"
    CONNECTING = "connecting"
    PIN_ENTRY = "pin entry"
    ON_HOLD = "on hold"
    IN = "in"


_PRESENCE = {
    "waiting_room": Presence.WAITING,
    "connecting": Presence.CONNECTING,
    "ivr": Presence.PIN_ENTRY,
}


class Participant(msgspec.Struct, frozen=True, kw_only=True):
    """A participant's properties (API guide, participant_create); every string is clean.

    A Struct and not a dataclass: one is built for each update of a large conference, and this
    costs an eighth. `uuid` is in lower case, `sent_uuid` the node's own spelling where it
    differs. `spotlight`, `buzz_time` and `start_time` are Unix times, None for "not".
    """

    uuid: str
    sent_uuid: str = ""
    display_name: str = ""
    overlay_text: str = ""
    uri: str = ""
    local_alias: str = ""
    vendor: str = ""
    role: Role = Role.UNKNOWN
    service_type: str = "conference"
    protocol: str = ""
    call_direction: str = ""
    call_tag: str = ""
    encryption: str = ""
    start_time: float | None = None
    spotlight: float | None = None
    buzz_time: float | None = None
    has_media: bool = False
    is_muted: bool = False
    is_client_muted: bool = False
    is_video_muted: bool = False
    is_video_call: bool = False
    is_audio_only_call: bool = False
    is_presenting: bool = False
    is_external: bool = False
    is_streaming_conference: bool = False
    is_recording: bool = False
    is_on_hold: bool = False
    is_transferring: bool = False
    rx_presentation_allowed: bool = True
    presentation_supported: bool = False

    @property
    def name(self) -> str:
        """The name to show: the display name, or the address where there is none."""
        return self.display_name or _without_scheme(self.uri) or "(no name)"

    @property
    def overlay(self) -> str:
        """The overlay text where it says something else than the name, else ""."""
        return self.overlay_text if self.overlay_text != self.display_name else ""

    @property
    def presence(self) -> Presence:
        """Where the participant is on the way into the conference."""
        on_the_way = _PRESENCE.get(self.service_type)
        if on_the_way is not None:
            return on_the_way
        return Presence.ON_HOLD if self.is_on_hold else Presence.IN

    @property
    def is_api(self) -> bool:
        """Whether this is a control connection without media, which is counted apart."""
        return self.protocol == "api" and not self.has_media

    @property
    def path_uuid(self) -> str:
        """The uuid as the node spells it, for requests."""
        return self.sent_uuid or self.uuid

    @property
    def short_uuid(self) -> str:
        """The first part of the uuid, to tell people of one name apart."""
        return self.uuid[:8]


def _without_scheme(uri: str) -> str:
    scheme, colon, rest = uri.partition(":")
    return rest if colon and scheme in ("sip", "sips", "h323", "tel") else uri
