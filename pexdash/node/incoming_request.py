"""One request on its way through the node, as its handler sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from pexdash.api.requests import CALLS, Caller, Request, Scope
from pexdash.node.bodies import read_body
from pexdash.node.conference import NodeConference
from pexdash.node.media_calls import NodeCall
from pexdash.node.meeting import Meeting
from pexdash.node.participant import NodeParticipant
from pexdash.node.premises import Premises, size_of
from pexdash.node.received import Received
from pexdash.node.refusals import (
    bad_request,
    invalid_role,
    invalid_token,
    no_such_call,
    no_such_participant,
)


@dataclass(slots=True)
class IncomingRequest:
    """A request with the conference it is for, who sends it and whom it is about.

    `row` is its row of the request table, `premises` is what all requests of the node share. `home`
    is the conference whose token it comes with; a Host of the main room may act in the others.
    """

    row: Request
    home: NodeConference
    conference: NodeConference
    premises: Premises
    received: Received
    headers: Mapping[str, str]
    address: str
    uuid: str = ""
    call_uuid: str = ""
    mix: str = ""
    body: dict[str, object] = field(default_factory=dict)
    caller: NodeParticipant | None = None

    @property
    def sender(self) -> NodeParticipant:
        """Who sends it; only for requests that need a token."""
        if self.caller is None:
            raise invalid_token()
        return self.caller

    @property
    def media_call(self) -> NodeCall:
        """The call it is about; only for requests about one."""
        found = self.conference.calls.find(self.uuid, self.call_uuid)
        if found is None:
            raise no_such_call()
        return found

    def text(self, name: str, *, most: int | None = None) -> str:
        """A field of the body that holds a string, "" where it holds none.

        Refusal 400 where it is larger than `most` bytes, or than any field may be.
        """
        value = self.body.get(name)
        if not isinstance(value, str):
            return ""
        if size_of(value) > (self.premises.limits.field_bytes if most is None else most):
            raise bad_request(f"Field {name} is too long")
        return value

    def object(self, name: str) -> dict[str, object]:
        """A field of the body that holds an object."""
        value = self.body.get(name)
        return value if isinstance(value, dict) else {}

    def asks(self, name: str) -> bool:
        """Whether the address has a field that is true."""
        return dict(parse_qsl(self.received.query)).get(name, "").casefold() in ("true", "1")

    def check(self) -> None:
        """Check the token, the role, the target and the body; raises Refusal."""
        if self.row.caller is not Caller.ANYONE:
            holder = self.home.tokens.holder(self.received.token or "")
            self.caller = self.home.participants.get(holder or "")
            self._check_role(self.sender)
        is_about_someone = self.row.scope in (Scope.PARTICIPANT, Scope.CALL)
        if is_about_someone and not self._is_there():
            raise no_such_participant()
        if self.row.scope is Scope.CALL and not self._is_call_there():
            raise no_such_call()
        self.body = read_body(self.row, self.received.body)

    def _is_there(self) -> bool:
        """Whether whom it is about is there; a Host comes into a breakout room by a call there."""
        if self.uuid in self.conference.participants:
            return True
        return self.row is CALLS and self.uuid == self.sender.uuid

    def _is_call_there(self) -> bool:
        """Whether the call it is about is there, or in a room of the conference.

        Pexip's web app tells the main room how its call in a breakout room fares.
        """
        conference = self.conference
        places = conference.places() if isinstance(conference, Meeting) else [conference]
        return any(place.calls.find(self.uuid, self.call_uuid) for place in places)

    def _check_role(self, sender: NodeParticipant) -> None:
        caller = self.row.caller
        is_main_host = sender.role == "chair" and isinstance(self.home, Meeting)
        if self.conference is not self.home and not is_main_host:
            raise invalid_role()
        if caller is Caller.TOKEN or (sender.role == "chair" and caller is not Caller.SELF):
            return
        if self.uuid == sender.uuid and caller in (Caller.SELF, Caller.HOST_OR_SELF):
            return
        raise invalid_role()
