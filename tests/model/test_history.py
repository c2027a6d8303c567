"""What happened, told once and in words."""

from __future__ import annotations

import msgspec
import pytest

from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.events import (
    ConferenceUpdated,
    Event,
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    PresentationStarted,
    PresentationStopped,
    SyncBegun,
    SyncEnded,
)
from pexdash.model.history import _MEETING, MOST_HAPPENINGS, History, Kind
from pexdash.model.participant import Participant, Role
from pexdash.model.status import ConferenceStatus
from tests.model.people import NOW, person

ANN = person("ann", "Ann")


class Meeting:
    """A conference and its history, told of each batch of events as a feed would."""

    def __init__(self, *people: Participant) -> None:
        self.conference = Conference("meet.alice")
        self.history = History()
        self.now = NOW
        self.tell(SyncBegun(), *map(ParticipantCreated, people), SyncEnded())

    def tell(self, *events: Event) -> list[str]:
        """Tell events that come together; the words that are new."""
        before, changes = self.history.total, Changes()
        for event in events:
            self.conference.apply(event, self.now, changes)
        self.history.take(changes, self.conference, self.now)
        fresh = self.history.total - before
        return [one.words for one in list(self.history.happenings)[-fresh:]] if fresh else []

    def becomes(self, uuid: str, **fields: object) -> list[str]:
        """Tell that properties of a participant have changed."""
        one = self.conference.participants[uuid]
        return self.tell(ParticipantUpdated(msgspec.structs.replace(one, **fields)))


def test_another_conference_ends_nothing_of_the_one_before() -> None:
    meeting = Meeting(ANN)
    everything_on = status(**dict.fromkeys(_MEETING, True))
    meeting.tell(everything_on)
    changes = meeting.conference.move_to("meet.bob", meeting.now)
    meeting.history.take(changes, meeting.conference, meeting.now)
    assert not meeting.history.happenings
    assert meeting.tell(everything_on) == [], "as it is there at first"


def test_a_list_tells_of_nobody() -> None:
    meeting = Meeting(ANN)
    assert meeting.history.total == 0
    bob = person("bob", "Bob", role=Role.HOST, buzz_time=NOW)
    assert meeting.tell(SyncBegun(), ParticipantCreated(bob), SyncEnded()) == []
    assert list(meeting.conference.participants) == ["bob"]


def test_who_comes_after_a_list_in_one_go_is_told_and_nobody_of_the_list() -> None:
    meeting = Meeting(ANN)
    told = meeting.tell(
        SyncBegun(),
        ParticipantCreated(person("bob", "Bob")),
        SyncEnded(),
        ParticipantCreated(person("eve", "Eve")),
        ParticipantDeleted("bob"),
    )
    assert told == ["Eve joined", "Bob left"]


@pytest.mark.parametrize(
    ("service", "words", "kind"),
    [
        ("conference", "Eve joined", Kind.JOINED),
        ("waiting_room", "Eve waits to be let in", Kind.WAITING),
        ("connecting", "Eve is being called", Kind.JOINED),
        ("ivr", "Eve is entering a PIN", Kind.JOINED),
    ],
)
def test_who_comes(service: str, words: str, kind: Kind) -> None:
    meeting = Meeting()
    assert meeting.tell(ParticipantCreated(person("eve", "Eve", service_type=service))) == [words]
    (happening,) = meeting.history.happenings
    assert (happening.kind, happening.uuid, happening.time) == (kind, "eve", NOW)


@pytest.mark.parametrize(
    ("service", "words"),
    [
        ("conference", "Eve left"),
        ("waiting_room", "Eve no longer waits"),
        ("connecting", "Eve did not answer"),
        ("ivr", "Eve gave no PIN"),
    ],
)
def test_who_goes(service: str, words: str) -> None:
    meeting = Meeting(person("eve", "Eve", service_type=service))
    assert meeting.tell(ParticipantDeleted("eve")) == [words]
    assert meeting.tell(ParticipantDeleted("eve")) == []


