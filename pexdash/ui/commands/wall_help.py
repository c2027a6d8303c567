"""What the help of a wall says: every key, the signs, the filter, and what it cannot know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pexdash.session.moderation.action import Action
from pexdash.ui.commands.bindings import PALETTE_ALONE, shown_key
from pexdash.ui.dialogs.help import HelpSection
from pexdash.ui.drawing.glyphs import Glyphs

_MOVING = (
    ("", "Arrows move; tab goes between the conferences and the list of alarms."),
    ("", "Page up and page down turn pages, in the list they move by many."),
    ("", "The list is sorted anew 10 s after the last key, and never under the cursor."),
)
_FILTER = (
    ("", "Words narrow by label and alias; ! before a word turns it round."),
    ("", "is: and one of alarm unacked live stale refused waiting empty locked recorded"),
    ("", "node:node1  cluster:main"),
)
_NOT_KNOWN = (
    ("", "Quality: not in this API. Nor is why somebody left."),
    ("", "It tells nothing of capacity, licences, schedules and registrations."),
    ("", "Who acknowledged on another wall: only walls of one user share that."),
    ("", "The wall takes one seat of each conference."),
)


def wall_help(
    keys: Mapping[str, str], glyphs: Glyphs, actions: Sequence[Action]
) -> list[HelpSection]:
    """The sections of the help on these actions; `keys` maps the id of each to its key."""
    lines, alone = [], []
    for action in actions:
        key = shown_key(action, keys)
        if key == PALETTE_ALONE:
            alone.append(("", action.title))
        else:
            lines.append((key, action.title))
    signs = (
        (glyphs.critical, "critical"),
        (glyphs.warning, "warning"),
        (glyphs.information, "information, which needs nobody"),
        ("?", "stale: as it was when the line was lost"),
        (glyphs.out, "refused, removed or ended"),
        (glyphs.between, "empty, or off the list"),
        (glyphs.fine, "people are in, and all is well: where there is room for a sign alone"),
        (glyphs.over, "over, but nobody has taken note"),
        ("~", "comes and goes; its end counts later"),
    )
    return [
        HelpSection("Wall", lines),
        HelpSection("In the palette alone", alone),
        HelpSection("Moving", _MOVING),
        HelpSection("Signs", signs),
        HelpSection("Filter", _FILTER),
        HelpSection("What a wall cannot know", _NOT_KNOWN),
    ]
