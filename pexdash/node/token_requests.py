"""The token requests: who gets in, as what, and for how long (request_token, refresh_token)."""

from __future__ import annotations

from pexdash.node.conference import NodeConference
from pexdash.node.incoming_request import IncomingRequest
from pexdash.node.meeting import Meeting
from pexdash.node.participant import NodeParticipant
from pexdash.node.reception import lead_in
from pexdash.node.refusals import Refusal, invalid_token
from pexdash.node.settings import NO_PIN
from pexdash.node.signing_in import signed_in
from pexdash.node.tokens import Referral

VERSION = {"version_id": "39", "pseudo_version": "79019.0.0"}
ROOMS_WORDS = ("breakout_rooms", "breakout_capable")
"""The fields by which one client or another says whether it knows breakout rooms."""


def request_token(request: IncomingRequest) -> object:
    """Make the caller an API participant and give it a token, or ask for what is missing (403)."""
    request.premises.make_room()
    at, identity = request.premises.conferences[request.conference.alias], None
    conference, referral = _referral(request, at)
    if referral is not None:
        role = referral.role
    else:
        conference = lead_in(request, at)
        identity = signed_in(request, conference, VERSION)
        role = _role_for(request, conference)
    known = referral or identity
    one = conference.join(
        request.text("display_name") or (known.name if known else "") or "Guest",
        role=role,
        protocol="api",
        uri=f"Infinity_Connect_{request.address}",
        uuid=conference.tokens.make_uuid(),
        vendor=request.headers.get("user-agent", "")[: request.premises.limits.field_bytes],
        call_tag=request.text("call_tag"),
        supports_direct_chat=request.body.get("supports_direct_chat") is True,
        is_idp_authenticated=identity is not None,
    )
    request.premises.sign_ins.use_up(request.text("sso_token"))
    request.premises.note_texts(one, (one.display_name, one.call_tag, one.vendor))
    if isinstance(conference, Meeting) and _knows_rooms(request):
        conference.hearing_rooms.add(one.uuid)
    if conference not in at.places():
        conference.came_by[one.uuid] = request.conference.alias
    if role == "chair" and request.body.get("start_conference_if_host") is True:
        conference.start()
    answer = _token_result(conference, one)
    if identity is not None:
        answer["idp_uuid"] = identity.provider.uuid
    return answer


def _knows_rooms(request: IncomingRequest) -> bool:
    """Whether a client is to be told of rooms: Pexip's web app is, and says nothing of it."""
    said = [request.body.get(name) for name in ROOMS_WORDS]
    return True in said or False not in said


def refresh_token(request: IncomingRequest) -> object:
    """A new token for the caller; the old one is dead for requests."""
    tokens = request.conference.tokens
    token = tokens.issue(request.sender.uuid)
    return {"token": token, "expires": f"{tokens.expires:g}", "role": _token_role(request.sender)}


def release_token(request: IncomingRequest) -> object:
    """The caller leaves."""
    request.conference.leave(request.sender.uuid)
    return True


def _referral(request: IncomingRequest, at: Meeting) -> tuple[NodeConference, Referral | None]:
    """The referral of a one-time token, and the conference or breakout room that it leads to.

    Older clients send the token as a header.
    """
    token = request.text("token")
    for place in at.places():
        referral = place.tokens.redeem(token or request.received.token or "")
        if referral is not None:
            return place, referral
    if token:
        raise invalid_token()
    return at, None


def _role_for(request: IncomingRequest, conference: NodeConference) -> str:
    settings, pin = conference.settings, request.headers.get("pin", "")
    if settings.host_pin is not None and not pin:
        guest_pin = NO_PIN if settings.guest_pin is None else "required"
        raise Refusal(403, {"pin": "required", "guest_pin": guest_pin, "version": VERSION})
    is_guess = settings.host_pin is not None and pin != NO_PIN
    if is_guess:
        request.premises.tries.check(request.address)
    role = settings.role_of(pin)
    if role is None:
        if is_guess:
            request.premises.tries.note_wrong(request.address)
        raise Refusal(403, "Invalid PIN")
    return role


def _token_result(conference: NodeConference, one: NodeParticipant) -> dict[str, object]:
    return {
        "token": conference.hand_token(one.uuid),
        "expires": f"{conference.tokens.expires:g}",
        "participant_uuid": one.uuid,
        "display_name": one.display_name,
        "role": _token_role(one),
        "version": VERSION,
        "service_type": conference.settings.service_type,
        "current_service_type": one.service_type,
        "conference_name": conference.alias,
        "service_name": conference.alias,
        "call_tag": one.call_tag,
        "idp_uuid": "",
        "call_type": "video",
        "chat_enabled": True,
        "fecc_enabled": False,
        "rtmp_enabled": True,
        "rtsp_enabled": False,
        "vp9_enabled": True,
        "allow_1080p": True,
        "analytics_enabled": False,
        "guests_can_present": conference.in_force.guests_can_present,
        "trickle_ice_enabled": True,
        "route_via_registrar": False,
        "direct_media": False,
        "use_relay_candidates_only": False,
        "breakout_rooms": conference.status()["breakout_rooms"],
        "live_captions_available": conference.settings.live_captions,
        "stun": [{"url": "stun:stun.example.com:3478"}],
        "turn": [],
        "bandwidth_in": 4096,
        "bandwidth_out": 4096,
        "pex_datachannel_id": 0,
        "client_stats_update_interval": 4411.068996234768,
    }


def _token_role(one: NodeParticipant) -> str:
    return "HOST" if one.role == "chair" else "GUEST"
