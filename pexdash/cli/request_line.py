"""Reads a request of the client API from a command line, and checks it before it is sent."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pexdash.api.participants import uuid_of
from pexdash.api.requests import EVENTS, REQUESTS, Request, Scope
from pexdash.cli.request_values import read_fields, told_fields
from pexdash.errors import BadAnswer, UsageFault
from pexdash.session.membership.asked import OURSELVES, UUID, Asked
from pexdash.text import clean

_LOOKS_LIKE_FIELD = re.compile(r"[A-Za-z_]+(\.[^=\s]*)?=")
_STEPS = (".", "..")
"""What an address has for a step on its way, so that the request would arrive elsewhere."""
_TARGETS = {
    Scope.NODE: "",
    Scope.CONFERENCE: "",
    Scope.MIX: "MIX",
    Scope.PARTICIPANT: "PARTICIPANT",
    Scope.CALL: "PARTICIPANT/CALL",
}


def read_request(name: str, words: Sequence[str], *, room: str | None = None) -> Asked:
    """The request called `name`, with the target and fields in `words`, for a room or for none.

    Raises UsageFault for an unknown request, and for a wrong room, target or field.
    """
    if not any(request.name == name for request in REQUESTS):
        raise UsageFault(f"there is no request {clean(name)!r}. There are:\n{request_table()}")
    if name == EVENTS.name:
        raise UsageFault("the events are no single answer: see `pexdash events`")
    target = ""
    if words and not _LOOKS_LIKE_FIELD.match(words[0]):
        target, *words = words
        if not target.strip():
            # A script's empty variable must not turn a participant's request into everyone's.
            raise UsageFault(f"{name}: PARTICIPANT is empty")
    request, target, call = _addressed(name, target)
    if room is not None:
        _check_room(request, target, room)
    if call in _STEPS or (request.scope is Scope.MIX and target in _STEPS):
        raise UsageFault(f"{name} needs {_TARGETS[request.scope]}")
    fields = read_fields(request, words)
    body = None if request.safe else fields or None
    query = {one: _in_address(value) for one, value in fields.items()} if request.safe else {}
    if request.scope is Scope.MIX:
        return Asked(request, mix=target, room=room or "", body=body)
    return Asked(request, target, call, room=room or "", body=body, query=query)


def request_table() -> str:
    """A table of every request: name, target, and fields, with optional fields in brackets."""
    rows = [("REQUEST", "TARGET", "FIELDS")]
    for request in REQUESTS:
        fields = told_fields(request) or "-"
        if request is EVENTS:
            fields = "(see `pexdash events`)"
        rows.append((request.name, _TARGETS[request.scope] or "-", fields))
    return "\n".join(f"{name:27}{target:18}{fields}" for name, target, fields in rows)


def _in_address(value: object) -> str:
    """A value as an address carries it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_room(request: Request, target: str, room: str) -> None:
    try:
        uuid_of(room)
    except BadAnswer:
        # A script's empty variable must not turn a room's request into one for the main room.
        raise UsageFault(f"--room is the uuid of a breakout room, not {clean(room)!r}") from None
    if not request.in_rooms:
        raise UsageFault(f"{request.name} is for no breakout room")
    if target == OURSELVES:
        raise UsageFault("in a breakout room you have another uuid: give that instead of `me`")


def _addressed(name: str, target: str) -> tuple[Request, str, str]:
    """The request called `name` for this kind of target, the target, and the call."""
    by_scope = {request.scope: request for request in REQUESTS if request.name == name}
    for scope in (Scope.CONFERENCE, Scope.NODE):
        if not target and scope in by_scope:
            return by_scope[scope], "", ""
    if target and Scope.MIX in by_scope:
        return by_scope[Scope.MIX], target, ""
    participant, slash, call = target.rpartition("/")
    # A participant's name may hold slashes of its own.
    if Scope.CALL in by_scope and slash and participant.strip():
        if UUID.fullmatch(call):
            return by_scope[Scope.CALL], participant, call
        if Scope.PARTICIPANT not in by_scope and call.strip():
            return by_scope[Scope.CALL], participant, call
    if target and Scope.PARTICIPANT in by_scope:
        return by_scope[Scope.PARTICIPANT], target, ""
    wanted = " or ".join(filter(None, (_TARGETS[scope] for scope in by_scope)))
    if not wanted:
        raise UsageFault(f"{name} is for the whole conference: what is {clean(target)!r}?")
    raise UsageFault(f"{name} needs {wanted}")
