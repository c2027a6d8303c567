"""Moving a participant to another conference of the node (transfer, and today's `refer` event)."""

from __future__ import annotations

from pexdash.node.conference import NodeConference
from pexdash.node.incoming_request import IncomingRequest
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


def transfer(request: IncomingRequest) -> object:
    """Move a participant; False where the alias, the PIN or the moment is wrong.

    Neither the guide nor today's clients know another refusal. A `refer` event tells a client where
    to ask for its next token; it joins there by asking.
    """
    here, one = request.conference, request.conference.participants[request.uuid]
    role, pin = request.text("role"), request.text("pin")
    target = request.premises.conferences.get(request.text("conference_alias"))
    if target is None or target is here or target.settings.reception is not None:
        return False
    if pin:
        request.premises.tries.check(request.address)
    if not target.settings.admits(role, pin):
        if pin:
            request.premises.tries.note_wrong(request.address)
        return False
    if one.service_type == "connecting":
        return False
    if here.tokens.has(one.uuid):
        token = target.tokens.refer(role, one.display_name)
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
