"""Who was in, when, and as whom: a person's sessions are put together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.model.attendance import (
    HAND,
    IN,
    MOST_NAMES,
    MUTED,
    WAITING,
    Attendance,
    End,
    Session,
    address_of,
)
from pexdash.model.participant import Participant, Role

T = 1_770_000_000.0


class Meeting:
    """A meeting whose people are put and removed one by one."""

    def __init__(self) -> None:
        self.over: list[Session] = []
        self.attendance = Attendance(self.over.append)
        self.people: dict[str, Participant] = {}

    def put(self, now: float, uuid: str, **fields: object) -> None:
        """Somebody is there from `now` on, or has changed."""
        plain = {"has_media": True, "role": Role.GUEST, "display_name": uuid}
        one = Participant(uuid=uuid, **{**plain, **fields})  # type: ignore[arg-type]
        self.people[uuid] = one
        self.attendance.take([uuid], self.people, T + now)

    def remove(self, now: float, uuid: str) -> None:
        del self.people[uuid]
        self.attendance.take([uuid], self.people, T + now)

    def seconds(self, key: str, flag: int = IN) -> float:
        return self.attendance.people[key].spells[flag].seconds


STAYS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), min_size=1, max_size=8)


@given(STAYS)
def test_the_overlapping_sessions_of_one_person_count_once(stays: list[tuple[int, int]]) -> None:
    meeting = Meeting()
    deeds = [(began, 1, number) for number, (began, _) in enumerate(stays)]
    deeds += [(began + length, 0, number) for number, (began, length) in enumerate(stays)]
    for moment, comes, number in sorted(deeds):
        if comes:
            meeting.put(moment, f"d{number}", uri="sip:Ann@Example.com", display_name=f"A{number}")
        else:
            meeting.remove(moment, f"d{number}")
    inside = [
        sum(began <= moment < began + length for began, length in stays) for moment in range(100)
    ]
    assert meeting.seconds("ann@example.com") == sum(many > 0 for many in inside)
    (person,) = meeting.attendance.people.values()
    assert person.spells[IN].most == max(inside)
    assert (person.sessions, len(meeting.over)) == (len(stays), len(stays))
    assert person.first_joined == T + min(began for began, _ in stays)
    assert person.last_left == T + max(began + length for began, length in stays)
    assert meeting.attendance.present == 0


def test_who_comes_back_by_name_or_by_address_is_the_same_person() -> None:
    meeting = Meeting()
    meeting.put(0, "a1", uri="sip:ann@example.com", display_name="Ann")
    meeting.remove(10, "a1")
    meeting.put(20, "a2", uri="ANN@example.com", display_name="Ann Smith", role=Role.HOST)
    meeting.put(20, "b1", uri="Bob", display_name="Bob  Jones")
    meeting.remove(25, "b1")
    meeting.put(30, "b2", uri="", display_name="bob jones")
    meeting.put(30, "x1", display_name="", uri="")
    meeting.put(30, "x2", display_name="", uri="")
    people = meeting.attendance.people
    ann, bob = people["ann@example.com"], people["bob jones"]
    assert (ann.sessions, ann.other_names, ann.role) == (2, ["Ann Smith"], Role.HOST)
    assert (bob.sessions, bob.key_from, ann.key_from) == (2, "name", "address")
    assert people.keys() == {"ann@example.com", "bob jones", "?x1", "?x2"}


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("sip:ann@example.com", "ann@example.com"),
        ("+49 30 1234-567", "+49 30 1234-567"),
        ("tel:+4930123", "+4930123"),
        ("Ann Smith", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_an_address_is_no_name(uri: str, address: str) -> None:
    assert address_of(Participant(uuid="a", uri=uri)) == address


def test_control_connections_and_machines_are_sessions_and_no_people() -> None:
    meeting = Meeting()
    meeting.put(0, "api", protocol="api", has_media=False)
    meeting.put(0, "rec", is_recording=True)
    assert (meeting.attendance.present, meeting.attendance.recorders) == (0, 1)
    meeting.remove(5, "api")
    meeting.remove(5, "rec")
    assert [(one.inside.seconds, one.is_person) for one in meeting.over] == [(5, False)] * 2
    assert (meeting.attendance.joins, meeting.attendance.recorders) == (0, 0)
    assert {one.sessions for one in meeting.attendance.people.values()} == {0}


def test_a_wait_ends_by_coming_in_or_by_going_away() -> None:
    meeting = Meeting()
    meeting.put(0, "ann", service_type="waiting_room")
    meeting.put(0, "bob", service_type="waiting_room")
    meeting.put(0, "cat", service_type="waiting_room")
    meeting.attendance.admit("ann")
    meeting.put(30, "ann", is_on_hold=True)
    meeting.put(40, "ann")
    meeting.put(50, "cat")
    meeting.remove(60, "bob")
    meeting.remove(90, "ann")
    bob, ann = meeting.over
    assert (ann.waiting_from, ann.waiting.seconds, ann.admitted_by_us) == (T, 30, True)
    assert (ann.joined_at, ann.left_at, ann.holding.seconds) == (T + 30, T + 90, 10)
    assert (bob.joined_at, bob.left_at, bob.admitted_by_us) == (None, None, False)
    assert meeting.attendance.open["cat"].admitted_by_us is False
    assert (meeting.attendance.gave_up, meeting.attendance.longest_wait) == (1, 60)
    assert meeting.seconds("bob", WAITING) == 60


def test_a_call_that_nobody_takes_failed() -> None:
    meeting = Meeting()
    for uuid in ("ann", "bob"):
        meeting.put(0, uuid, service_type="connecting", call_direction="out")
    meeting.put(5, "ann", call_direction="out")
    meeting.remove(9, "bob")
    meeting.remove(9, "ann")
    assert meeting.attendance.dial_outs == 2
    assert meeting.attendance.failed_dial_outs == 1


def test_who_is_on_the_way_in_may_still_get_another_name() -> None:
    meeting = Meeting()
    meeting.put(0, "a1", service_type="waiting_room", display_name="connecting")
    meeting.put(4, "a1", service_type="waiting_room", display_name="Ann")
    meeting.put(10, "a1", display_name="Ann")
    meeting.put(12, "a1", display_name="Ann of Acme")
    meeting.remove(20, "a1")
    people = meeting.attendance.people
    assert (people["ann"].sessions, people["ann"].other_names) == (1, ["Ann of Acme"])
    assert meeting.seconds("ann") == 10
    assert people["connecting"].sessions == 0


def test_of_a_lost_line_nothing_counts_but_who_is_there_after_it() -> None:
    meeting = Meeting()
    for uuid in ("ann", "bob"):
        meeting.put(0, uuid, is_muted=True, buzz_time=1.0)
    meeting.attendance.lose(T + 10)
    del meeting.people["bob"]
    meeting.people["cat"] = Participant(uuid="cat", display_name="cat", has_media=True)
    meeting.attendance.find(T + 40)
    meeting.attendance.take_list(meeting.people, T + 41)
    meeting.remove(50, "ann")
    meeting.remove(50, "cat")
    bob, ann, cat = meeting.over
    assert (bob.left_at, bob.gap, bob.inside.seconds) == (T + 10, 30, 10)
    assert (ann.left_at, ann.gap, ann.inside.seconds) == (T + 50, 30, 50)
    assert (cat.joined_at, cat.gap, cat.seen_at_start) == (T + 41, 30, True)
    assert meeting.seconds("ann") == 50
    assert meeting.seconds("ann", MUTED) == meeting.seconds("ann", HAND) == 10 + 9
    assert meeting.attendance.people["ann"].hands == 1, "the same hand"


def test_whoever_is_there_at_first_was_not_seen_coming() -> None:
    meeting = Meeting()
    meeting.people["ann"] = Participant(uuid="ann", display_name="Ann", has_media=True)
    meeting.attendance.take_list(meeting.people, T)
    meeting.put(5, "bob")
    assert meeting.attendance.open["ann"].seen_at_start
    assert not meeting.attendance.open["bob"].seen_at_start
    assert meeting.attendance.joins == 1
    meeting.attendance.end(T + 9, End.OBSERVATION_ENDED)
    assert [(one.left_at, one.inside.seconds) for one in meeting.over] == [(None, 9), (None, 4)]


def test_names_of_one_person_are_not_kept_without_end() -> None:
    meeting = Meeting()
    for number in range(MOST_NAMES + 10):
        meeting.put(number, "a1", uri="ann@example.com", display_name=f"Ann {number}")
    (person,) = meeting.attendance.people.values()
    assert len(person.other_names) == MOST_NAMES
