"""The keys of one screen: which action each is for, which act, and which open a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pexdash.session.moderation.action import Action
from pexdash.ui.commands.actions import ScreenAction
from pexdash.ui.commands.bindings import textual_key
from pexdash.ui.commands.wall_actions import WallAction


class PlaceKeys:
    """`actions` by the framework's names of their keys.

    `acting` are the keys that act on somebody, and `openers` those that open a line to type in, by
    the character that is typed. `keys` maps the id of each action to its key.
    """

    def __init__(self, actions: Sequence[Action], keys: Mapping[str, str]) -> None:
        self.actions: dict[str, Action] = {
            textual_key(key): action for action in actions if (key := keys[action.id])
        }
        self.acting = {key for key, action in self.actions.items() if action.acts}
        self.openers = {
            " " if keys[action.id] == "space" else keys[action.id]: key
            for key, action in self.actions.items()
            if isinstance(action, ScreenAction | WallAction) and action.opens_line
        }
