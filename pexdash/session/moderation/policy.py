"""What we may send to the node now, and in words why not."""

from __future__ import annotations

from collections.abc import Callable, Collection

from pexdash.api.requests import Caller, Request
from pexdash.errors import Refused
from pexdash.model.conference import Conference
from pexdash.model.participant import Role
from pexdash.session.feed.link import Link
from pexdash.session.moderation.actions import Action, Target

READ_ONLY = "This session is read-only"
NOT_CONNECTED = "Not connected to the node, nothing was sent"
ONLY_HOSTS = "Only a Host can do this, and you are a Guest"
ONLY_ONESELF = "Only they themselves can do this"
NOT_HERE = "This node does not have this"

# To look a member of an Enum up takes longer than to compare it, and this is asked often.
_SELF, _GUEST = Caller.SELF, Role.GUEST
_FOR_ONESELF = (Caller.SELF, Caller.HOST_OR_SELF)
_FOR_HOSTS = (Caller.HOST, Caller.HOST_OR_SELF)
_NO_SUCH_REQUEST = (404, 405, 415)
_NO_SUCH_CONFERENCE = "neither conference nor gateway found"


class Policy:
    """Decides by our role, by the line and by what the node has.

    Only what is certain is refused here; the rest is for the node to decide. Every node is taken to
    have the requests of the guide, whatever its version: the guide's own example names version 10.
    `role` gives our role as the node last told it.
    """

    def __init__(
        self, conference: Conference, link: Link, role: Callable[[], Role], *, read_only: bool
    ) -> None:
        self._conference = conference
        self._link = link
        self._role = role
        self._read_only = read_only
        self._version: int | None = None
        self._missing: set[Request] = set()

    def refusal(self, action: Action, uuids: Collection[str] = ()) -> str:
        """Why `action` cannot be carried out for any of these participants now, or ""."""
        if not action.requests:
            return ""
        if self._read_only:
            return READ_ONLY
        if not self._link.is_live:
            return NOT_CONNECTED
        denials = set()
        for uuid in self._about(action, uuids):
            for request in action.requests:
                denial = self.denial(request, uuid)
                if not denial:
                    return ""
                denials.add(denial)
        return ONLY_HOSTS if ONLY_HOSTS in denials else min(denials)

    def _about(self, action: Action, uuids: Collection[str]) -> Collection[str]:
        """Whom the requests of `action` are about: "" for the conference, or for nobody."""
        if action.target is Target.SCREEN:
            return [self._conference.me]
        return uuids or [""]

    def denial(self, request: Request, uuid: str) -> str:
        """Why we may not send `request` about `uuid` ("" for the conference), or ""."""
        if not self._has(request):
            return NOT_HERE
        caller = request.caller
        if uuid == self._conference.me and caller in _FOR_ONESELF:
            return ""
        if caller in _FOR_HOSTS and self._role() is _GUEST:
            return ONLY_HOSTS
        return ONLY_ONESELF if caller is _SELF else ""

    def _has(self, request: Request) -> bool:
        if request.in_guide:
            return True
        if request in self._missing:
            return False
        return self._version is None or request.since is None or request.since <= self._version

    def new_token(self, version: str) -> None:
        """Start anew with the node that gave a token, whose version is `version` or ""."""
        number = version.partition(".")[0]
        self._version = int(number) if number.isdecimal() else None
        self._missing.clear()

    def learn(self, request: Request, uuid: str, refused: Refused) -> None:
        """Note that the node does not have `request`, where its refusal can mean nothing else."""
        reason = refused.reason.casefold()
        if request.in_guide or refused.status not in _NO_SUCH_REQUEST or not self._link.is_live:
            return
        if uuid and (uuid not in self._conference.participants or "participant" in reason):
            return
        if _NO_SUCH_CONFERENCE not in reason:
            self._missing.add(request)
