"""The requests that the actions of a host become."""

from __future__ import annotations

WE_CAN = {
    "direct_media": False,
    "supports_direct_chat": True,
    "breakout_rooms": True,
    "breakout_capable": True,
}
"""What each join says of us."""

FREE_TO_GUESTS = {"direct-message", "personal-layout", "room-help", "leave-room", "captions"}
"""The actions of the table that a Guest may carry out on somebody else, or on nobody."""

# Action, what is so beforehand, the request it becomes and its body.
TOWARDS = [
    ("mute", {}, "mute", b""),
    ("mute", {"is_muted": "YES"}, "unmute", b""),
    ("spotlight", {}, "spotlighton", b""),
    ("spotlight", {"spotlight": 1_700_000_000.0}, "spotlightoff", b""),
    ("admit", {"waiting": True}, "unlock", b""),
    ("presentation-policy", {}, "denyrxpresentation", b""),
    ("presentation-policy", {"rx_presentation_policy": "DENY"}, "allowrxpresentation", b""),
    ("role", {}, "role", b'{"role":"chair"}'),
    ("role", {"role": "chair"}, "role", b'{"role":"guest"}'),
    ("hand", {"buzz_time": 1_700_000_000.0}, "clearbuzz", b""),
    ("video-mute", {}, "video_muted", b""),
    ("video-mute", {"is_video_muted": True}, "video_unmuted", b""),
    ("tx-mute", {}, "tx_mute", b""),
    ("tx-mute", {"is_tx_muted": True}, "tx_unmute", b""),
    ("hold", {}, "hold", b""),
    ("hold", {"is_on_hold": True}, "resume", b""),
    ("presentation-in-mix", {}, "pres_in_mix", b'{"state":true}'),
    ("presentation-in-mix", {"needs_presentation_in_mix": True}, "pres_in_mix", b'{"state":false}'),
    ("disconnect", {"waiting": True}, "disconnect", b""),
    ("studio-sound", {}, "studiosound", b'{"enabled":true}'),
    ("studio-sound", {"studiosound_enabled": True}, "studiosound", b'{"enabled":false}'),
    ("disconnect", {}, "disconnect", b""),
]
OF_CONFERENCE = [
    ("lock", "lock", "unlock"),
    ("mute-guests", "muteguests", "unmuteguests"),
    ("lower-hands", "clearallbuzz", "clearallbuzz"),
    ("clear-spotlights", "clearspotlights", "clearspotlights"),
    ("start", "start_conference", "start_conference"),
]
