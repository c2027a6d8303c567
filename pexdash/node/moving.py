"""Whoever leaves one conference for another, and all that they bring with them."""

from __future__ import annotations

from pexdash.node.conference import NodeConference
from pexdash.node.participant import NodeParticipant

_KEPT = (
    "vendor",
    "overlay_text",
    "call_direction",
    "call_tag",
    "is_idp_authenticated",
    "supports_direct_chat",
    "encryption",
    "has_media",
    "is_client_muted",
    "is_video_muted",
    "is_video_call",
    "is_audio_only_call",
    "presentation_supported",
    "mute_supported",
    "fecc_supported",
    "is_external",
    "external_node_uuid",
    "is_streaming_conference",
    "is_recording",
)


def take_in(target: NodeConference, one: NodeParticipant, role: str, uuid: str) -> None:
    """Let somebody who left another conference join as `uuid`, with all that they brought."""
    there = target.join(
        one.display_name,
        role=role,
        protocol=one.protocol,
        uri=one.uri,
        uuid=uuid,
        **{name: getattr(one, name) for name in _KEPT},
    )
    there.text_bytes = one.text_bytes
