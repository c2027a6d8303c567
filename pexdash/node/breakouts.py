"""The requests of breakout rooms: to all of them, to one of them, and those of the Guests in one.

A request that the conference itself has too (lock, mute, ...) is handled as there, with the room
for its conference.
"""

from __future__ import annotations

from collections.abc import Callable

from pexdash.api import requests as table
from pexdash.api.requests import Request
from pexdash.node.breakout_room import BreakoutRoom, RoomPlan
from pexdash.node.conference import NodeConference
from pexdash.node.incoming_request import IncomingRequest
from pexdash.node.meeting import MAIN, MOST_ROOMS, Meeting
from pexdash.node.refusals import Refusal, bad_request


def _main_of(conference: NodeConference) -> Meeting:
    main = conference.main if isinstance(conference, BreakoutRoom) else conference
    assert isinstance(main, Meeting)
    return main


def _room_of(request: IncomingRequest) -> BreakoutRoom:
    room = request.conference
    if not isinstance(room, BreakoutRoom):
        raise bad_request("Not in a breakout room")
    return room


def _create(request: IncomingRequest) -> object:
    main, name = _main_of(request.conference), request.text("name").strip()
    if not name:
        raise bad_request("Illegal value for name")
    if len(main.rooms) >= MOST_ROOMS:
        raise bad_request("Too many breakout rooms")
    room = main.open_room(
        RoomPlan(
            name,
            request.text("description"),
            float(str(request.body.get("duration", 0))),
            request.text("end_action") or "transfer",
            request.body.get("guests_allowed_to_leave", True) is not False,
        )
    )
    people = request.body.get("participants", {})
    assert isinstance(people, dict), "checked against the table"
    main.fill(room, people, request.sender.uuid)
    return {"breakout_uuid": room.uuid}


def _message_to_all(request: IncomingRequest) -> object:
    payload = request.text("payload", most=request.premises.limits.message_bytes)
    kind = request.text("type") or "text/plain"
    for room in _main_of(request.conference).rooms.values():
        room.say(request.sender.uuid, payload, kind)
    return True


def _close_all(request: IncomingRequest) -> object:
    main = _main_of(request.conference)
    for uuid in list(main.rooms):
        main.close_room(uuid)
    return None


def _empty_all(request: IncomingRequest) -> object:
    main = _main_of(request.conference)
    for room in main.rooms.values():
        main.empty_room(room)
    return True


def _move(request: IncomingRequest) -> object:
    main, name = _main_of(request.conference), request.text("breakout_uuid")
    target = main if name == MAIN else main.rooms.get(name)
    if target is None:
        raise bad_request("Illegal value for breakout_uuid")
    uuids = request.body["participants"]
    assert isinstance(uuids, list), "checked against the table"
    main.move(uuids, request.conference, target, request.sender.uuid)
    return True


def _ask_for_help(request: IncomingRequest) -> object:
    _room_of(request).ask_for_help(True)
    return True


def _need_no_help(request: IncomingRequest) -> object:
    _room_of(request).ask_for_help(False)
    return True


def _leave(request: IncomingRequest) -> object:
    room = _room_of(request)
    if not room.plan.guests_allowed_to_leave:
        raise Refusal(403, "Guests may not leave this breakout room")
    _main_of(room).move([request.sender.uuid], room, _main_of(room))
    return True


def _guest_token(request: IncomingRequest) -> object:
    room = _room_of(request)
    return room.tokens.refer("guest", request.sender.display_name)


BREAKOUT_ROWS: tuple[tuple[Request, Callable[[IncomingRequest], object]], ...] = (
    (table.BREAKOUTS, _create),
    (table.BREAKOUTS_MESSAGE, _message_to_all),
    (table.BREAKOUTS_DISCONNECT, _close_all),
    (table.BREAKOUTS_EMPTY, _empty_all),
    (table.BREAKOUT_MOVE, _move),
    (table.BREAKOUT_BUZZ, _ask_for_help),
    (table.CLEAR_BREAKOUT_BUZZ, _need_no_help),
    (table.LEAVE_BREAKOUT, _leave),
    (table.REQUEST_GUEST_TOKEN, _guest_token),
)
