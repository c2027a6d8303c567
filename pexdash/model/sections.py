"""The sections of a roster, and their rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import overload

import msgspec

from pexdash.model.conference import Conference
from pexdash.model.participant import WAITING_ROOM, Participant, Role


class Section(IntEnum):
    """Where a participant stands in the roster, in this order."""

    WAITING = 0
    HANDS = 1
    HOSTS = 2
    GUESTS = 3

    # The hash of an enumeration is written in Python, and is asked for by every row.
    __hash__ = int.__hash__


class Row(msgspec.Struct, frozen=True, gc=False):
    """A person (`uuid`), or the heading of a section (`uuid` is "").

    A heading has the number of people below it who are there, of those who have left and whose row
    stays, and of those of the section whom the filter hides.
    """

    section: Section
    uuid: str = ""
    count: int = 0
    left: int = 0
    hidden: int = 0


class Rows(Sequence[Row]):
    """The rows of a roster: of each section its heading and its people, by their uuids.

    A row is made when somebody looks at it: of 5,000 people a screen shows 50.
    """

    def __init__(self, sections: Sequence[tuple[Row, Sequence[str]]] = ()) -> None:
        self._sections = sections
        self._length = sum(1 + len(members) for _, members in sections)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(self._length))]
        within = at if at >= 0 else at + self._length
        if within >= 0:
            for heading, members in self._sections:
                if not within:
                    return heading
                if within <= len(members):
                    return Row(heading.section, members[within - 1])
                within -= 1 + len(members)
        raise IndexError(at)

    def __iter__(self) -> Iterator[Row]:
        for heading, members in self._sections:
            yield heading
            for uuid in members:
                yield Row(heading.section, uuid)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Rows):
            return self._sections == other._sections
        return isinstance(other, list) and list(self) == other

    __hash__ = None  # type: ignore[assignment]


# Looked up once, because that takes longer than all else that `section_of` does.
_WAITING, _HANDS, _HOSTS, _GUESTS = Section
_HOST = Role.HOST


def section_of(participant: Participant) -> Section:
    """The section a participant belongs to."""
    # The properties would cost as much again, and most people neither wait nor have a hand up.
    if participant.service_type == WAITING_ROOM:
        return _WAITING
    if participant.buzz_time is not None and participant.has_hand_up:
        return _HANDS
    return _HOSTS if participant.role is _HOST else _GUESTS


def longest_wait(section: Section, conference: Conference, now: float) -> float | None:
    """How many seconds the first of a section has waited for the host.

    None where nobody is in it, and for sections in which nobody waits for anything.
    """
    people, seen = conference.participants, conference.first_seen
    if section is _WAITING:
        since = [people[one].start_time or seen.get(one, now) for one in conference.waiting()]
    elif section is _HANDS:
        since = [people[one].buzz_time or now for one in conference.hands()[:1]]
    else:
        return None
    return now - min(since) if since else None
