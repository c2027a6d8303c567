"""What a conference with identity providers asks of whoever joins (request_token, 403)."""

from __future__ import annotations

from pexdash.node.conference import NodeConference
from pexdash.node.incoming_request import IncomingRequest
from pexdash.node.refusals import Refusal, bad_request
from pexdash.node.sign_in_page import path_of
from pexdash.node.sign_ins import Identity, Provider, is_target, providers_of

NOT_ACCEPTED = "SSO Authentication Failed"
_NOTHING = ("", "none")
"""How today's clients leave a field of a sign-in out."""


def signed_in(
    request: IncomingRequest, conference: NodeConference, version: object
) -> Identity | None:
    """Who joins, where the conference wants a sign-in; raises Refusal 403 for what is missing.

    None where it wants none.
    """
    providers = providers_of(conference.settings)
    if not providers:
        return None
    if (token := request.text("sso_token")) not in _NOTHING:
        identity = request.premises.sign_ins.identity(token, conference.alias)
        if identity is None:
            raise Refusal(403, NOT_ACCEPTED)
        if not identity.name and not request.text("display_name"):
            raise Refusal(403, {"display_name": "required"})
        return identity
    chosen = request.text("chosen_idp")
    for provider in providers:
        if provider.uuid == chosen:
            raise Refusal(403, _to_the_page(request, conference, provider, version))
    listed = [{**one._asdict(), "disable_popup_flow": True} for one in providers]
    raise Refusal(403, {"idp": listed, "version": version})


def _to_the_page(
    request: IncomingRequest, conference: NodeConference, provider: Provider, version: object
) -> dict[str, object]:
    target = request.text("sso_redirect_target")
    if target and not is_target(target):
        raise bad_request("Illegal value for sso_redirect_target")
    key = request.premises.sign_ins.begin(
        conference.alias,
        provider,
        request.text("display_name"),
        target,
        request.headers.get("origin", ""),
    )
    return {
        "redirect_url": f"http://{request.headers.get('host', '')}{path_of(key)}",
        "redirect_idp": provider._asdict(),
        "disable_popup_flow": True,
        "version": version,
    }
