"""When a rule is due follows from the conference and the node's times alone."""

from __future__ import annotations

import pytest

from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.events import ParticipantCreated, ParticipantDeleted
from pexdash.model.participant import Participant
from pexdash.session.moderation.actions import LOCK
from pexdash.session.moderation.participant_actions import ADMIT
from pexdash.session.rules.judging import Judge
from pexdash.session.rules.rule import Rule, When
from pexdash.session.rules.who import NotKnown, who_of
from tests.model.people import person, synced

NOW = 1000.0
ADMITS = Rule("in", When.WAITING, None, ADMIT, ADMIT.steps[0], wait=60.0)


def waits(**fields: object) -> Participant:
    return person("w", "Wendy", service_type="waiting_room", **fields)


def arrive(judge: Judge, conference: Conference, one: Participant, ahead: float | None) -> None:
    changes = Changes()
    conference.apply(ParticipantCreated(one), NOW, changes)
    judge.take(changes, NOW, ahead=ahead)


@pytest.mark.parametrize(
    ("start", "ahead", "due"),
    [
        (None, 5.0, NOW + 60),  # not told: from when we saw it
        (NOW + 5 - 40, None, NOW + 60),  # the clocks cannot be compared
        (NOW + 5 - 40, 5.0, NOW + 20),  # waits for 40 s by the node's clock, which is 5 s ahead
        (NOW + 500, 5.0, NOW + 60),  # nobody comes in the future
    ],
)
def test_a_wait_counts_from_the_nodes_time(
    start: float | None, ahead: float | None, due: float
) -> None:
    conference = synced()
    judge = Judge([ADMITS], conference, NOW)
    arrive(judge, conference, waits(start_time=start), ahead)
    assert judge.next_due() == due
    assert judge.due(due - 0.1) == []
    assert [one.uuids for one in judge.due(due)] == [("w",)]
    assert judge.due(due + 100) == []


def test_control_connections_machines_and_we_ourselves_are_nobody() -> None:
    conference = synced()
    conference.become("me")
    judge = Judge([ADMITS], conference, NOW)
    arrive(judge, conference, waits(protocol="api", has_media=False), None)
    arrive(judge, conference, person("r", service_type="waiting_room", is_recording=True), None)
    arrive(judge, conference, person("me", service_type="waiting_room"), None)
    assert judge.due(NOW + 100) == []


def test_an_empty_meeting_is_one_that_had_people_and_begins_anew_with_the_next() -> None:
    conference = synced()
    judge = Judge([Rule("l", When.EMPTY, None, LOCK, LOCK.steps[0])], conference, NOW)
    judge.take(Changes(own=True), NOW)
    assert judge.due(NOW) == []
    for _ in range(2):
        arrive(judge, conference, person("a", "Ann"), None)
        assert judge.due(NOW) == []
        changes = Changes()
        conference.apply(ParticipantDeleted("a"), NOW, changes)
        judge.take(changes, NOW)
        assert len(judge.due(NOW)) == 1
        assert judge.due(NOW) == []


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("domain:example.com", True),
        ("domain:other.test,example.com", True),
        ("domain:example", False),
        ("domain:xample.com", False),
        ("domain:mple.com", False),
        ("address:ann@example.com", True),
        ("address:ann@example", False),
        ("protocol:webrtc", True),
        ("protocol:web", False),
        ("role:guest is:verified", True),
        ("!is:verified", False),
        ("!role:host", True),
        ("ann", True),
    ],
)
def test_the_words_of_a_rule_are_exact(words: str, fits: bool) -> None:
    ann = person("a", "Ann", uri="sip:Ann@example.com", is_idp_authenticated=True)
    assert who_of(words).test(ann) is fits


@pytest.mark.parametrize(
    "words", ["is:very", "role:boss", "domian:x", "sip:ann", "is:", "domain:", "!"]
)
def test_a_word_that_is_not_known_is_a_mistake(words: str) -> None:
    with pytest.raises(NotKnown):
        who_of(words)


@pytest.mark.parametrize(
    ("words", "proven"),
    [
        ("is:verified", True),
        ("address:a@x.test", True),
        ("domain:x.test", False),
        ("!is:verified", False),
        ("!!is:verified", True),
        ("!address:a@x.test", False),
        ("role:guest protocol:sip", False),
    ],
)
def test_what_proves_who_somebody_is(words: str, proven: bool) -> None:
    assert who_of(words).is_proven is proven
