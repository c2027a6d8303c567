"""What a host is told without having asked."""

from __future__ import annotations

import pytest

from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.events import ParticipantCreated, ParticipantDeleted, ParticipantUpdated
from pexdash.model.participant import Participant, Role
from pexdash.node.ringing import dial
from pexdash.session.feed.notices import Weight, notices_of
from tests.eventually import eventually
from tests.session.host import hosting, settled


def person(name: str, service_type: str = "conference", **fields: object) -> Participant:
    return Participant(
        uuid=name.lower(),
        display_name=name,
        service_type=service_type,
        **fields,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("Wendy", "Wendy is waiting"),
        ("Wendy Xaver", "Wendy and Xaver are waiting"),
        ("Wendy Xaver Yuki", "Wendy, Xaver and Yuki are waiting"),
        ("Wendy Xaver Yuki Zoe", "4 people are waiting"),
    ],
)
def test_who_waits_is_named(names: str, words: str) -> None:
    conference = Conference("c")
    changes = Changes()
    for name in names.split():
        changes.merge(conference.apply(ParticipantCreated(person(name, "waiting_room")), 0))
    (notice,) = notices_of(changes, conference)
    assert (notice.text, notice.weight) == (words, Weight.WARNING)


def test_who_waits_is_said_once() -> None:
    conference = Conference("c")
    wendy = person("Wendy", "waiting_room")
    conference.apply(ParticipantCreated(wendy), 0)
    again = conference.apply(
        ParticipantUpdated(person("Wendy", "waiting_room", is_client_muted=True)), 0
    )
    assert again
    assert notices_of(again, conference) == []


def test_who_is_sent_back_to_wait_is_said() -> None:
    conference = Conference("c")
    conference.apply(ParticipantCreated(person("Wendy")), 0)
    changes = conference.apply(ParticipantUpdated(person("Wendy", "waiting_room")), 0)
    assert [one.text for one in notices_of(changes, conference)] == ["Wendy is waiting"]


def test_we_do_not_wait_for_ourselves() -> None:
    conference = Conference("c")
    conference.become("alice")
    changes = conference.apply(ParticipantCreated(person("Alice", "waiting_room")), 0)
    assert notices_of(changes, conference) == []


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("Bob", "Bob has a hand up"),
        ("Bob Cleo", "Bob and Cleo have a hand up"),
        ("Bob Cleo Dee", "Bob, Cleo and Dee have a hand up"),
        ("Bob Cleo Dee Eve", "4 people have a hand up"),
    ],
)
def test_a_new_hand_is_said_once_and_not_our_own(names: str, words: str) -> None:
    conference = Conference("c")
    conference.become("alice")
    changes = Changes()
    for name in ("Alice", *names.split()):
        changes.merge(conference.apply(ParticipantUpdated(person(name, buzz_time=7.5)), 0))
    (notice,) = notices_of(changes, conference)
    assert (notice.text, notice.weight) == (words, Weight.INFORMATION)
    first = names.split()[0]
    again = conference.apply(ParticipantUpdated(person(first, buzz_time=9.5, is_muted=True)), 0)
    assert again.placed
    assert notices_of(again, conference) == []


def test_a_storm_of_hands_is_no_storm_of_notices() -> None:
    conference = Conference("c")
    told = []
    for number in range(40):
        raised = ParticipantUpdated(person(f"P{number}", buzz_time=1.0 + number))
        told += notices_of(conference.apply(raised, 0), conference)
    assert [one.text for one in told] == [f"P{number} has a hand up" for number in range(3)]


@pytest.mark.parametrize(
    ("service_type", "words"),
    [("connecting", ["The call to Bob was not answered"]), ("conference", []), ("ivr", [])],
)
def test_a_call_nobody_answers(service_type: str, words: list[str]) -> None:
    conference = Conference("c")
    conference.apply(ParticipantCreated(person("Bob", service_type, uri="sip:b@x")), 0)
    changes = conference.apply(ParticipantDeleted("bob"), 0)
    assert [one.text for one in notices_of(changes, conference)] == words


def test_the_branch_of_a_call_that_lost_is_not_told() -> None:
    conference = Conference("c")
    conference.apply(ParticipantCreated(person("Bob", "connecting", uri="sip:b@x")), 0)
    conference.apply(ParticipantCreated(person("Bob2", uri="sip:b@x")), 0)
    changes = conference.apply(ParticipantDeleted("bob"), 0)
    assert notices_of(changes, conference) == []


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (Role.HOST, Role.GUEST, ["You are a Guest now"]),
        (Role.GUEST, Role.HOST, ["You are a Host now"]),
        (Role.HOST, Role.HOST, []),
        (Role.HOST, Role.UNKNOWN, []),
    ],
)
def test_our_own_role(before: Role, after: Role, words: list[str]) -> None:
    conference = Conference("c")
    conference.become("alice")
    conference.apply(ParticipantCreated(person("Alice", role=before)), 0)
    changes = conference.apply(
        ParticipantUpdated(person("Alice", role=after, is_client_muted=True)), 0
    )
    assert [one.text for one in notices_of(changes, conference)] == words


def test_the_role_of_others_is_no_notice() -> None:
    conference = Conference("c")
    conference.apply(ParticipantCreated(person("Bob", role=Role.GUEST)), 0)
    changes = conference.apply(ParticipantUpdated(person("Bob", role=Role.HOST)), 0)
    assert notices_of(changes, conference) == []


async def test_a_list_sent_again_tells_nobody_twice() -> None:
    async with hosting() as host:
        await host.someone("Wendy", waiting=True)
        assert host.said == ["Wendy is waiting"]
        host.node.faults.cut_streams()
        await eventually(lambda: not host.feed.link.is_live)
        host.conference.join("Xaver", waiting=True)
        host.notices.clear()
        await host.pass_time_until(lambda: host.feed.link.is_live and host.agrees())
        assert host.said == ["Xaver is waiting"]


async def test_calls_that_ring_and_are_not_answered() -> None:
    async with hosting() as host:
        dial(host.conference, "bob@example.com", name="Bob", outcome="rejected", answer_after=3)
        dial(host.conference, "ann@example.com", name="Ann", answer_after=3)
        dial(host.conference, "ann@example.com", name="Ann", outcome="rejected", answer_after=5)
        await eventually(lambda: len(host.feed.conference.participants) == 4)
        await host.clock.advance(6)
        await eventually(lambda: len(host.feed.conference.participants) == 2)
        await settled()
        assert host.said == ["The call to Bob was not answered"]
