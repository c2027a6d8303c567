"""How many there are in a conference, apart by what they count as."""

from __future__ import annotations

from collections.abc import Iterable

from pexdash.model.participant import Participant

PEOPLE, WAITING, COMING, API = "in", "waiting", "on the way", "api"
_MACHINES = frozenset({"recorder", "streamer", "transcriber"})


def part_of(one: Participant) -> str:
    """What a participant counts as, by its word."""
    if not one.is_in:
        return WAITING if one.is_waiting else COMING
    if one.is_api:
        return API
    return one.machine or PEOPLE


def parts_of(participants: Iterable[Participant]) -> dict[str, int]:
    """How many count as what, by its word; each participant counts once.

    People in the conference come first, then those who wait and those on the way in, then API
    participants and machines (recorders, streamers and the like) in the conference.
    """
    parts = {PEOPLE: 0, WAITING: 0, COMING: 0, API: 0}
    for one in participants:
        part = part_of(one)
        parts[part] = parts.get(part, 0) + 1
    return parts


def counted(part: str, number: int) -> str:
    """A part with its number, in words."""
    return f"{number} {part}s" if number != 1 and part in _MACHINES else f"{number} {part}"
