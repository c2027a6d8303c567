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


_Fact = tuple[int, bool, bool]


class Ordinary:
    """Tallies of each section, kept up to date by what changed."""

    def __init__(self, section_of: Callable[[Participant], int]) -> None:
        self._section_of = section_of
        self._facts: dict[str, _Fact] = {}
        self._tallies = defaultdict[int, SectionTally](SectionTally)

    def update(self, changed: Iterable[str], people: Mapping[str, Participant]) -> None:
        """Take what the `changed` uuids are now; those not in `people` are in no section."""
        for uuid in changed:
            one = people.get(uuid)
            fact = None
            if one is not None:
                unverified = one.is_idp_authenticated is False
                fact = self._section_of(one), one.is_muted, unverified
            old = self._facts.get(uuid)
            if fact == old:
                continue
            if old is not None:
                section, muted, unverified = old
                tally = self._tallies[section]
                tally.people -= 1
                tally.muted -= muted
                tally.unverified -= unverified
                del self._facts[uuid]
            if fact is not None:
                section, muted, unverified = fact
                tally = self._tallies[section]
                tally.people += 1
                tally.muted += muted
                tally.unverified += unverified
                self._facts[uuid] = fact

    def tally(self, section: int) -> SectionTally:
        """The tally of a section."""
        return self._tallies[section]
