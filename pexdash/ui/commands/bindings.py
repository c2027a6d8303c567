"""The keys of actions: after the user's settings, as Textual binds them and as people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.binding import Binding, BindingsMap

from pexdash.errors import UsageFault
from pexdash.session.moderation.action import Action, Place
from pexdash.text import clean
from pexdash.ui.commands.actions import actions_at

PALETTE_ALONE = "palette"
"""What stands in the place of the key of an action that only the palette has."""
_NAMED = {"enter", "space", "escape", "delete", "insert", "backspace"} | {
    f"f{number}" for number in range(1, 13)
}


def textual_key(key: str) -> str:
    """The name Textual has for a key of the table."""
    # Textual splits the keys of a binding at commas.
    (name,) = BindingsMap([Binding("comma" if key == "," else key, "")]).key_to_bindings
    return name


def keys_with(changed: Mapping[str, str], place: Place = Place.CONFERENCE) -> dict[str, str]:
    """The key of each action id of `place` after the user's changes (`[keys]` in the settings).

    A key is one character, f1 to f12, or one of enter, space, escape, delete, insert, backspace:
    the arrows are the cursor's, and ctrl chords the terminal's. Raises UsageFault for any other
    key, for an unknown id, and for a key given twice.
    """
    actions = actions_at(place)
    bound = {action.id for action in actions if action.bound}
    keys = {action.id: action.key for action in actions}
    for action_id, key in changed.items():
        if action_id not in bound:
            raise UsageFault(f"there is no action {clean(action_id)!r} to give a key to")
        if not (len(key) == 1 and key.isprintable() and not key.isspace()) and key not in _NAMED:
            raise UsageFault(f"{clean(key)!r} cannot be the key of {action_id}")
        keys[action_id] = key
    taken: dict[str, str] = {}
    for action_id, key in keys.items():
        if not key:
            continue
        if key in taken:
            raise UsageFault(f"{key!r} is the key of both {taken[key]} and {action_id}")
        taken[key] = action_id
    return keys


def keys_over(below: Mapping[str, str], above: Mapping[str, str]) -> dict[str, str]:
    """The keys of a screen with the actions of two places, where those `above` take a key first.

    What loses its key that way has none there: the palette has it.
    """
    taken = set(above.values())
    return {**{one: "" if key in taken else key for one, key in below.items()}, **above}


def bindings_for(keys: Mapping[str, str], actions: Sequence[Action]) -> BindingsMap:
    """The bindings of a screen of `actions`; each calls the screen's `action_act` with an id."""
    return BindingsMap(
        Binding(
            textual_key(keys[action.id]),
            f"act('{action.id}')",
            action.title,
            show=False,
            id=action.id,
        )
        for action in actions
        if action.bound and keys[action.id]
    )


def shown_key(action: Action, keys: Mapping[str, str]) -> str:
    """The key of `action` as the footer and the help write it, or where it is without one."""
    key = keys[action.id]
    return {"escape": "esc", "": PALETTE_ALONE}.get(key, key)
