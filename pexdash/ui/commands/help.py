"""What the help says: every key, and the words of the filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pexdash.model.filter import STATES
from pexdash.session.moderation.action import Action, Place, Risk, Target
from pexdash.ui.commands.actions import LOG
from pexdash.ui.commands.bindings import PALETTE_ALONE, shown_key
from pexdash.ui.dialogs.help import HelpSection

_CURSOR = (
    ("", "Keys for participants are for the marked people, or else for the one under the cursor."),
    ("", "A row changes when the node says so; until then it carries a … sign."),
    ("", "Up, down, page up, page down, home and end move the cursor."),
    ("", "A click does too, two open the details. On a key it asks before anything is done."),
)
_FILTER = [
    ("", "Words narrow by name, overlay text and address; ! before a word turns it round."),
    ("", "role:host  protocol:sip  domain:example.com"),
    ("", f"is: and one of {' '.join(STATES)}"),
]


def help_sections(keys: Mapping[str, str], actions: Sequence[Action]) -> list[HelpSection]:
    """The keys of `actions` by what they are for, those of the palette alone, and the filter.

    `keys` maps the id of each action to its key.
    """
    sections = []
    alone: list[tuple[str, str]] = []
    titles = [(target.value, Place.CONFERENCE, target) for target in Target]
    for title, place, target in [("Time", Place.REPLAY, Target.SCREEN), *titles]:
        lines: list[tuple[str, str]] = []
        for action in actions:
            if action.target is target and action.place is place:
                asks = f" ({action.risk.value})" if action.risk is not Risk.NONE else ""
                key = shown_key(action, keys)
                line = "" if key == PALETTE_ALONE else key, f"{action.title}{asks}"
                (lines if line[0] else alone).append(line)
        if lines:
            sections.append(HelpSection(title, lines))
    in_log = f"In the log ({shown_key(LOG, keys)}), is: takes the kinds of what happened."
    return [
        *sections,
        *([HelpSection("In the palette alone", alone)] if alone else []),
        HelpSection("Whom they are for", _CURSOR),
        HelpSection("Filter", [*_FILTER, ("", f"tab ends a word. {in_log}")]),
    ]
