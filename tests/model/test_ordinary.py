"""How many of a section are muted, or not verified."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pexdash.model.ordinary import LEAST_PEOPLE, Ordinary, SectionTally
from pexdash.model.participant import Participant, Role
from pexdash.model.sections import Section, section_of
from tests.model.people import person

PEOPLE = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.tuples(st.sampled_from(list(Role)), st.booleans(), st.sampled_from([None, False, True])),
)
Told = dict[str, tuple[Role, bool, bool | None]]


def people_of(told: Told) -> dict[str, Participant]:
    return {
        uuid: person(uuid, role=role, is_muted=muted, is_idp_authenticated=verified)
        for uuid, (role, muted, verified) in told.items()
    }


@given(st.lists(PEOPLE, max_size=5))
def test_tallies_are_those_of_the_people_there_whatever_came_before(states: list[Told]) -> None:
    ordinary = Ordinary(section_of)
    people: dict[str, Participant] = {}
    for told in states:
        before, people = people, people_of(told)
        ordinary.update(before.keys() | people.keys(), people)
    for section in Section:
        there = [one for one in people.values() if section_of(one) is section]
        muted = sum(one.is_muted for one in there)
        unverified = sum(one.is_idp_authenticated is False for one in there)
        assert ordinary.tally(section) == SectionTally(len(there), muted, unverified)
        assert ordinary.tally(section).open == len(there) - muted


def test_more_than_half_of_a_few_is_no_rule() -> None:
    assert not SectionTally(LEAST_PEOPLE - 1, LEAST_PEOPLE - 1).are_mostly_muted
    assert not SectionTally(LEAST_PEOPLE, LEAST_PEOPLE // 2).are_mostly_muted
    assert SectionTally(LEAST_PEOPLE, LEAST_PEOPLE // 2 + 1).are_mostly_muted
