"""Moving a participant to another conference of the node (transfer, and today's `refer` event)."""

from __future__ import annotations

from pexdash.node.incoming_request import IncomingRequest
from pexdash.node.moving import take_in


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
        take_in(target, one, role, target.tokens.make_uuid())
    return True