def test_who_comes_and_goes_at_once_is_told_in_that_order() -> None:
    meeting = Meeting()
    told = meeting.tell(ParticipantCreated(ANN), ParticipantDeleted("ann"))
    assert told == ["Ann joined", "Ann left"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"service_type": "waiting_room"}, {"service_type": "conference"}, ["Ann was let in"]),
        ({"service_type": "connecting"}, {"service_type": "conference"}, ["Ann joined"]),
        ({}, {"service_type": "waiting_room"}, ["Ann waits to be let in"]),
        ({}, {"is_on_hold": True}, ["Ann is on hold"]),
        ({"is_on_hold": True}, {"is_on_hold": False}, ["Ann is no longer on hold"]),
        ({}, {"role": Role.HOST}, ["Ann is a Host now"]),
        ({"role": Role.HOST}, {"role": Role.GUEST}, ["Ann is a Guest now"]),
        ({}, {"buzz_time": NOW}, ["Ann raised a hand"]),
        ({"buzz_time": NOW}, {"buzz_time": None}, ["Ann no longer has a hand up"]),
        ({"buzz_time": NOW}, {"buzz_time": NOW + 1}, []),
        ({}, {"is_muted": True}, []),
        ({}, {"display_name": "Anna"}, []),
        (
            {"service_type": "waiting_room"},
            {"service_type": "conference", "role": Role.HOST},
            ["Ann was let in", "Ann is a Host now"],
        ),
    ],
)
def test_what_of_a_change_is_told(
    before: dict[str, object], after: dict[str, object], told: list[str]
) -> None:
    meeting = Meeting(person("ann", "Ann", **before))
    assert meeting.becomes("ann", **after) == told
    assert meeting.becomes("ann") == []


def test_we_are_told_from_others() -> None:
    meeting = Meeting(ANN)
    meeting.conference.become("ann")
    assert meeting.becomes("ann", role=Role.HOST) == ["Ann (you) is a Host now"]


def status(**fields: bool) -> ConferenceUpdated:
    return ConferenceUpdated(msgspec.structs.replace(ConferenceStatus(), **fields))


def test_what_is_set_for_the_meeting_is_told_once_it_changes() -> None:
    meeting = Meeting()
    assert meeting.tell(status(locked=True, guests_muted=False)) == []
    assert meeting.tell(status(locked=True)) == []
    assert meeting.tell(status(locked=False)) == ["The conference was unlocked"]
    assert meeting.tell(status(locked=True, guests_muted=True)) == [
        "The conference was locked",
        "All Guests were muted",
    ]
    # What a node has not said before may have been so for long.
    assert meeting.tell(status(recording=True)) == []
    assert meeting.tell(status(recording=False)) == ["The recording ended"]


def test_every_property_that_is_told_is_one() -> None:
    assert set(ConferenceStatus.__struct_fields__) >= set(_MEETING)


def test_who_presents() -> None:
    meeting = Meeting(ANN)
    bob = PresentationStarted("Bob", "sip:bob@example.com", "bob")
    assert meeting.tell(bob) == ["Bob presents"]
    assert meeting.history.happenings[-1].uuid == "bob"
    assert meeting.tell(bob) == []
    assert meeting.tell(PresentationStarted("Ann", "", "ann")) == [
        "Bob stopped presenting",
        "Ann presents",
    ]
    assert meeting.tell(PresentationStopped()) == ["Ann stopped presenting"]
    assert meeting.tell(PresentationStopped()) == []


def test_the_oldest_go() -> None:
    history = History()
    for number in range(MOST_HAPPENINGS + 5):
        history.add(NOW, Kind.MARK, str(number))
    assert history.total == MOST_HAPPENINGS + 5
    assert [one.words for one in history.happenings][:2] == ["5", "6"]
    assert len(history.happenings) == MOST_HAPPENINGS
