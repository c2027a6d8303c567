"""Whether an action may be carried out now, and in words why not."""

from __future__ import annotations

from pexdash.api.requests import Caller
from pexdash.model.participant import Role
from pexdash.session.feed.link import Link
from pexdash.session.moderation.actions import Action, Target


def refusal(action: Action, *, role: Role, link: Link, read_only: bool) -> str:
    """Why `action` cannot be carried out, or "" where it can.

    Only what is certain is refused here; the rest is for the node to decide.
    """
    if not action.requests:
        return ""
    if read_only:
        return "This session is read-only"
    if not link.is_live:
        return "Not connected to the node, nothing was sent"
    about_us = action.target is Target.SCREEN
    of_hosts = (Caller.HOST,) if about_us else (Caller.HOST, Caller.HOST_OR_SELF)
    if role is Role.GUEST and all(one.caller in of_hosts for one in action.requests):
        return "Only a Host can do this, and you are a Guest"
    return ""
