"""Whether an action may be carried out now, and in words why not."""

from __future__ import annotations

from pexdash.model.participant import Role
from pexdash.session.feed.link import Link
from pexdash.session.moderation.actions import Action, Target

_FOR_ANYONE = {"chat", "media-call"}


def asks_the_node(action: Action) -> bool:
    """Whether `action` does something beyond the screen."""
    return action.target is not Target.SCREEN or action.id in _FOR_ANYONE


def refusal(action: Action, *, role: Role, link: Link, read_only: bool) -> str:
    """Why `action` cannot be carried out, or "" where it can.

    Only what is certain is refused here; the rest is for the node to decide.
    """
    if not asks_the_node(action):
        return ""
    if read_only:
        return "This session is read-only"
    if not link.is_live:
        return "Not connected to the node, nothing was sent"
    if role is Role.GUEST and action.id not in _FOR_ANYONE:
        return "Only a Host can do this, and you are a Guest"
    return ""
