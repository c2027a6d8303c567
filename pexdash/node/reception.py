"""Virtual Receptions: an alias that asks for a conference, and leads there."""

from __future__ import annotations

from collections.abc import Mapping

from pexdash.node.incoming_request import IncomingRequest
from pexdash.node.meeting import Meeting
from pexdash.node.refusals import Refusal


def lead_in(request: IncomingRequest, at: Meeting) -> Meeting:
    """The conference a request_token is for; Refusal where a reception has to ask (403, 404)."""
    reception = at.settings.reception
    if reception is None:
        return at
    wanted = request.text("conference_extension")
    if not wanted:
        raise Refusal(403, _question(reception, old=at.settings.old_shapes))
    target = request.premises.conferences.get(wanted)
    if target is None or target.settings.reception is not None:
        raise Refusal(404, "Conference extension not found")
    return target


def behind(conference: Meeting, token: str, conferences: Mapping[str, Meeting]) -> Meeting:
    """The conference a token from a reception belongs to; `conference` where it is no reception."""
    if conference.settings.reception is not None:
        for target in conferences.values():
            holder = target.tokens.holder(token)
            if holder is not None and target.came_by.get(holder) == conference.alias:
                return target
    return conference


def _question(kind: str, *, old: bool) -> dict[str, object]:
    if old:
        return {"conference_extension": kind}
    return {"conference_extension": "required", "conference_extension_type": kind}
