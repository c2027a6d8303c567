"""The sections of the roster: who stands where, in which order, and how many they are."""

from __future__ import annotations

from pexdash.model.events import ParticipantDeleted, ParticipantUpdated
from pexdash.model.participant import Role
from pexdash.model.sections import Row, Section, longest_wait
from pexdash.model.sorting import SortedBy
from tests.model.people import NOW, person, roster_of, uuids


def test_hands_are_a_queue_by_time_and_a_person_is_in_one_section() -> None:
    _, roster = roster_of(
        person("late", "Ann", buzz_time=NOW + 2),
        person("host", "Bob", role=Role.HOST, buzz_time=NOW),
        person("waits", "Chen", service_type="waiting_room", buzz_time=NOW),
        person("early", "Zoe", buzz_time=NOW - 60.5),
        person("guest", "Dee"),
    )
    assert roster.rows == [
        Row(Section.WAITING, count=1),
        Row(Section.WAITING, "waits"),
        Row(Section.HANDS, count=3),
        Row(Section.HANDS, "early"),
        Row(Section.HANDS, "host"),
        Row(Section.HANDS, "late"),
        Row(Section.GUESTS, count=1),
        Row(Section.GUESTS, "guest"),
    ]
    for _ in SortedBy:
        roster.next_order()
        assert uuids(roster)[1:4] == ["early", "host", "late"]
        roster.reverse_order()
        assert uuids(roster)[1:4] == ["early", "host", "late"]


def test_a_hand_that_goes_up_or_down_moves_its_person() -> None:
    conference, roster = roster_of(person("a", "Ann"), person("b", "Bob"))
    roster.put_cursor("b")
    assert roster.update(
        conference.apply(ParticipantUpdated(person("b", "Bob", buzz_time=NOW)), NOW)
    )
    assert (uuids(roster), roster.cursor) == (["b", "a"], "b")
    assert longest_wait(Section.HANDS, conference, NOW + 80) == 80
    assert roster.update(conference.apply(ParticipantUpdated(person("b", "Bob")), NOW))
    assert (uuids(roster), roster.cursor) == (["a", "b"], "b")
    assert longest_wait(Section.HANDS, conference, NOW) is None


def test_the_next_of_a_kind_is_below_the_cursor_or_else_the_first() -> None:
    conference, roster = roster_of(
        person("a", "Ann", service_type="waiting_room"),
        person("b", "Bob", service_type="waiting_room"),
        person("c", "Chen", service_type="waiting_room"),
        person("d", "Dee"),
    )
    for cursor, following in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")):
        roster.put_cursor(cursor)
        assert roster.next_of(lambda one: one.is_waiting) == following
    assert roster.next_of(lambda one: one.name == "Dee") is None
    roster.put_cursor("a")
    roster.update(conference.apply(ParticipantDeleted("a"), NOW))
    assert roster.next_of(lambda one: one.is_waiting) == "b"


def test_a_heading_says_how_many_the_filter_hides() -> None:
    _, roster = roster_of(person("a", "Ann"), person("b", "Bob"), person("c", "Chen"))
    roster.set_filter("bob")
    assert roster.rows == [Row(Section.GUESTS, count=1, hidden=2), Row(Section.GUESTS, "b")]


def test_an_update_that_changes_no_place_moves_nothing() -> None:
    conference, roster = roster_of(person("a", "Ann"), person("b", "Bob"))
    assert not roster.update(
        conference.apply(ParticipantUpdated(person("a", "Ann", is_muted=True)), NOW)
    )
    assert roster.update(conference.apply(ParticipantUpdated(person("a", "Zoe")), NOW))
    assert uuids(roster) == ["b", "a"]
