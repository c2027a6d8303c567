"""What each request of the table does to the conference, but for events and pictures."""

from __future__ import annotations

from dataclasses import astuple, fields

from pexdash.api import requests as table
from pexdash.api.requests import Request, Scope
from pexdash.node.breakouts import BREAKOUT_ROWS
from pexdash.node.call_requests import (
    acknowledge,
    checked_digits,
    disconnect_call,
    end_forbidden_presentation,
    make_call,
    release_floor,
    send_dtmf,
    take_floor,
)
from pexdash.node.dial_out import DialOut
from pexdash.node.incoming_request import IncomingRequest
from pexdash.node.layout_requests import LAYOUT_ROWS
from pexdash.node.participant_requests import LATER_ROWS, Handler, setting, unmute
from pexdash.node.refusals import bad_request
from pexdash.node.ringing import call_out, ringing_of
from pexdash.node.setting_requests import (
    available_pinning_configs,
    get_classification_level,
    get_clock,
    get_message_text,
    get_pinning_config,
    hide_live_captions,
    set_classification_level,
    set_clock,
    set_guests_can_present,
    set_guests_can_unmute,
    set_message_text,
    set_pinning_config,
    show_live_captions,
    silent_video_detection,
)
from pexdash.node.token_requests import refresh_token, release_token, request_token
from pexdash.node.transferring import transfer
from pexdash.node.web_app_requests import WEB_APP

REMOVED_BY_HOST = "Disconnected by another participant"


def _conference_status(request: IncomingRequest) -> object:
    return request.conference.status()


def _participants(request: IncomingRequest) -> object:
    return b"[%b]" % b", ".join(request.conference.seen_by(request.sender.uuid))


def _lock(request: IncomingRequest) -> object:
    request.conference.set_locked(True)
    return True


def _unlock(request: IncomingRequest) -> object:
    request.conference.set_locked(False)
    return True


def _start(request: IncomingRequest) -> object:
    request.conference.start()
    return True


def _mute_guests(request: IncomingRequest) -> object:
    request.conference.mute_guests(True)
    return True


def _unmute_guests(request: IncomingRequest) -> object:
    request.conference.mute_guests(False)
    return True


def _disconnect_all(request: IncomingRequest) -> object:
    request.conference.end()
    return True


def _message(request: IncomingRequest) -> object:
    if request.sender.waiting:
        return False
    payload = request.text("payload", most=request.premises.limits.message_bytes)
    request.conference.say(request.sender.uuid, payload, request.text("type") or "text/plain")
    return True


def _dial(request: IncomingRequest) -> object:
    known = [one.name for one in fields(DialOut)]
    dial_out = DialOut(**{name: request.text(name) for name in known if name in request.body})
    if not dial_out.destination.strip():
        raise bad_request("Illegal value for destination")
    if dial_out.dtmf_sequence:
        checked_digits(dial_out.dtmf_sequence)
    request.premises.make_room()
    conference = request.conference
    ringing = ringing_of(dial_out.destination)
    uuids = call_out(conference, dial_out, ringing, conference.tokens.make_uuid)
    for uuid in uuids:
        request.premises.note_texts(conference.participants[uuid], astuple(dial_out))
    return uuids


def _disconnect(request: IncomingRequest) -> object:
    request.conference.remove(request.uuid, REMOVED_BY_HOST)
    return True


def _admit(request: IncomingRequest) -> object:
    request.conference.admit(request.uuid)
    return True


def _role(request: IncomingRequest) -> object:
    request.conference.change_role(request.uuid, request.text("role"))
    end_forbidden_presentation(request.conference)
    return True


def _spotlight_on(request: IncomingRequest) -> object:
    if not request.conference.participants[request.uuid].spotlight:
        request.conference.update(request.uuid, spotlight=request.conference.clock.wall())
    return True


_ROWS: tuple[tuple[Request, Handler], ...] = (
    (table.REQUEST_TOKEN, request_token),
    (table.REFRESH_TOKEN, refresh_token),
    (table.RELEASE_TOKEN, release_token),
    (table.CONFERENCE_STATUS, _conference_status),
    (table.PARTICIPANTS, _participants),
    (table.LOCK, _lock),
    (table.UNLOCK, _unlock),
    (table.START_CONFERENCE, _start),
    (table.MUTE_GUESTS, _mute_guests),
    (table.UNMUTE_GUESTS, _unmute_guests),
    (table.DISCONNECT_ALL, _disconnect_all),
    (table.MESSAGE, _message),
    (table.DIAL, _dial),
    (table.SET_GUESTS_CAN_UNMUTE, set_guests_can_unmute),
    (table.SET_GUESTS_CAN_PRESENT, set_guests_can_present),
    (table.SILENT_VIDEO_DETECTION, silent_video_detection),
    (table.GET_CLASSIFICATION_LEVEL, get_classification_level),
    (table.SET_CLASSIFICATION_LEVEL, set_classification_level),
    (table.GET_MESSAGE_TEXT, get_message_text),
    (table.SET_MESSAGE_TEXT, set_message_text),
    (table.AVAILABLE_PINNING_CONFIGS, available_pinning_configs),
    (table.GET_PINNING_CONFIG, get_pinning_config),
    (table.SET_PINNING_CONFIG, set_pinning_config),
    (table.GET_CLOCK, get_clock),
    (table.SET_CLOCK, set_clock),
    (table.DISCONNECT, _disconnect),
    (table.MUTE, setting(is_muted="YES")),
    (table.UNMUTE, unmute),
    (table.ALLOW_PRESENTATION, setting(rx_presentation_policy="ALLOW")),
    (table.DENY_PRESENTATION, setting(rx_presentation_policy="DENY")),
    (table.SPOTLIGHT_ON, _spotlight_on),
    (table.SPOTLIGHT_OFF, setting(spotlight=0)),
    (table.ADMIT, _admit),
    (table.ROLE, _role),
    (table.DTMF, send_dtmf),
    (table.CALLS, make_call),
    (table.TRANSFER, transfer),
    (table.TAKE_FLOOR, take_floor),
    (table.RELEASE_FLOOR, release_floor),
    (table.SHOW_LIVE_CAPTIONS, show_live_captions),
    (table.HIDE_LIVE_CAPTIONS, hide_live_captions),
    (table.CALL_ACK, acknowledge),
    (table.CALL_DISCONNECT, disconnect_call),
    (table.CALL_DTMF, send_dtmf),
    *LATER_ROWS,
    *LAYOUT_ROWS,
    *BREAKOUT_ROWS,
    *WEB_APP.items(),
)

HANDLERS: dict[tuple[Scope, str], Handler] = {
    (row.scope, row.name): handler for row, handler in _ROWS
}
