"""One participant, as the node last described it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from pexdash.text import ADDRESS_LIMIT, NAME_LIMIT

LATEST_TIME = 4_102_444_800.0  # the year 2100, in Unix time


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


_WAITING_ROOM = "waiting_room"
_PRESENCE = {
    _WAITING_ROOM: Presence.WAITING,
    "connecting": Presence.CONNECTING,
    "ivr": Presence.PIN_ENTRY,
}


Name = Annotated[str, msgspec.Meta(max_length=NAME_LIMIT)]
Address = Annotated[str, msgspec.Meta(max_length=ADDRESS_LIMIT)]
Moment = Annotated[float, msgspec.Meta(ge=0, lt=LATEST_TIME)] | None


def _words(*texts: str, **meanings: Any) -> Any:
    """A type as which a decoder reads these texts, each as what it means, and refuses others.

    msgspec reads a text as what the table of an Enum has for it; that this is so, the tests of
    `decode_participant` show, which compare values and types with those of a plain decoder.
    """

    class Words(Enum):
        pass

    Words._value2member_map_ = {text: text for text in texts} | meanings
    return Words


# In the spelling of nodes as well, so that a decoder needs no step between and the words that
# nearly everybody has are there once.
if TYPE_CHECKING:
    SpeltFlag = bool
    Permission = bool
    ServiceType = str
    Protocol = str
    Direction = str
    Encryption = str
else:
    SpeltFlag = bool | _words(YES=True, NO=False)
    Permission = _words(ALLOW=True, DENY=False)
    ServiceType = _words(
        "conference",
        "lecture",
        "gateway",
        "test_call",
        "media_playback",
        "waiting_room",
        "connecting",
        "ivr",
        **{"": "conference"},
    )
    Protocol = _words("api", "webrtc", "sip", "h323", "rtmp", "mssip", "teams", "")
    Direction = _words("in", "out", "")
    Encryption = _words("On", "Off", "Unknown", "")


class Participant(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    gc=False,
    rename={"rx_presentation_allowed": "rx_presentation_policy"},
):
    """A participant's properties (API guide, participant_create); every string is clean.

    A Struct and not a dataclass, with the names and types that nodes use: one is decoded for each
    update of a large conference, and this costs a tenth. `uuid` is in lower case, `sent_uuid` the
    node's own spelling where it differs. `spotlight`, `buzz_time` and `start_time` are Unix times,
    None for "not".
    """

    # The order is that of nodes, which a decoder follows fastest.
    buzz_time: Moment = None
    call_direction: Direction = ""
    display_name: Name = ""
    encryption: Encryption = ""
    has_media: bool = False
    is_audio_only_call: SpeltFlag = False
    is_client_muted: bool = False
    is_external: bool = False
    is_muted: SpeltFlag = False
    is_on_hold: bool = False
    is_presenting: SpeltFlag = False
    is_streaming_conference: bool = False
    is_transferring: bool = False
    is_video_call: SpeltFlag = False
    is_video_muted: bool = False
    overlay_text: Name = ""
    protocol: Protocol = ""
    role: Role = Role.UNKNOWN
    rx_presentation_allowed: Permission = True
    sent_uuid: Address = ""
    service_type: ServiceType = "conference"
    spotlight: Moment = None
    start_time: Moment = None
    uri: Address = ""
    uuid: Address
    vendor: Address = ""

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
    def is_in(self) -> bool:
        """Whether the participant is in the conference, be it on hold."""
        return self.service_type not in _PRESENCE

    @property
    def is_waiting(self) -> bool:
        """Whether the participant is in the waiting room."""
        return self.service_type == _WAITING_ROOM

    @property
    def is_api(self) -> bool:
        """Whether this is a control connection without media, which is counted apart."""
        return self.protocol == "api" and not self.has_media

    @property
    def path_uuid(self) -> str:
        """The uuid as the node spells it, for requests."""
        return self.sent_uuid or self.uuid

    def is_placed_as(self, other: Participant) -> bool:
        """Whether nothing differs by which people are counted, put into sections and sorted."""
        return (
            self.role is other.role
            and self.start_time == other.start_time
            and self.is_on_hold == other.is_on_hold
            and self.has_media == other.has_media
            and self.service_type == other.service_type
            and self.protocol == other.protocol
            and self.display_name == other.display_name
            and self.uri == other.uri
        )

    @property
    def short_uuid(self) -> str:
        """The first part of the uuid, to tell people of one name apart."""
        return self.uuid[:8]


def _without_scheme(uri: str) -> str:
    scheme, colon, rest = uri.partition(":")
    return rest if colon and scheme in ("sip", "sips", "h323", "tel") else uri
