"""Which requests we may send to the node now, and the sentence to show for the others."""

from __future__ import annotations

from collections.abc import Callable, Collection

from pexdash.api.requests import DIRECT_MESSAGE, MESSAGE, UNMUTE, Caller, Request
from pexdash.model.participant import Role
from pexdash.session.feed.feed import Feed
from pexdash.session.moderation.action import Action, Target
from pexdash.session.moderation.capabilities import Capabilities

READ_ONLY = "This session is read-only"
RECORDED = "In a recording nothing is sent"
NOT_CONNECTED = "Not connected to the node, nothing was sent"
ONLY_HOSTS = "Only a Host can do this, and you are a Guest"
ONLY_ONESELF = "Only they themselves can do this"
ONLY_OTHERS = "You can write to others only"
GUESTS_STAY_MUTED = "This conference lets no Guest unmute themselves"
NO_CHAT = "There is no chat in this conference"
NOT_HERE = "This node does not have this"

# Looking a member of an Enum up takes longer than comparing it, and `denial` is called often.
_SELF, _GUEST = Caller.SELF, Role.GUEST
_FOR_ONESELF = (Caller.SELF, Caller.HOST_OR_SELF)
_FOR_HOSTS = (Caller.HOST, Caller.HOST_OR_SELF)
_CHAT = (MESSAGE, DIRECT_MESSAGE)


class Policy:
    """Decides by our role, by the state of the line, and by the requests that the node has.

    The policy forbids only what would surely fail; the node decides the rest. `forbids` is the
    sentence to show where we may send nothing at all, or "". `has_chat` tells whether the
    conference has a chat.
    """

    def __init__(
        self, feed: Feed, *, forbids: str = "", has_chat: Callable[[], bool] = lambda: True
    ) -> None:
        self._feed = feed
        self._has_chat = has_chat
        self._forbids = forbids
        self.capabilities = Capabilities(feed)

    def forbid(self, why: str) -> None:
        """Send nothing from now on; `why` is the sentence to show, unless there was one before."""
        self._forbids = self._forbids or why

    def refusal(self, action: Action, uuids: Collection[str] = ()) -> str:
        """Why `action` cannot be carried out for any of these participants now, or ""."""
        if not action.requests:
            return ""
        if refusal := self._refusal_of_all():
            return refusal
        denials = set()
        for uuid in self._about(action, uuids):
            for request in action.requests:
                denial = self.denial(request, uuid)
                if not denial:
                    return ""
                denials.add(denial)
        return ONLY_HOSTS if ONLY_HOSTS in denials else min(denials)

    def refusal_of(self, request: Request) -> str:
        """Why `request` cannot be sent for the conference or a breakout room now, or ""."""
        return self._refusal_of_all() or self.denial(request, "")

    def _refusal_of_all(self) -> str:
        """Why nothing at all can be sent now, or ""."""
        return self._forbids or ("" if self._feed.link.is_live else NOT_CONNECTED)

    def _about(self, action: Action, uuids: Collection[str]) -> Collection[str]:
        """The uuids to ask `denial` about: "" for the conference or nobody.

        `denial` tells only ourselves from the others, so one of the others stands for them all.
        """
        me = self._feed.conference.me
        if action.target is Target.SCREEN:
            return [me]
        other = next((uuid for uuid in uuids if uuid != me), None)
        about = [me] if me in uuids else []
        if other is not None:
            about.append(other)
        return about or [""]

    def denial(self, request: Request, uuid: str) -> str:
        """Why we may not send `request` about `uuid` ("" for the conference), or ""."""
        if not self.capabilities.has(request):
            return NOT_HERE
        if request in _CHAT and not self._has_chat():
            return NO_CHAT
        caller = request.caller
        if uuid == self._feed.conference.me and caller in _FOR_ONESELF:
            return self._denial_to_ourselves(request)
        if request is DIRECT_MESSAGE and uuid == self._feed.conference.me:
            return ONLY_OTHERS
        if caller in _FOR_HOSTS and self._feed.role is _GUEST:
            return ONLY_HOSTS
        return ONLY_ONESELF if caller is _SELF else ""

    def _denial_to_ourselves(self, request: Request) -> str:
        is_guest = self._feed.role is _GUEST
        may_unmute = not is_guest or self._feed.conference.status.guests_can_unmute
        return "" if may_unmute or request is not UNMUTE else GUESTS_STAY_MUTED
