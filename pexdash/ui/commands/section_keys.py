"""Which keys stand in the line of a section of the roster."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pexdash.model.roster import Roster
from pexdash.model.sections import Section, section_of
from pexdash.session.moderation.action import Action
from pexdash.session.moderation.actions import LOWER_HANDS
from pexdash.session.moderation.participant_actions import ADMIT, ADMIT_ALL, DISCONNECT, HAND
from pexdash.session.moderation.plans import Planner
from pexdash.ui.drawing.section_line import SectionKey

_KEYS: Mapping[Section, tuple[tuple[Action, str], ...]] = {
    Section.WAITING: ((ADMIT, "Admit"), (DISCONNECT, "Refuse"), (ADMIT_ALL, "All")),
    Section.HANDS: ((HAND, "Lower"), (LOWER_HANDS, "All")),
}


def section_keys(
    section: Section, planner: Planner, roster: Roster, key_of: Callable[[Action], str]
) -> list[SectionKey]:
    """The keys of `section` that we may use, as the cursor and the marks stand."""
    if (offered := _KEYS.get(section)) is None:
        return []
    targets = roster.targets()
    there = [one for uuid in targets if (one := roster.participant(uuid)) is not None]
    is_meant = any(section_of(one) is section for one in there if one is not roster.departed)
    first = roster.first_of(section)
    keys = []
    for action, word in offered:
        if planner.policy.refusal(action, [first]):
            continue
        acts = is_meant
        if action.of_all is not None:
            number = len(planner.everybody(action))
            word, acts = f"{word} {number}", is_meant and number > 0
        elif action.outside is not None:
            acts = planner.direction(action, targets) is action.outside
        keys.append(SectionKey(action, key_of(action), word, acts))
    return keys
