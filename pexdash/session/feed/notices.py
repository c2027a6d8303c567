"""Notices: short sentences on what the host should know at once, each shown one time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum

import msgspec

from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.participant import Participant, Presence, Role

MOST_NAMED = 3
"""How many people a notice names; of more, it tells the number."""
MOST_HANDS_BEFORE = 3
"""With so many hands up, another one is no notice of its own."""


class Weight(Enum):
    """How urgent a notice is."""

    INFORMATION = "information"
    WARNING = "warning"
    ERROR = "error"


class Notice(msgspec.Struct, frozen=True):
    """A sentence, already clean, and its weight.

    `about` are the uuids of people whose row says the same.
    """

    text: str
    weight: Weight = Weight.INFORMATION
    about: tuple[str, ...] = ()


def notices_of(
    changes: Changes, conference: Conference, is_told: Callable[[str], bool] = lambda _: False
) -> list[Notice]:
    """The notices for merged changes: who waits, whose hand is new, and the like.

    They also tell which room asks for help, which call failed, and our role.

    `is_told` takes a participant's uuid and returns True where another part of the program says
    how the call ended.
    """
    notices = [
        Notice(f"{room.name} asks for help", Weight.WARNING)
        for uuid, of_room in changes.rooms.items()
        if "breakoutbuzz" in of_room.conference
        and (room := conference.rooms.get(uuid)) is not None
        and room.asks_for_help
    ]
    if not changes.placed:
        return notices
    mine, people = conference.me, conference.participants
    waiting: dict[str, str] = {}
    hands: dict[str, str] = {}
    for uuid, before in changes.before.items():
        if uuid not in changes.placed or uuid == mine or (one := people.get(uuid)) is None:
            continue
        if one.is_waiting:
            if before is None or not before.is_waiting:
                waiting[uuid] = one.name
        elif one.has_hand_up and (before is None or not before.has_hand_up):
            hands[uuid] = one.name
    if waiting:
        said = waiting_words([*waiting.values()])
        notices.append(Notice(said, Weight.WARNING, about=tuple(waiting)))
    # While several were up already, the queue on the screen tells.
    if hands and conference.count_hands() - len(hands) < MOST_HANDS_BEFORE:
        notices.append(Notice(_hands_words([*hands.values()]), about=tuple(hands)))
    for one in changes.left:
        rang = one.presence is Presence.CONNECTING and not is_told(one.uuid)
        if rang and not _answered_elsewhere(one, conference):
            notices.append(Notice(f"The call to {one.name} was not answered", Weight.WARNING))
    if (earlier := changes.before.get(mine)) is not None:
        me = people.get(mine)
        if me is not None and me.role not in (earlier.role, Role.UNKNOWN):
            host = me.role is Role.HOST
            notices.append(Notice("You are a Host now" if host else "You are a Guest now"))
    return notices


def _hands_words(names: Sequence[str]) -> str:
    """The sentence that these people have a hand up; of many, how many they are."""
    if len(names) == 1:
        return f"{names[0]} has a hand up"
    if len(names) <= MOST_NAMED:
        return f"{', '.join(names[:-1])} and {names[-1]} have a hand up"
    return f"{len(names)} people have a hand up"


def waiting_words(names: Sequence[str]) -> str:
    """The sentence that these people wait; of many, how many they are."""
    if len(names) == 1:
        return f"{names[0]} is waiting"
    if len(names) <= MOST_NAMED:
        return f"{', '.join(names[:-1])} and {names[-1]} are waiting"
    return f"{len(names)} people are waiting"


def _answered_elsewhere(one: Participant, conference: Conference) -> bool:
    """Whether another participant with the same URI, a branch of the same forked call, is in."""
    return bool(one.uri) and any(
        other.uri == one.uri and other.presence is Presence.IN
        for other in conference.participants.values()
    )
