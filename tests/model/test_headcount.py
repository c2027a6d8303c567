"""Counts kept up by changes are those that counting everybody gives."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.model import headcount
from pexdash.model.conference import Conference
from pexdash.model.counts import parts_of
from pexdash.model.events import Event, ParticipantDeleted, ParticipantUpdated
from pexdash.model.participant import Participant
from tests.model.people import NOW, person

ANYBODY = st.builds(
    person,
    st.sampled_from("abcdef"),
    service_type=st.sampled_from(["conference", "waiting_room", "connecting"]),
    protocol=st.sampled_from(["api", "sip"]),
    has_media=st.booleans(),
    is_recording=st.booleans(),
    is_transcribing=st.booleans(),
    buzz_time=st.sampled_from([None, NOW, NOW + 1]),
)
EVENTS = st.builds(ParticipantUpdated, ANYBODY) | st.builds(
    ParticipantDeleted, st.sampled_from("abcdef")
)
QUESTIONS = st.lists(st.sampled_from([Conference.parts, Conference.hands, Conference.waiting]))


def assert_counted(conference: Conference) -> None:
    people = conference.participants.values()
    told = {part: number for part, number in conference.parts().items() if number}
    anew = {part: number for part, number in parts_of(people).items() if number}
    assert [*told.items()] == [*anew.items()]
    hands = [one for one in people if one.has_hand_up]
    hands.sort(key=lambda one: (one.buzz_time, one.uuid))
    assert conference.hands() == tuple(one.uuid for one in hands)
    assert conference.count_hands() == len(hands)
    assert conference.waiting() == tuple(one.uuid for one in people if one.is_waiting)


@given(st.lists(ANYBODY), st.lists(st.tuples(st.lists(EVENTS, max_size=4), QUESTIONS)))
def test_whatever_changes_the_counts_are_right(
    people: list[Participant],
    steps: list[tuple[list[Event], list[Callable[[Conference], object]]]],
) -> None:
    conference = Conference("meet.alice")
    conference.replace_participants(people, NOW)
    for events, questions in steps:
        for event in events:
            conference.apply(event, NOW)
        for ask in questions:
            ask(conference)
    assert_counted(conference)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ({"service_type": "waiting_room"}, {"service_type": "waiting_room"}),
        ({"is_recording": True}, {"is_transcribing": True}),
    ],
    ids=["people who wait", "machines"],
)
def test_who_has_left_and_comes_again_is_the_last(
    a: dict[str, object], b: dict[str, object]
) -> None:
    conference = Conference("meet.alice")
    both = [person("a", "", **a), person("b", "", **b)]
    conference.replace_participants(both, NOW)
    assert_counted(conference)
    for event in (ParticipantDeleted("a"), ParticipantUpdated(both[0])):
        conference.apply(event, NOW)
    assert_counted(conference)


def test_after_more_changes_than_are_noted_all_are_counted_anew() -> None:
    conference = Conference("meet.alice")
    conference.counts()
    for number in range(headcount.MOST_NOTED + 3):
        conference.apply(ParticipantUpdated(person(f"{number}", buzz_time=NOW)), NOW)
    assert_counted(conference)
