"""What a rule can do: the requests of the action table, each in one direction."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from pexdash.api import requests
from pexdash.api.request_fields import Kind, flaw_of
from pexdash.api.requests import Caller, Request, Scope
from pexdash.model.conference import Conference
from pexdash.model.participant import without_scheme
from pexdash.session.moderation.action import Action, Shown, Step, Target
from pexdash.session.moderation.actions import ACTIONS, DIAL, LEAVE_ROOM, ROOM_HELP
from pexdash.session.moderation.participant_actions import (
    ADMIT as ADMITTING,
)
from pexdash.session.moderation.participant_actions import (
    ADMIT_ALL,
    DIRECT_MESSAGE,
    NAME,
    TRANSFER,
    name_step,
    transfer_step,
)
from pexdash.session.moderation.settings import SETTINGS
from pexdash.text import clean

ADMIT = ADMITTING.id
"""The word for letting somebody in, whose request is called as the one that unlocks a meeting."""
DANGEROUS = (
    requests.DISCONNECT,
    requests.DISCONNECT_ALL,
    requests.TRANSFER,
    requests.ROLE,
)
"""What a rule does only where it says that it is dangerous."""
MESSAGES = (requests.MESSAGE, requests.DIRECT_MESSAGE)
MESSAGE = Action(
    "message", "", "Write in chat", Target.CONFERENCE, sends=(requests.MESSAGE,), label="Chat"
)
_FILLED: Mapping[Request, Action] = {
    requests.MESSAGE: MESSAGE,
    requests.DIRECT_MESSAGE: DIRECT_MESSAGE,
    requests.DIAL: DIAL,
    requests.TRANSFER: TRANSFER,
    requests.OVERLAY_TEXT: NAME,
}
"""Requests that need fields, with the action that sends them."""


class NotDoable(ValueError):
    """What no rule can do; `field` is the key of the rule that is wrong."""

    def __init__(self, words: str, field: str = "do") -> None:
        super().__init__(words)
        self.field = field


_LEFT_OUT = (ADMIT_ALL, ROOM_HELP, LEAVE_ROOM)
"""What another row does as well, and what only we ourselves can want."""


def _steps() -> Iterator[tuple[Action, Step]]:
    rows = {one.id: one for one in (*ACTIONS, *(one.action for one in SETTINGS))}
    for action in rows.values():
        for step in action.steps:
            if action not in _LEFT_OUT and step.request.caller is not Caller.SELF:
                yield action, step


_STEPS = tuple(_steps())
NAMES = tuple(
    sorted(
        {ADMIT, *(step.request.name for _, step in _STEPS), *(request.name for request in _FILLED)}
    )
)
"""Every word that can stand in `do`."""


def deed_of(name: str, fields: Mapping[str, object], *, of_people: bool) -> tuple[Action, Step]:
    """The action and the step of a request called `name` with these fields.

    Where there are two of that name it is the one about a person if the rule is `of_people`, else
    the one about the meeting. Raises NotDoable.
    """
    found = list(_of_name(name))
    if not found:
        near = difflib.get_close_matches(name, NAMES, 1)
        shown = clean(name, 64)
        raise NotDoable(
            f"no rule can do {shown!r}"
            + (f": {near[0]!r}, perhaps?" if near else f"; it can {', '.join(NAMES)}")
        )
    scopes = {one.scope: one for one in found}
    wanted = Scope.PARTICIPANT if of_people else Scope.CONFERENCE
    request = scopes.get(wanted) or found[0]
    if request in MESSAGES and "message" in fields:
        fields = {("payload" if key == "message" else key): one for key, one in fields.items()}
    _check(request, name, fields)
    if request in _FILLED:
        return _FILLED[request], _filled(request, fields)
    fitting = [(action, step) for action, step in _STEPS if step.request is request]
    if len(fitting) == 1:
        return fitting[0]
    for action, step in fitting:
        if dict(step.body or {}) == dict(fields):
            return action, step
    ways = " or ".join(_told(step.body or {}) for _, step in fitting)
    raise NotDoable(f"{name} needs with = {ways}", "with")


def _of_name(name: str) -> Iterator[Request]:
    if name == ADMIT:
        yield requests.ADMIT
        return
    for request in (*(step.request for _, step in _STEPS), *_FILLED):
        if request.name == name:
            yield request


def _check(request: Request, name: str, fields: Mapping[str, object]) -> None:
    """Raise NotDoable for a field that the request does not have, and one that does not fit."""
    known = {one.name: one for one in request.body}
    for field, value in fields.items():
        shown = clean(field, 64)
        if field not in known:
            there = f"it has {', '.join(known)}" if known else "it has none"
            raise NotDoable(f"{name} has no field {shown!r}; {there}", "with")
        if known[field].kind is Kind.SECRET or field == "digits":
            raise NotDoable(f"{shown} is a secret, and no rules file holds one", "with")
        if flaw := flaw_of(known[field], value):
            raise NotDoable(flaw, "with")
    missing = [one.name for one in request.body if one.required and one.name not in fields]
    if missing and request in _FILLED:
        field = "message" if request in MESSAGES else missing[0]
        raise NotDoable(f"{name} needs with = {{ {field} = … }}", "with")


def _told(body: Mapping[str, object]) -> str:
    """A body as the file has it."""
    told = [
        f"{key} = {str(value).lower()}" if isinstance(value, bool) else f'{key} = "{value}"'
        for key, value in body.items()
    ]
    return f"{{ {', '.join(told)} }}"


def _filled(request: Request, fields: Mapping[str, object]) -> Step:
    if request is requests.OVERLAY_TEXT:
        return name_step(str(fields["text"]))
    if request is requests.TRANSFER:
        return transfer_step(str(fields["conference_alias"]), str(fields["role"]))
    if request is requests.DIAL:
        destination = str(fields["destination"])
        title = f"Dial {clean(destination)}"
        return Step(title, request, _has_come(destination), dict(fields), silent=True)
    body = {"type": "text/plain", **fields}
    return Step("Message", request, _never, body, silent=True)


def _never(_: Conference, __: str) -> bool:
    return False


def _has_come(address: str) -> Shown:
    """What shows a call done: somebody of that address is there, or is being called."""
    wanted = without_scheme(address).casefold()

    def shown(conference: Conference, _: str) -> bool:
        people = conference.participants.values()
        return any(without_scheme(one.uri).casefold() == wanted for one in people)

    return shown
