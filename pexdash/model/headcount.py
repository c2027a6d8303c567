"""How many people of a conference count as what, whose hand is up, and who waits."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping

from pexdash.model.counts import API, COMING, PEOPLE, WAITING, part_of, parts_of
from pexdash.model.participant import Participant

MOST_NOTED = 5_000
"""How many changes are noted until somebody asks; after more, all is counted anew."""
_NO_MACHINES = frozenset({PEOPLE, WAITING, COMING, API, None})


class Headcount:
    """Answers what is asked after every change, from who changed and not from everybody.

    `note` must be given each participant who came, left, or is placed differently; while it
    `is_noting`, a first entry in `noted` does the same. Each question takes the people of now.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Count everybody anew when next somebody asks."""
        self.noted: dict[str, Participant | None] = {}
        self.is_noting = False
        self._parts: dict[str, int] | None = None
        self._raised: list[tuple[float, str]] | None = None
        self._hands: tuple[str, ...] | None = None
        self._waiting: tuple[str, ...] | None = None

    def note(self, uuid: str, before: Participant | None) -> None:
        """Take that a participant was `before` until now; None for one who was not there."""
        if self.is_noting:
            self.noted.setdefault(uuid, before)
            if len(self.noted) > MOST_NOTED:
                self.forget()

    def note_gone(self, uuid: str, before: Participant) -> None:
        """Take that a participant has left; who comes again is the last of their kind then."""
        self.note(uuid, before)
        part = part_of(before)
        if part == WAITING:
            self._waiting = None
        elif part not in _NO_MACHINES:
            self._parts = None

    def parts(self, people: Mapping[str, Participant]) -> dict[str, int]:
        """How many count as what (`parts_of`)."""
        self._catch_up(people)
        if self._parts is None:
            self._parts = parts_of(people.values())
        return self._parts

    def hands(self, people: Mapping[str, Participant]) -> tuple[str, ...]:
        """The uuids of those in it who have a hand up, the one who raised it first at first."""
        raised = self._raised_of(people)
        if self._hands is None:
            self._hands = tuple(uuid for _, uuid in raised)
        return self._hands

    def count_hands(self, people: Mapping[str, Participant]) -> int:
        """How many `hands` are up; it takes no longer where that are many."""
        return len(self._raised_of(people))

    def _raised_of(self, people: Mapping[str, Participant]) -> list[tuple[float, str]]:
        self._catch_up(people)
        if self._raised is None:
            hands = map(_hand_of, people.values())
            self._raised = sorted(hand for hand in hands if hand is not None)
        return self._raised

    def waiting(self, people: Mapping[str, Participant]) -> tuple[str, ...]:
        """The uuids of those who wait to be let in."""
        self._catch_up(people)
        if self._waiting is None:
            self._waiting = tuple(one.uuid for one in people.values() if one.is_waiting)
        return self._waiting

    def _catch_up(self, people: Mapping[str, Participant]) -> None:
        self.is_noting = True
        if self.noted:
            for uuid, before in self.noted.items():
                self._take(before, people.get(uuid))
            self.noted.clear()

    def _take(self, before: Participant | None, after: Participant | None) -> None:
        if before is None or after is None or not _counts_as(before, after):
            old = None if before is None else part_of(before)
            new = None if after is None else part_of(after)
            if old != new:
                self._count(old, new)
        hand, raised = _hand_of(before), self._raised
        if raised is not None and hand != (new_hand := _hand_of(after)):
            self._hands = None
            if hand is not None:
                del raised[bisect_left(raised, hand)]
            if new_hand is not None:
                insort(raised, new_hand)

    def _count(self, old: str | None, new: str | None) -> None:
        if WAITING in (old, new):
            self._waiting = None
        if not _NO_MACHINES.issuperset((old, new)):
            # Machines are told in the order in which they came.
            self._parts = None
        if self._parts is not None:
            if old is not None:
                self._parts[old] -= 1
            if new is not None:
                self._parts[new] += 1


def _counts_as(before: Participant, after: Participant) -> bool:
    """Whether both surely count as the same."""
    return (
        before.service_type == after.service_type
        and before.protocol == after.protocol
        and before.has_media == after.has_media
        and before.is_recording is after.is_recording
        and before.is_streaming_conference is after.is_streaming_conference
        and before.is_transcribing is after.is_transcribing
        and before.is_ai_enabled is after.is_ai_enabled
    )


def _hand_of(one: Participant | None) -> tuple[float, str] | None:
    """The key that sorts hands; None for who has none up."""
    if one is None or one.buzz_time is None or not one.is_in:
        return None
    return one.buzz_time, one.uuid
