"""Reads a request of the client API from a command line, and checks it before it is sent."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pexdash.api.requests import EVENTS, REQUESTS, Request, Scope
from pexdash.cli.request_values import read_fields, told_fields
from pexdash.errors import UsageFault
from pexdash.session.membership.asked import OURSELVES, UUID, Asked
from pexdash.text import clean

_LOOKS_LIKE_FIELD = re.compile(r"[A-Za-z_]+(\.[^=\s]*)?=")
_TARGETS = {
    Scope.NODE: "",
    Scope.CONFERENCE: "",
    Scope.MIX: "MIX",
    Scope.PARTICIPANT: "PARTICIPANT",
    Scope.CALL: "PARTICIPANT/CALL",
}


def read_request(name: str, words: Sequence[str], *, room: str = "") -> Asked:
    """The request called `name`, with the target and fields in `words`, for a room or for none.

    Raises UsageFault for an unknown request and for a wrong target or field.
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
    _check_room(request, target, room)
    fields = read_fields(request, words)
    body = None if request.safe else fields or None
    query = {one: _in_address(value) for one, value in fields.items()} if request.safe else {}
    if request.scope is Scope.MIX:
        return Asked(request, mix=target, room=room, body=body)
    return Asked(request, target, call, room=room, body=body, query=query)


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
    if not room:
        return
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
