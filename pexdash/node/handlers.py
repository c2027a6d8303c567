"""What each request of the table does to the conference; events and pictures are apart."""

from __future__ import annotations

from collections.abc import Callable

from pexdash.api import requests as table
from pexdash.api.requests import Request, Scope
from pexdash.node import snapshot
from pexdash.node.call import Call
from pexdash.node.calling import (
    acknowledge,
    checked_digits,
    disconnect_call,
    make_call,
    send_dtmf,
)
from pexdash.node.dialling import DialOut, call_out, ending_of
from pexdash.node.joining import refresh_token, release_token, request_token
from pexdash.node.refusals import bad_request
from pexdash.node.transferring import transfer

REMOVED_BY_HOST = "Disconnected by another participant"

Handler = Callable[[Call], object]


def _conference_status(call: Call) -> object:
    return snapshot.status(call.conference)


def _participants(call: Call) -> object:
    return [one.wire() for one in snapshot.visible_to(call.conference, call.sender.uuid)]


def _lock(call: Call) -> object:
    call.conference.set_locked(True)
    return True


def _unlock(call: Call) -> object:
    call.conference.set_locked(False)
    return True


def _start(call: Call) -> object:
    call.conference.start()
    return True


def _mute_guests(call: Call) -> object:
    call.conference.mute_guests(True)
    return True


def _unmute_guests(call: Call) -> object:
    call.conference.mute_guests(False)
    return True


def _disconnect_all(call: Call) -> object:
    call.conference.end()
    return True


def _message(call: Call) -> object:
    if call.sender.waiting:
        return False
    kind = str(call.body.get("type", "text/plain"))
    call.conference.say(call.sender.uuid, str(call.body["payload"]), kind)
    return True


def _dial(call: Call) -> object:
    given = {one.name: call.text(one.name) for one in table.DIAL.body if one.name in call.body}
    dial_out = DialOut(**given)
    if not dial_out.destination.strip():
        raise bad_request("Illegal value for destination")
    if dial_out.dtmf_sequence:
        checked_digits(dial_out.dtmf_sequence)
    conference = call.conference
    ending = ending_of(dial_out.destination)
    return call_out(conference, dial_out, ending, conference.tokens.make_uuid)


def _disconnect(call: Call) -> object:
    call.conference.remove(call.uuid, REMOVED_BY_HOST)
    return True


def _admit(call: Call) -> object:
    call.conference.admit(call.uuid)
    return True


def _role(call: Call) -> object:
    call.conference.change_role(call.uuid, str(call.body["role"]))
    return True


def _spotlight_on(call: Call) -> object:
    if not call.conference.participants[call.uuid].spotlight:
        call.conference.update(call.uuid, spotlight=call.conference.clock.wall())
    return True


def _raise_hand(call: Call) -> object:
    if not call.conference.participants[call.uuid].buzz_time:
        call.conference.update(call.uuid, buzz_time=call.conference.clock.wall())
    return True


def _lower_hands(call: Call) -> object:
    for uuid in list(call.conference.participants):
        call.conference.update(uuid, buzz_time=0)
    return True


def _setting(**fields: object) -> Handler:
    def handle(call: Call) -> object:
        call.conference.update(call.uuid, **fields)
        return True

    return handle


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
    (table.CLEAR_ALL_BUZZ, _lower_hands),
    (table.DISCONNECT, _disconnect),
    (table.MUTE, _setting(is_muted="YES")),
    (table.UNMUTE, _setting(is_muted="NO")),
    (table.ALLOW_PRESENTATION, _setting(rx_presentation_policy="ALLOW")),
    (table.DENY_PRESENTATION, _setting(rx_presentation_policy="DENY")),
    (table.SPOTLIGHT_ON, _spotlight_on),
    (table.SPOTLIGHT_OFF, _setting(spotlight=0)),
    (table.ADMIT, _admit),
    (table.ROLE, _role),
    (table.DTMF, send_dtmf),
    (table.CALLS, make_call),
    (table.TRANSFER, transfer),
    (table.BUZZ, _raise_hand),
    (table.CLEAR_BUZZ, _setting(buzz_time=0)),
    (table.CALL_ACK, acknowledge),
    (table.CALL_DISCONNECT, disconnect_call),
    (table.CALL_DTMF, send_dtmf),
)

HANDLERS: dict[tuple[Scope, str], Handler] = {
    (request.scope, request.name): handler for request, handler in _ROWS
}
