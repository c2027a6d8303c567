"""What is ordinary in each section of a roster, so that only what differs needs words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from pexdash.model.participant import Participant

LEAST_PEOPLE = 6
"""How many people a section has at least for most of them to be a rule."""


class SectionTally(Struct):
    """How many people a section has, and how many of them are muted, or not verified."""

    people: int = 0
    muted: int = 0
    unverified: int = 0

    @property
    def open(self) -> int:
        """How many can be heard if they speak."""
        return self.people - self.muted

    @property
    def are_mostly_muted(self) -> bool:
        """Whether more than half are muted, of a section that is large enough to have a rule."""
        return self.people >= LEAST_PEOPLE and 2 * self.muted > self.people


class Ordinary:
    """Tallies of each section, kept up to date by what changed."""

    def __init__(self, section_of: Callable[[Participant], int]) -> None:
        self._section_of = section_of
        self._facts: dict[str, int] = {}
        """Of each: four times the section, and two for muted and one for not verified.

        Python has each small number once, where a tuple for each would cost as much as a name.
        """
        self._counts = defaultdict[int, int](int)

    def update(self, changed: Iterable[str], people: Mapping[str, Participant]) -> None:
        """Take what the `changed` uuids are now; those not in `people` are in no section."""
        section_of, facts, counts = self._section_of, self._facts, self._counts
        for uuid in changed:
            old, fact = facts.get(uuid), None
            if (one := people.get(uuid)) is not None:
                unverified = one.is_idp_authenticated is False
                fact = 4 * section_of(one) + 2 * one.is_muted + unverified
            if fact == old:
                continue
            if old is not None:
                counts[old] -= 1
            if fact is not None:
                counts[fact] += 1
                facts[uuid] = fact
            else:
                del facts[uuid]

    def tally(self, section: int) -> SectionTally:
        """The tally of a section."""
        neither, unverified, muted, both = (self._counts[4 * section + at] for at in range(4))
        people = neither + unverified + muted + both
        return SectionTally(people, muted=muted + both, unverified=unverified + both)
