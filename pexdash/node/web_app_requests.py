"""The requests of Pexip's web app that are not in the table: its theme, and how its media fares.

This node has neither branding nor media; it answers so that the web app goes on.
"""

from __future__ import annotations

from collections.abc import Callable

from pexdash.api.request_fields import Field, optional
from pexdash.api.requests import FECC, Caller, Request, Result, Scope
from pexdash.node.incoming_request import IncomingRequest
from pexdash.node.refusals import bad_request
from pexdash.node.sdp import answer_to

THEME = Request("theme/", "GET", Scope.CONFERENCE, Caller.TOKEN, in_rooms=False)
"""The web app asks for it first; a node without branding has none (204)."""


def _of_call(name: str, *body: Field, result: Result = Result.TRUE) -> Request:
    return Request(name, "POST", Scope.CALL, Caller.SELF, body, result, since=None)


def _noted(request: IncomingRequest) -> object:
    return None


def _update(request: IncomingRequest) -> object:
    """The answer to another offer for a call."""
    offer = request.text("sdp", most=request.premises.limits.offer_bytes)
    if not offer:
        raise bad_request("Missing field sdp")
    uuid = request.media_call.uuid
    return {"call_uuid": uuid, "sdp": answer_to(offer, uuid)}


def _own_camera(request: IncomingRequest) -> object:
    return True


WEB_APP: dict[Request, Callable[[IncomingRequest], object]] = {
    _of_call("statistics"): _noted,
    _of_call("new_candidate", optional("candidate")): _noted,
    _of_call("update", Field("sdp"), result=Result.OBJECT): _update,
    _of_call("fecc", *FECC.body): _own_camera,
}
"""What each of these requests does, but for the theme."""
