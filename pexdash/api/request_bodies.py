"""The fields of the requests that have several, as the table of requests needs them."""

from __future__ import annotations

from pexdash.api.request_fields import (
    ANY_NAME,
    Field,
    Kind,
    flag,
    nested,
    number,
    optional,
    optional_flags,
)

ROLES = ("chair", "guest")
_TODAYS_ROLES = (*ROLES, "host")
SETTING = flag("setting")
TEXT = optional("text")
FRAME = optional("id")
MESSAGE_FIELDS = (optional("type"), Field("payload"))
JOIN_FIELDS = (
    optional("display_name"),
    optional("conference_extension"),
    optional("call_tag"),
    optional("chosen_idp"),
    optional("sso_token", Kind.SECRET),
    optional("sso_redirect_target"),
    optional("node"),
    optional("token", Kind.SECRET),
    optional("client_id"),
    *optional_flags(
        "direct_media",
        "supports_direct_chat",
        "breakout_rooms",
        "breakout_capable",
        "start_conference_if_host",
    ),
)
DIAL_FIELDS = (
    Field("role", choices=_TODAYS_ROLES),
    Field("destination"),
    Field("protocol", choices=("sip", "h323", "rtmp", "mssip", "auto")),
    optional("presentation_url"),
    optional("streaming", Kind.TEXT, "yes", "no"),
    optional("dtmf_sequence"),
    optional("source_display_name"),
    optional("source"),
    optional("call_type", Kind.TEXT, "video", "video-only", "audio"),
    optional(
        "keep_conference_alive",
        Kind.TEXT,
        "keep_conference_alive",
        "keep_conference_alive_if_multiple",
        "keep_conference_alive_never",
    ),
    optional("remote_display_name"),
    TEXT,
    flag("prefer_ipv6", required=False),
    nested("custom_sip_headers", Field(ANY_NAME), required=False),
)
CALL_FIELDS = (
    Field("call_type", choices=("WEBRTC", "RTMP")),
    optional("sdp"),
    optional("present", Kind.TEXT, "send", "receive"),
    optional("streaming", Kind.TEXT, "true", "false"),
    number("bandwidth", required=False),
)
TRANSFER_FIELDS = (
    Field("role", choices=_TODAYS_ROLES),
    Field("conference_alias"),
    optional("pin", Kind.SECRET),
)
TRANSFORMS = nested(
    "transforms",
    optional("layout"),
    optional("host_layout"),
    optional("guest_layout"),
    *optional_flags(
        "enable_overlay_text",
        "enable_active_speaker_indication",
        "enable_extended_ac",
        "recording_indicator",
        "streaming_indicator",
        "transcribing_indicator",
    ),
    optional("free_form_overlay_text", Kind.TEXTS),
    nested(
        "streaming",
        optional("layout"),
        *optional_flags("waiting_screen_enabled", "plus_n_pip_enabled", "indicators_enabled"),
        required=False,
    ),
)
SILENCE = nested(
    "config",
    flag("enable", required=False),
    number("silent_after", 1, 120, required=False),
    flag("require_no_faces", required=False),
    number("reactivate_after", 1, 5, required=False),
)
CLOCK_FIELDS = (
    Field("type", choices=("remaining", "elapsed", "time")),
    number("starting_value", required=False),
    optional("prefix"),
    optional("suffix"),
    optional("date"),
)
ROOM_FIELDS = (
    Field("name"),
    optional("description"),
    number("duration", required=False),
    optional("end_action", Kind.TEXT, "transfer", "disconnect"),
    nested("participants", Field(ANY_NAME, Kind.TEXTS), required=False),
    flag("guests_allowed_to_leave", required=False),
)
CAMERA_FIELDS = (
    Field("action", choices=("start", "stop", "continue")),
    optional("target"),
    nested(
        "movement",
        Field("axis", choices=("pan", "tilt", "zoom")),
        Field("direction", choices=("left", "right", "up", "down", "in", "out")),
        required=False,
        kind=Kind.OBJECTS,
    ),
    number("timeout", required=False),
)
