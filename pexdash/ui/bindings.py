"""Keys of the action table as Textual bindings, and as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from textual.binding import Binding, BindingsMap

from pexdash.errors import UsageFault
from pexdash.session.actions import ACTIONS, BY_ID, Action

_TEXTUAL_NAMES = {"/": "slash", "?": "question_mark", "*": "asterisk"}
_CONTROL_ALLOWED = {"ctrl+p"}


def textual_key(key: str) -> str:
    """The name Textual has for a key of the table."""
    return _TEXTUAL_NAMES.get(key, key)


def keys_with(changed: Mapping[str, str]) -> dict[str, str]:
    """The key of each action id after the user's changes (`[keys]` of the settings file).

    Raises UsageFault for an unknown id, for a key given twice, for a ctrl chord (terminals keep
    those for themselves), and where nothing would be left to quit with.
    """
    keys = {action.id: action.key for action in ACTIONS}
    for action_id, key in changed.items():
        if action_id not in BY_ID:
            raise UsageFault(f"settings: there is no action {action_id!r} to give a key to")
        if not key or "," in key or (key.startswith("ctrl+") and key not in _CONTROL_ALLOWED):
            raise UsageFault(f"settings: {key!r} cannot be the key of {action_id}")
        keys[action_id] = key
    taken: dict[str, str] = {}
    for action_id, key in keys.items():
        if key in taken:
            raise UsageFault(f"settings: {key!r} is the key of both {taken[key]} and {action_id}")
        taken[key] = action_id
    return keys


def bindings_for(keys: Mapping[str, str]) -> BindingsMap:
    """The bindings of the conference screen."""
    return BindingsMap(
        Binding(
            textual_key(keys[action.id]),
            f"act('{action.id}')",
            action.title,
            show=False,
            id=action.id,
        )
        for action in ACTIONS
        if action.id != "palette"
    )


def shown_key(action: Action, keys: Mapping[str, str]) -> str:
    """The key of `action` as the footer and the help write it."""
    key = keys[action.id]
    return {"escape": "esc"}.get(key, key)
