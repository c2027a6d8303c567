"""The text of the help: every key, and the words of the filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content

from pexdash.model.filter import STATES
from pexdash.session.moderation.action import Place, Risk, Target
from pexdash.ui.commands.actions import actions_at
from pexdash.ui.commands.bindings import shown_key

_WORDS_IN_LINE = 9


def _in_lines(words: Sequence[str]) -> str:
    rows = [words[at : at + _WORDS_IN_LINE] for at in range(0, len(words), _WORDS_IN_LINE)]
    return "\n".join(f"  {' '.join(row)}" for row in rows)


def help_text(keys: Mapping[str, str]) -> Content:
    """Every action of the conference with its key, by target, and the words of the filter."""
    parts: list[Content] = []
    for target in Target:
        parts.append(Content.styled(f"{target.value}\n", "bold"))
        for action in actions_at(Place.CONFERENCE):
            if action.target is target:
                asks = f" ({action.risk.value})" if action.risk is not Risk.NONE else ""
                key = shown_key(action, keys)
                parts.append(Content(f"  {key:<8} {action.title}{asks}\n"))
        parts.append(Content("\n"))
    parts.append(Content.styled("Filter\n", "bold"))
    parts.append(
        Content(
            "  Words narrow by name, overlay text and address; ! before a word turns it round.\n"
            "  role:host  protocol:sip  domain:example.com  is:STATE with STATE one of\n"
            f"{_in_lines(STATES)}\n"
            "  tab ends a word. In the log (T), is: takes the kinds of what happened.\n\n"
        )
    )
    parts.append(
        Content(
            "Keys for participants are for the marked people, or else for the one under the\n"
            "cursor. A row changes when the node says so; until then it carries a … sign.\n"
            "Up, down, page up, page down, home and end move the cursor."
        )
    )
    return Content("").join(parts)
