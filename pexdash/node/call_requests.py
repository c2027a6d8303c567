"""The requests that make, start and end a media call, and DTMF (calls, ack, disconnect, dtmf)."""

from __future__ import annotations

import uuid as uuids

from pexdash.api.request_fields import DTMF
from pexdash.listening import host_in, in_url
from pexdash.node.conference import NodeConference
from pexdash.node.incoming_request import IncomingRequest
from pexdash.node.media_calls import ENDED_BY_REQUEST, WEBRTC, NodeCall
from pexdash.node.refusals import Refusal, bad_request, out_of_resource
from pexdash.node.sdp import answer_to

_RTMP_PORT, _RTMPS_PORT = 40002, 40003


def make_call(request: IncomingRequest) -> object:
    """Add a WebRTC or RTMP call of a client; 403 for one who would present and must not."""
    limits = request.premises.limits
    kind, present = request.text("call_type"), request.text("present")
    offer = request.text("sdp", most=limits.offer_bytes)
    if kind == WEBRTC and not offer:
        raise bad_request("Missing field sdp")
    if present == "send":
        _check_may_present(request)
    if len(request.conference.calls.of(request.uuid)) >= limits.calls:
        raise out_of_resource()
    bandwidth = request.body.get("bandwidth")
    media = NodeCall(
        # Who knows the uuid of an RTMP call may stream: it comes from the system's randomness.
        str(uuids.uuid4()),
        request.uuid,
        kind,
        present,
        streaming=request.text("streaming") == "true",
        bandwidth=bandwidth if isinstance(bandwidth, int | float) else None,
    )
    if kind == WEBRTC:
        given = {"sdp": answer_to(offer, media.uuid)}
    else:
        given = _rtmp_urls(request.headers.get("host", ""), media.uuid)
    request.conference.add_call(media)
    return {"call_uuid": media.uuid, **given}


def take_floor(request: IncomingRequest) -> object:
    """Present by the main call, in place of whoever did; 403 for one who has none, or must not."""
    conference = request.conference
    _check_may_present(request)
    if not conference.calls.can_present(request.uuid):
        raise Refusal(403, "Presentation rejected")
    conference.present(request.uuid)
    return None


def release_floor(request: IncomingRequest) -> object:
    """Present no more."""
    if request.conference.presenting.presenter == request.uuid:
        request.conference.stop_presenting()
    return None


def acknowledge(request: IncomingRequest) -> object:
    """Start the media of a WebRTC call; 403 for one who would present and must not any more."""
    media = request.media_call
    if media.kind != WEBRTC:
        raise bad_request("Only WebRTC calls are acknowledged")
    if media.present == "send":
        _check_may_present(request)
    if not media.connected:
        request.conference.connect_call(media)
    return True


def disconnect_call(request: IncomingRequest) -> object:
    """End a call; the result is null, as of today's nodes."""
    request.conference.end_call(request.media_call, ENDED_BY_REQUEST)
    return None


def send_dtmf(request: IncomingRequest) -> object:
    """Note digits in the conference's log, for a participant or for one of its calls."""
    request.conference.note_dtmf(
        request.uuid, checked_digits(request.text("digits")), request.call_uuid
    )
    return True


def checked_digits(digits: str) -> str:
    """`digits`, or Refusal 400 where they are no DTMF digits; a comma is a pause."""
    if not DTMF.fullmatch(digits):
        raise bad_request("Illegal value")
    return digits


def end_forbidden_presentation(conference: NodeConference) -> None:
    """Let somebody who must not present any more stop."""
    presenter = conference.participants.get(conference.presenting.presenter or "")
    if presenter is not None and not conference.in_force.may_present(presenter.role):
        conference.stop_presenting()


def _check_may_present(request: IncomingRequest) -> None:
    conference = request.conference
    one = conference.participants.get(request.uuid, request.sender)
    if one.waiting or not conference.in_force.may_present(one.role):
        raise Refusal(403, "Presentation rejected")


def _rtmp_urls(host_header: str, uuid: str) -> dict[str, str]:
    host = in_url(host_in(host_header) or "127.0.0.1")
    return {
        "url": f"rtmp://{host}:{_RTMP_PORT}/pexip/{uuid}",
        "secure_url": f"rtmps://{host}:{_RTMPS_PORT}/pexip/{uuid}",
    }
