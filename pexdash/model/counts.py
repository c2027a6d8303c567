"""How many there are in a conference, apart by what they count as."""

from __future__ import annotations

from collections.abc import Iterable

from pexdash.model.participant import Participant

PEOPLE, WAITING, COMING, API = "in", "waiting", "on the way", "api"
_MACHINES = frozenset({"recorder", "streamer", "transcriber"})


def parts_of(participants: Iterable[Participant]) -> dict[str, int]:
    """How many count as what, by its word; each participant counts once.

    People in the conference come first, then those who wait and those on the way in, then API
    participants and machines (recorders, streamers and the like) in the conference.
    """
    parts = {PEOPLE: 0, WAITING: 0, COMING: 0, API: 0}
    for one in participants:
        if not one.is_in:
            parts[WAITING if one.is_waiting else COMING] += 1
        elif one.is_api:
            parts[API] += 1
        elif machine := one.machine:
            parts[machine] = parts.get(machine, 0) + 1
        else:
            parts[PEOPLE] += 1
    return parts


def counted(part: str, number: int) -> str:
    """A part with its number, in words."""
    return f"{number} {part}s" if number != 1 and part in _MACHINES else f"{number} {part}"
