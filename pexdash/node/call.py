"""One request on its way through the node, as its handler sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pexdash.api.requests import Caller, Request, Scope
from pexdash.node.bodies import read_body
from pexdash.node.calls import MediaCall
from pexdash.node.conference import NodeConference
from pexdash.node.participant import NodeParticipant
from pexdash.node.refusals import (
    invalid_role,
    invalid_token,
    no_such_call,
    no_such_participant,
)


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it arrived; `path` is raw, `token` from header or query."""

    method: str
    path: str
    query: str
    token: str | None
    body: bytes
    content_type: str | None


@dataclass(slots=True)
class Call:
    """A request with the conference it is for, who sends it and whom it is about.

    `conferences` are all of the node's, by alias.
    """

    request: Request
    conference: NodeConference
    conferences: Mapping[str, NodeConference]
    received: Received
    headers: dict[str, str]
    address: str
    uuid: str = ""
    call_uuid: str = ""
    body: dict[str, object] = field(default_factory=dict)
    caller: NodeParticipant | None = None

    @property
    def sender(self) -> NodeParticipant:
        """Who sends it; only for requests that need a token."""
        if self.caller is None:
            raise invalid_token()
        return self.caller

    @property
    def media_call(self) -> MediaCall:
        """The call it is about; only for requests about one."""
        found = self.conference.calls.find(self.uuid, self.call_uuid)
        if found is None:
            raise no_such_call()
        return found

    def text(self, name: str, default: str = "") -> str:
        """A field of the body that holds a string."""
        value = self.body.get(name)
        return value if isinstance(value, str) else default

    def check(self) -> None:
        """Find out who calls, whether they may, whom it is about and what it says, or refuse."""
        if self.request.caller is not Caller.ANYONE:
            holder = self.conference.tokens.holder(self.received.token or "")
            self.caller = self.conference.participants.get(holder or "")
            self._check_role(self.sender)
        if self.uuid and self.uuid not in self.conference.participants:
            raise no_such_participant()
        if self.request.scope is Scope.CALL:
            _ = self.media_call
        self.body = read_body(self.request, self.received.body)

    def _check_role(self, sender: NodeParticipant) -> None:
        caller = self.request.caller
        if caller is Caller.TOKEN or (sender.role == "chair" and caller is not Caller.SELF):
            return
        if caller in (Caller.SELF, Caller.HOST_OR_SELF) and self.uuid == sender.uuid:
            return
        raise invalid_role()
