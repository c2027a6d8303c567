"""What the later requests about participants do: names, cameras, hands, hold, direct messages."""

from __future__ import annotations

from collections.abc import Callable

from pexdash.api import requests as table
from pexdash.api.requests import Request
from pexdash.node.incoming_request import IncomingRequest
from pexdash.node.refusals import invalid_role

Handler = Callable[[IncomingRequest], object]
"""What it returns is the result of the answer; bytes are JSON already."""


def setting(**values: object) -> Handler:
    """What sets these wire fields of the participant whom a request is about."""

    def handle(request: IncomingRequest) -> object:
        request.conference.update(request.uuid, **values)
        return True

    return handle


def unmute(request: IncomingRequest) -> object:
    """Unmute somebody; a Guest may unmute themselves only where the conference lets Guests."""
    is_guest = request.sender.role != "chair"
    if is_guest and not request.conference.in_force.guests_can_unmute:
        raise invalid_role()
    request.conference.update(request.uuid, is_muted="NO")
    return True


def _raise_hand(request: IncomingRequest) -> object:
    if not request.conference.participants[request.uuid].buzz_time:
        request.conference.update(request.uuid, buzz_time=request.conference.clock.wall())
    return True


def _lower_hands(request: IncomingRequest) -> object:
    for uuid in list(request.conference.participants):
        request.conference.update(uuid, buzz_time=0)
    return True


def _clear_spotlights(request: IncomingRequest) -> object:
    for uuid in list(request.conference.participants):
        request.conference.update(uuid, spotlight=0)
    return True


def _name(request: IncomingRequest) -> object:
    """Without a text, the name on the picture is the participant's own again."""
    own = request.conference.participants[request.uuid].display_name
    request.conference.update(request.uuid, overlay_text=request.text("text") or own)
    return True


def _hold(on_hold: bool) -> Handler:
    def handle(request: IncomingRequest) -> object:
        request.conference.audience.tell(request.uuid, "on_hold", {"setting": on_hold})
        request.conference.update(request.uuid, is_on_hold=on_hold)
        return True

    return handle


def _present_in_mix(request: IncomingRequest) -> object:
    request.conference.update(request.uuid, needs_presentation_in_mix=request.body["state"])
    return True


def _move_camera(request: IncomingRequest) -> object:
    """The far end itself moves its camera: the node only tells it."""
    told = {name: request.body.get(name) for name in ("action", "movement", "timeout")}
    data = {name: value for name, value in told.items() if value is not None}
    request.conference.audience.tell(request.uuid, "fecc", data)
    return True


def _is_here(request: IncomingRequest) -> object:
    """Take it that somebody is there; this node removes nobody for being away."""
    return True


def _direct_message(request: IncomingRequest) -> object:
    """A chat line for one participant alone, where its client shows such."""
    sender, conference = request.sender, request.conference
    if sender.waiting or not conference.participants[request.uuid].supports_direct_chat:
        return False
    data = {
        "origin": sender.display_name,
        "type": request.text("type") or "text/plain",
        "payload": request.text("payload", most=request.premises.limits.message_bytes),
        "uuid": sender.uuid,
        "direct": True,
    }
    conference.audience.tell(request.uuid, "message_received", data)
    return True


LATER_ROWS: tuple[tuple[Request, Handler], ...] = (
    (table.CLEAR_ALL_BUZZ, _lower_hands),
    (table.CLEAR_SPOTLIGHTS, _clear_spotlights),
    (table.BUZZ, _raise_hand),
    (table.CLEAR_BUZZ, setting(buzz_time=0)),
    (table.CLIENT_MUTE, setting(is_client_muted=True)),
    (table.CLIENT_UNMUTE, setting(is_client_muted=False)),
    (table.VIDEO_MUTE, setting(is_video_muted=True)),
    (table.VIDEO_UNMUTE, setting(is_video_muted=False)),
    (table.TX_MUTE, setting(is_tx_muted=True)),
    (table.TX_UNMUTE, setting(is_tx_muted=False)),
    (table.FECC, _move_camera),
    (table.OVERLAY_TEXT, _name),
    (table.DIRECT_MESSAGE, _direct_message),
    (table.PRESENTATION_IN_MIX, _present_in_mix),
    (table.NOTIFY_NOT_AFK, _is_here),
    (table.HOLD, _hold(True)),
    (table.RESUME, _hold(False)),
)
"""The rows of the request table that this file answers, in the order of the table."""
