"""One participant, as the node last described it."""

from __future__ import annotations

from enum import Enum

import msgspec


class Role(Enum):
    """What a participant may do in the conference."""

    HOST = "host"
    GUEST = "guest"
    UNKNOWN = "unknown"


class Presence(Enum):
    """Where a participant is on the way into the conference."""

    WAITING = "waiting"
    CONNECTING = "connecting"
    PIN_ENTRY = "pin entry"
    ON_HOLD = "on hold"
    IN = "in"


WAITING_ROOM = "waiting_room"
_PRESENCE = {
    WAITING_ROOM: Presence.WAITING,
    "connecting": Presence.CONNECTING,
    "ivr": Presence.PIN_ENTRY,
}


class VideoMix(msgspec.Struct, frozen=True, gc=False):
    """The picture that a participant gets: its mix, and the layout asked for it, "" for none."""

    mix_name: str = "main"
    layout: str = ""


class AudioMix(msgspec.Struct, frozen=True, gc=False):
    """A mix that a participant's sound goes to, and whether it stands out there."""

    mix_name: str = "main"
    prominent: bool = False


MAIN_PICTURE = VideoMix()
MAIN_SOUND = (AudioMix(),)


class Participant(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A participant's properties (API guide, participant_create); every string is clean.

    `uuid` is in lower case; `sent_uuid` is the node's own spelling where it differs. `buzz_time`
    (the hand), `spotlight` and `start_time` are Unix times, None for "not". Older nodes do not say
    what is `_supported`, which is then taken to be, nor whose identity was checked (None).
    """

    # A Struct and not a dataclass, because a large conference makes one for each update: this costs
    # a tenth. The fields are in the order of nodes, which a decoder follows fastest.
    buzz_time: float | None = None
    call_direction: str = ""
    can_receive_personal_mix: bool = False
    disconnect_supported: bool = True
    display_name: str = ""
    encryption: str = ""
    external_node_uuid: str = ""
    fecc_supported: bool = True
    has_media: bool = False
    is_ai_enabled: bool = False
    is_audio_only_call: bool = False
    is_client_muted: bool = False
    is_external: bool = False
    is_idp_authenticated: bool | None = None
    is_main_video_dropped_out: bool = False
    is_muted: bool = False
    is_on_hold: bool = False
    is_presenting: bool = False
    is_recording: bool = False
    is_streaming_conference: bool = False
    is_transcribing: bool = False
    is_transferring: bool = False
    is_tx_muted: bool = False
    is_video_call: bool = False
    is_video_muted: bool = False
    is_video_silent: bool = False
    layout_group: str | None = None
    mute_supported: bool = True
    needs_presentation_in_mix: bool = False
    overlay_text: str = ""
    protocol: str = ""
    receive_from_audio_mix: str = "main"
    receive_from_video_mix: VideoMix = MAIN_PICTURE
    role: Role = Role.UNKNOWN
    rx_presentation_allowed: bool = True
    send_to_audio_mixes: tuple[AudioMix, ...] = MAIN_SOUND
    sent_uuid: str = ""
    service_type: str = "conference"
    show_live_captions: bool = False
    spotlight: float | None = None
    start_time: float | None = None
    studiosound_enabled: bool | None = None
    supports_direct_chat: bool = False
    transfer_supported: bool = True
    uri: str = ""
    uuid: str
    vendor: str = ""

    @property
    def name(self) -> str:
        """The name to show: the display name, or the address where there is none."""
        return self.display_name or without_scheme(self.uri) or "(no name)"

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
        """Whether the participant is in the conference; one on hold is."""
        return self.service_type not in _PRESENCE

    @property
    def is_silenced(self) -> bool:
        """Whether nobody hears the participant, whether a Host wants it so or they do."""
        return self.is_muted or self.is_client_muted or self.is_tx_muted

    @property
    def is_waiting(self) -> bool:
        """Whether the participant is in the waiting room."""
        return self.service_type == WAITING_ROOM

    @property
    def has_hand_up(self) -> bool:
        """Whether the participant is in the conference with a raised hand."""
        return self.buzz_time is not None and self.service_type not in _PRESENCE

    @property
    def is_api(self) -> bool:
        """Whether this is a control connection without media; those are counted apart."""
        return self.protocol == "api" and not self.has_media

    @property
    def machine(self) -> str:
        """What this is where it is no person but a part of the service, "" for a person."""
        if self.is_recording:
            return "recorder"
        if self.is_transcribing:
            return "transcriber"
        if self.is_ai_enabled:
            return "AI"
        return "streamer" if self.is_streaming_conference else ""

    @property
    def path_uuid(self) -> str:
        """The uuid as the node spells it, for requests."""
        return self.sent_uuid or self.uuid

    def is_placed_as(self, other: Participant) -> bool:
        """Whether both are counted alike, and stand in the same place of a roster."""
        return (
            self.role is other.role
            and self.buzz_time == other.buzz_time
            and self.start_time == other.start_time
            and self.is_on_hold == other.is_on_hold
            and self.has_media == other.has_media
            and self.service_type == other.service_type
            and self.protocol == other.protocol
            and self.display_name == other.display_name
            and self.uri == other.uri
            and self.is_recording == other.is_recording
            and self.is_streaming_conference == other.is_streaming_conference
            and self.is_transcribing == other.is_transcribing
            and self.is_ai_enabled == other.is_ai_enabled
        )

    @property
    def short_uuid(self) -> str:
        """The first part of the uuid, to tell people of one name apart."""
        return self.uuid[:8]


def without_scheme(uri: str) -> str:
    """An address without `sip:` and its like before it."""
    scheme, colon, rest = uri.partition(":")
    return rest if colon and scheme.casefold() in ("sip", "sips", "h323", "tel") else uri


def domain_of(address: str) -> str:
    """What stands behind the `@` of an address, in lower case; "" where there is none."""
    return address.rpartition("@")[2].casefold() if "@" in address else ""
