"""Reads a request of the API guide from a command line, and checks it before it is sent."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from pexdash.api.requests import (
    EVENTS,
    MESSAGE,
    PRESENTATION,
    REQUESTS,
    Field,
    Request,
    Scope,
)
from pexdash.errors import UsageFault
from pexdash.session.membership.asked import UUID, Asked
from pexdash.text import clean

_LOOKS_LIKE_FIELD = re.compile("[A-Za-z_]+=")
_DIGITS = re.compile("[0-9*#A-D]+")
_LARGEST_FILE = 64 * 1024
_TARGETS = {
    Scope.CONFERENCE: "",
    Scope.PARTICIPANT: "PARTICIPANT",
    Scope.CALL: "PARTICIPANT/CALL",
}


def read_request(name: str, words: Sequence[str]) -> Asked:
    """The request called `name`, with the target and fields in `words`.

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
    request, participant, call = _addressed(name, target)
    given = _given(request, words)
    if request is PRESENTATION:
        return Asked(request, frame_id=given.get("id", ""))
    return Asked(request, participant, call, _body(request, given) or None)


def request_table() -> str:
    """A table of every request: name, target, and fields, with optional fields in brackets."""
    rows = [("REQUEST", "TARGET", "FIELDS")]
    for request in REQUESTS:
        fields = " ".join(_told(one) for one in _fields(request)) or "-"
        if request is EVENTS:
            fields = "(see `pexdash events`)"
        rows.append((request.name, _TARGETS[request.scope] or "-", fields))
    return "\n".join(f"{name:20}{target:18}{fields}" for name, target, fields in rows)


def _fields(request: Request) -> tuple[Field, ...]:
    # A GET has no body, so the id of the frame is not among the fields of the body.
    return (Field("id", required=False),) if request is PRESENTATION else request.body


def _told(one: Field) -> str:
    told = f"{one.name}={'|'.join(one.choices)}"
    if one.name == "pin":
        told = "pin=@FILE|-"
    return told if one.required else f"[{told}]"


def _addressed(name: str, target: str) -> tuple[Request, str, str]:
    """The request called `name` for this kind of target, the participant, and the call."""
    by_scope = {request.scope: request for request in REQUESTS if request.name == name}
    if not target and Scope.CONFERENCE in by_scope:
        return by_scope[Scope.CONFERENCE], "", ""
    participant, slash, call = target.rpartition("/")
    # A participant's name may hold slashes of its own.
    if Scope.CALL in by_scope and slash and participant.strip():
        if UUID.fullmatch(call):
            return by_scope[Scope.CALL], participant, call
        if Scope.PARTICIPANT not in by_scope and call.strip():
            return by_scope[Scope.CALL], participant, call
    if target and Scope.PARTICIPANT in by_scope:
        return by_scope[Scope.PARTICIPANT], target, ""
    wanted = " or ".join(_TARGETS[scope] for scope in by_scope if scope is not Scope.CONFERENCE)
    if not wanted:
        raise UsageFault(f"{name} is for the whole conference: what is {clean(target)!r}?")
    raise UsageFault(f"{name} needs {wanted}")


def _given(request: Request, words: Sequence[str]) -> dict[str, str]:
    """The given fields and their values; raises UsageFault for a wrong or missing field."""
    known = {one.name: one for one in _fields(request)}
    there_are = f"{request.name} has " + (
        f"these fields: {' '.join(_told(one) for one in known.values())}" if known else "no fields"
    )
    given: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise UsageFault(f"{clean(word)!r} is no FIELD=VALUE. {there_are}")
        if name not in known:
            raise UsageFault(f"there is no field {clean(name)!r}. {there_are}")
        if name in given:
            raise UsageFault(f"{name} is given twice")
        given[name] = _checked(request, known[name], value)
    missing = [one for one in known.values() if one.required and not given.get(one.name)]
    if missing:
        raise UsageFault(f"{request.name} needs {' '.join(_told(one) for one in missing)}")
    return given


def _checked(request: Request, one: Field, value: str) -> str:
    if one.name == "pin":
        return _pin(value)
    if one.choices and value not in one.choices:
        raise UsageFault(f"{one.name} is one of {', '.join(one.choices)}, not {clean(value)!r}")
    if one.number and not (value.isascii() and value.isdigit() and len(value) < 10):
        raise UsageFault(f"{one.name} is a number, not {clean(value)!r}")
    if one.name == "digits" and not _DIGITS.fullmatch(value):
        raise UsageFault("digits are 0 to 9, *, #, A to D")
    if one.name == "id" and not (value.isascii() and value.isprintable() and len(value) <= 256):
        raise UsageFault("id is that of a presentation_frame event")
    return value


def _pin(value: str) -> str:
    """Read the PIN from standard input ("-") or from a file ("@FILE"); raises UsageFault.

    A PIN as an argument would be visible in the list of processes.
    """
    from pexdash.cli.invitation import pin_of

    if value == "-":
        try:
            text = sys.stdin.readline()
        except UnicodeDecodeError as fault:
            raise UsageFault("that is no PIN: at most 64 plain characters on one line") from fault
    elif value.startswith("@"):
        try:
            with Path(value[1:]).open(encoding="utf-8") as file:
                text = file.read(_LARGEST_FILE)
        except (OSError, ValueError) as fault:
            raise UsageFault(f"the PIN file {clean(value[1:])} cannot be read") from fault
    else:
        raise UsageFault("a PIN is never an argument: pin=@FILE, or pin=- for standard input")
    pin = pin_of(text)
    return pin.reveal() if pin else ""


def _body(request: Request, given: Mapping[str, str]) -> dict[str, str | int]:
    if request is MESSAGE:
        given = {"type": "text/plain", **given}
    return {
        one.name: int(given[one.name]) if one.number else given[one.name]
        for one in request.body
        if one.name in given and not (one.name == "pin" and not given["pin"])
    }
