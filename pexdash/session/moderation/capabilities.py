"""Which requests the node has, as far as its version and its refusals tell."""

from __future__ import annotations

from pexdash.api.requests import AVAILABLE_LAYOUTS, LAYOUT_SVGS, UNKNOWN_STATUSES, Request
from pexdash.errors import Refused, TokenRefused
from pexdash.model.participant import Role
from pexdash.session.feed.feed import Feed

_NOT_KNOWN = (204, *UNKNOWN_STATUSES)
"""The statuses of a node that has no such request, or nothing to answer it with."""
_NOT_FOUND = 404
"""The status for that, and for a participant or a conference that is gone."""
_FORBIDDEN = 403
_LAYOUTS = (AVAILABLE_LAYOUTS, LAYOUT_SVGS)
_NO_SUCH_CONFERENCE = "neither conference nor gateway found"


class Capabilities:
    """What the node that `feed` follows has.

    Every node counts as having the requests of the guide, whatever its version, because the
    guide's own example names version 10. What came later it has unless its version is older than
    the request, or `learn` has seen that it has not.
    """

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._version: int | None = None
        self._missing: set[Request] = set()
        self._not_for_guests: set[Request] = set()

    def has(self, request: Request) -> bool:
        """Whether the node has `request`, for all we know, for somebody of our role."""
        if request.in_guide:
            return True
        if request in self._missing:
            return False
        if request in self._not_for_guests and self._feed.role is Role.GUEST:
            return False
        return self._version is None or request.since is None or request.since <= self._version

    def new_token(self, version: str) -> None:
        """Forget what the last node lacked; `version` is the new node's version, or ""."""
        number = version.partition(".")[0]
        self._version = int(number) if number.isdecimal() else None
        self._missing.clear()
        self._not_for_guests.clear()

    def learn(self, request: Request, refused: Refused, *, uuid: str = "", room: str = "") -> bool:
        """Note that the node does not have `request`, if the refusal can mean nothing else.

        `uuid` is the participant whom the request was about, "" for the conference. Returns whether
        this is news. A refusal of a request to a breakout room teaches nothing, because the room
        may be gone.
        """
        if request.in_guide or room or not self._feed.link.is_live or not self.has(request):
            return False
        if self._is_missing(refused, uuid):
            self._missing.add(request)
        elif self._is_not_for_guests(request, refused):
            self._not_for_guests.add(request)
        return not self.has(request)

    def _is_missing(self, refused: Refused, uuid: str) -> bool:
        reason = refused.reason.casefold()
        if refused.status != _NOT_FOUND or _NO_SUCH_CONFERENCE in reason:
            return refused.status in _NOT_KNOWN
        is_there = uuid in self._feed.conference.participants and "participant" not in reason
        return not uuid or is_there

    def _is_not_for_guests(self, request: Request, refused: Refused) -> bool:
        return (
            request in _LAYOUTS
            and refused.status == _FORBIDDEN
            and not isinstance(refused, TokenRefused)
            and self._feed.role is Role.GUEST
        )
