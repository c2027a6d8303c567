"""The requests that the actions of a host become."""

from __future__ import annotations

WE_CAN = {
    "direct_media": False,
    "supports_direct_chat": True,
    "breakout_rooms": True,
    "breakout_capable": True,
}
"""What each join says of us."""

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
    ("studio-sound", {}, "studiosound", b'{"enabled":true}'),
    ("studio-sound", {"studiosound_enabled": True}, "studiosound", b'{"enabled":false}'),
    ("disconnect", {}, "disconnect", b""),
]
OF_CONFERENCE = [
    ("lock", "lock", "unlock"),
    ("mute-guests", "muteguests", "unmuteguests"),
    ("lower-hands", "clearallbuzz", "clearallbuzz"),
    ("start", "start_conference", "start_conference"),
]
