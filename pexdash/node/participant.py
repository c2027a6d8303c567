"""A participant as the node keeps it: the wire object of participant_create, field by field."""

from __future__ import annotations

import random
import uuid as uuids
from dataclasses import dataclass, field, fields
from operator import attrgetter

from pexdash.node.wire.sent_events import json_bytes


def _main_mix() -> dict[str, object]:
    return {"mix_name": "main", "timestamp": 0}


def _main_audio() -> list[object]:
    return [{"mix_name": "main", "prominent": False}]


@dataclass(slots=True, eq=False)
class NodeParticipant:
    """One participant in the types of the wire (API guide, participant_create, and later fields).

    Times are Unix times as floats, 0 for "not", as is `start_time` while a call rings. `extra`
    holds fields this version does not know; they are sent with the others. `text_bytes` is how
    large the texts are that the request had which brought the participant in; nobody is told.
    """

    uuid: str
    display_name: str = ""
    overlay_text: str = ""
    uri: str = ""
    vendor: str = ""
    local_alias: str = ""
    role: str = "guest"
    service_type: str = "conference"
    protocol: str = "webrtc"
    call_direction: str = "in"
    call_tag: str = ""
    encryption: str = "On"
    start_time: float = 0
    has_media: bool = True
    is_muted: str = "NO"
    is_client_muted: bool = False
    is_tx_muted: bool = False
    is_video_muted: bool = False
    is_video_silent: bool = False
    is_main_video_dropped_out: bool = False
    is_video_call: str = "YES"
    is_audio_only_call: str = "NO"
    is_presenting: str = "NO"
    presentation_supported: str = "YES"
    rx_presentation_policy: str = "ALLOW"
    needs_presentation_in_mix: bool = False
    spotlight: float = 0
    buzz_time: float = 0
    mute_supported: str = "YES"
    disconnect_supported: str = "YES"
    transfer_supported: str = "YES"
    fecc_supported: str = "NO"
    is_external: bool = False
    external_node_uuid: str = ""
    is_conjoined: bool = False
    is_streaming_conference: bool = False
    is_public_streaming: bool = False
    is_recording: bool = False
    is_transcribing: bool = False
    is_ai_enabled: bool = False
    is_on_hold: bool = False
    is_transferring: bool = False
    is_idp_authenticated: bool = False
    show_live_captions: bool = False
    supports_direct_chat: bool = False
    can_receive_personal_mix: bool = False
    receive_from_video_mix: dict[str, object] = field(default_factory=_main_mix)
    send_to_audio_mixes: list[object] = field(default_factory=_main_audio)
    receive_from_audio_mix: str = "main"
    layout_group: str | None = None
    studiosound_enabled: bool | None = None
    extra: dict[str, object] = field(default_factory=dict)
    text_bytes: int = 0
    _json: dict[bool, bytes] = field(default_factory=dict, init=False, repr=False)
    _json_of: object = field(default=None, init=False, repr=False)

    @property
    def waiting(self) -> bool:
        """Whether the participant is held in the waiting room."""
        return self.service_type == "waiting_room"

    @property
    def seated(self) -> bool:
        """Whether the participant can be seen or heard: in, with media, and no recorder."""
        return (
            self.has_media
            and self.service_type in ("conference", "lecture")
            and not self.is_streaming_conference
        )

    @property
    def can_speak(self) -> bool:
        """Whether the others would hear the participant."""
        return self.seated and self.is_muted != "YES" and not self.is_client_muted

    def change(self, values: dict[str, object]) -> bool:
        """Set wire fields by name; False where every value was there already."""
        changed = False
        for name, value in values.items():
            if name in _NAMES:
                if getattr(self, name) != value:
                    setattr(self, name, value)
                    changed = True
            elif name not in self.extra or self.extra[name] != value:
                self.extra = {**self.extra, name: value}
                changed = True
        return changed

    def wire_json(self, *, to_guest: bool = False) -> bytes:
        """`wire()` as JSON, which is kept until something changes; a Guest does not see it all."""
        values = (_VALUES(self), self.extra)
        if self._json_of != values:
            self._json_of, self._json = values, {}
        if to_guest not in self._json:
            hidden = _HIDDEN_FROM_GUESTS if to_guest else {}
            self._json[to_guest] = json_bytes(self.wire() | hidden)
        return self._json[to_guest]

    def wire(self) -> dict[str, object]:
        """The JSON object of participant_create and participant_update."""
        values: dict[str, object] = dict(zip(_ORDER, _VALUES(self), strict=True))
        values["api_url"] = f"/participants/{self.uuid}"
        values.update(self.extra)
        return values


_HIDDEN_FROM_GUESTS: dict[str, object] = {"uri": "", "vendor": "", "protocol": ""}
_NO_FIELDS = ("extra", "text_bytes", "_json", "_json_of")
_ORDER = tuple(one.name for one in fields(NodeParticipant) if one.name not in _NO_FIELDS)
_NAMES = frozenset(_ORDER)
_VALUES = attrgetter(*_ORDER)


def media_fields(has_media: bool) -> dict[str, object]:
    """The wire fields that say whether a participant has media, by name."""
    yes = "YES" if has_media else "NO"
    return {
        "has_media": has_media,
        "is_video_call": yes,
        "presentation_supported": yes,
        "mute_supported": yes,
    }


def protocol_fields(protocol: str) -> dict[str, object]:
    """The wire fields of somebody who comes by `protocol`, by name."""
    is_webrtc = protocol == "webrtc"
    return media_fields(protocol != "api") | {
        "supports_direct_chat": is_webrtc,
        "can_receive_personal_mix": is_webrtc,
    }


def make_uuid(rng: random.Random) -> str:
    """A version 4 UUID in lower case, from `rng`."""
    return str(uuids.UUID(int=rng.getrandbits(128), version=4))
