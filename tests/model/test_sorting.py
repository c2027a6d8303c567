"""What the people of a section are sorted by."""

from __future__ import annotations

import pytest

from pexdash.model.events import ParticipantUpdated
from pexdash.model.participant import Role
from pexdash.model.roster import Roster
from pexdash.model.sorting import Order, SortedBy
from tests.model.people import NOW, person, roster_of, synced, uuids

PEOPLE = [
    person("b", "bob", protocol="sip", start_time=NOW, is_on_hold=True),
    person("a", "Ann", protocol="webrtc", start_time=NOW + 60, is_client_muted=True),
    person("n", "", uri="sip:zoe@example.com", protocol="api", has_media=False),
    person("m", "Mia", protocol="h323", is_muted=True, role=Role.UNKNOWN),
]
TALK = {"m": 3.0, "n": 9.5}


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (SortedBy.NAME, "a b m n"),
        (SortedBy.SINCE, "a b m n"),
        (SortedBy.ROLE, "a b n m"),
        (SortedBy.STATE, "b a m n"),
        (SortedBy.AUDIO, "m a b n"),
        (SortedBy.TALK, "n m a b"),
        (SortedBy.HAND, "a b m n"),
        (SortedBy.PROTOCOL, "n m b a"),
    ],
)
def test_each_order(by: SortedBy, expected: str) -> None:
    order = Order()
    order.by = by
    people = list(PEOPLE)
    order.sort(people, TALK)
    assert [one.uuid for one in people] == expected.split()


def test_backwards_those_of_equal_keys_stay_sorted_by_name() -> None:
    order = Order()
    people = list(PEOPLE)
    order.turn_round()
    order.sort(people, TALK)
    assert [one.uuid for one in people] == ["n", "m", "b", "a"]
    order.by = SortedBy.TALK
    order.sort(people, TALK)
    assert [one.uuid for one in people] == ["a", "b", "m", "n"]


def test_the_keys_come_in_turn_each_its_usual_way_round() -> None:
    order = Order()
    seen = [order.by]
    for _ in SortedBy:
        order.turn_round()
        order.turn_on()
        assert not order.backwards
        seen.append(order.by)
    assert seen == [*SortedBy, SortedBy.NAME]


def test_what_is_chosen_again_is_turned_round() -> None:
    order = Order()
    order.choose(SortedBy.AUDIO)
    assert (order.by, order.backwards) == (SortedBy.AUDIO, False)
    order.choose(SortedBy.AUDIO)
    assert order.backwards
    order.choose(SortedBy.ROLE)
    assert (order.by, order.backwards) == (SortedBy.ROLE, False)


def test_the_order_stays_for_the_next_conference() -> None:
    order = Order()
    first = Roster(synced(person("a", "Ann")), order)
    first.sort_by(SortedBy.PROTOCOL)
    first.reverse_order()
    second = Roster(synced(*PEOPLE), order)
    second.set_filter("")
    assert uuids(second) == ["a", "b", "m", "n"]


def test_who_is_muted_moves_where_the_order_is_that() -> None:
    conference, roster = roster_of(person("a", "Ann"), person("b", "Bob"))
    muted = ParticipantUpdated(person("b", "Bob", is_muted=True))
    assert not roster.update(conference.apply(muted, NOW))
    roster.sort_by(SortedBy.AUDIO)
    assert uuids(roster) == ["b", "a"]
    assert roster.update(conference.apply(ParticipantUpdated(person("b", "Bob")), NOW))
    assert uuids(roster) == ["a", "b"]


def test_who_talks_moves_when_that_is_looked_at_and_not_before() -> None:
    talk: dict[str, float] = {}
    roster = Roster(synced(person("a", "Ann"), person("b", "Bob")), talked=lambda: dict(talk))
    roster.set_filter("")
    talk["b"] = 5.0
    assert not roster.follow_talk(), "that is not the order"
    roster.sort_by(SortedBy.TALK)
    assert uuids(roster) == ["b", "a"]
    talk["a"] = 6.0
    assert uuids(roster) == ["b", "a"]
    assert roster.follow_talk()
    assert uuids(roster) == ["a", "b"]
    assert not roster.follow_talk()
