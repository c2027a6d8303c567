"""From one conference of the node to another (transfer, and the `refer` event of today)."""

from __future__ import annotations

from pexdash.node.call import Call
from pexdash.node.conference import NodeConference
from pexdash.node.participant import NodeParticipant

_KEPT = (
    "vendor",
    "overlay_text",
    "call_direction",
    "call_tag",
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


def transfer(call: Call) -> object:
    """Move a participant; False where the alias, the PIN or the moment is wrong.

    Neither the guide nor today's clients know of another refusal. A client is told by `refer`
    where to ask for its next token, and joins by asking.
    """
    here, one = call.conference, call.conference.participants[call.uuid]
    role, target = call.text("role"), call.conferences.get(call.text("conference_alias"))
    if target is None or target is here or target.settings.reception is not None:
        return False
    if one.service_type == "connecting" or not target.settings.admits(role, call.text("pin")):
        return False
    if here.tokens.has(one.uuid):
        token = target.tokens.invite(role, one.display_name)
        here.audience.tell(one.uuid, "refer", {"alias": target.alias, "token": token})
        here.leave(one.uuid)
    else:
        here.leave(one.uuid)
        _take_in(target, one, role)
    return True


def _take_in(target: NodeConference, one: NodeParticipant, role: str) -> None:
    target.join(
        one.display_name,
        role=role,
        protocol=one.protocol,
        uri=one.uri,
        uuid=target.tokens.make_uuid(),
        **{name: getattr(one, name) for name in _KEPT},
    )
