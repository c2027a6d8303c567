"""The token requests: who gets in, as what, and for how long (request_token, refresh_token)."""

from __future__ import annotations

from pexdash.node.call import Call
from pexdash.node.participant import NodeParticipant
from pexdash.node.refusals import Refusal
from pexdash.node.settings import ConferenceSettings

VERSION = {"version_id": "36", "pseudo_version": "79019.0.0"}
NO_PIN = "none"


def request_token(call: Call) -> object:
    """Make the caller an API participant and give it a token, or ask for a PIN (403)."""
    conference = call.conference
    role = _role_for(call.headers.get("pin", ""), conference.settings)
    one = conference.join(
        str(call.body.get("display_name") or "Guest"),
        role=role,
        protocol="api",
        uri=f"Infinity_Connect_{call.address}",
        uuid=conference.tokens.make_uuid(),
        vendor=call.headers.get("user-agent", ""),
        call_tag=_text(call.body.get("call_tag")),
        supports_direct_chat=call.body.get("supports_direct_chat") is True,
    )
    return _token_result(call, one)


def refresh_token(call: Call) -> object:
    """A new token for the caller; the old one is dead for requests."""
    token = call.conference.tokens.issue(call.sender.uuid)
    return {"token": token, "expires": _expires(call), "role": _token_role(call.sender)}


def release_token(call: Call) -> object:
    """The caller leaves."""
    call.conference.leave(call.sender.uuid)
    return True


def _role_for(pin: str, settings: ConferenceSettings) -> str:
    if settings.host_pin is None or pin == settings.host_pin:
        return "chair"
    if not pin:
        guest_pin = NO_PIN if settings.guest_pin is None else "required"
        raise Refusal(403, {"pin": "required", "guest_pin": guest_pin, "version": VERSION})
    if pin == (NO_PIN if settings.guest_pin is None else settings.guest_pin):
        return "guest"
    raise Refusal(403, "Invalid PIN")


def _token_result(call: Call, one: NodeParticipant) -> dict[str, object]:
    conference = call.conference
    return {
        "token": conference.hand_token(one.uuid),
        "expires": _expires(call),
        "participant_uuid": one.uuid,
        "display_name": one.display_name,
        "role": _token_role(one),
        "version": VERSION,
        "service_type": "conference",
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
        "guests_can_present": True,
        "trickle_ice_enabled": True,
        "route_via_registrar": False,
        "direct_media": False,
        "use_relay_candidates_only": False,
        "breakout_rooms": False,
        "live_captions_available": False,
        "stun": [{"url": "stun:stun.example.com:3478"}],
        "turn": [],
        "bandwidth_in": 4096,
        "bandwidth_out": 4096,
        "pex_datachannel_id": 0,
        "client_stats_update_interval": 4411.068996234768,
    }


def _expires(call: Call) -> str:
    return f"{call.conference.tokens.expires:g}"


def _token_role(one: NodeParticipant) -> str:
    return "HOST" if one.role == "chair" else "GUEST"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
