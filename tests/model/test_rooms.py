"""Breakout rooms: conferences of their own, each with the people whom the node puts into it."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pexdash.model.changes import Changes
from pexdash.model.conference import MOST_ROOMS, Conference
from pexdash.model.events import (
    BreakoutBegun,
    BreakoutEnded,
    BreakoutHeard,
    BreakoutReferred,
    ConferenceUpdated,
    Event,
    HoldChanged,
    MessageReceived,
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    ReferCancelled,
    Referred,
    SplashChanged,
    SyncBegun,
    SyncEnded,
)
from pexdash.model.status import ConferenceStatus, CryForHelp
from pexdash.secret import Secret
from tests.model.people import NOW, person

ROOMS = st.sampled_from(["red", "blue"])
PEOPLE = st.sampled_from(["a", "b", "c"])


def hear(conference: Conference, room: str, *told: Event) -> Changes:
    """What the node tells of a room."""
    changes = Changes()
    for event in told:
        conference.apply(BreakoutHeard(room, event), NOW, changes)
    return changes


def test_a_room_has_people_a_status_and_a_chat_of_its_own() -> None:
    conference = Conference("meet")
    conference.apply(ParticipantCreated(person("m", "Main")), NOW)
    changes = hear(
        conference,
        "red-room-1",
        SyncBegun(),
        ParticipantCreated(person("a", "Ann")),
        SyncEnded(),
        ConferenceUpdated(ConferenceStatus(breakout_name="Red", end_time=NOW + 90)),
        ParticipantCreated(person("b", "Bob")),
        MessageReceived("Bob", "b", "text/plain", "hello"),
    )
    room = conference.rooms["red-room-1"]
    assert (room.uuid, room.name, room.ends_in(NOW)) == ("red-room-1", "Red", 90)
    assert room.ends_in(NOW + 100) == 0
    assert [one.name for one in room.participants.values()] == ["Ann", "Bob"]
    assert [one.name for one in conference.participants.values()] == ["Main"]
    assert [one.text for one in room.chat.messages] == ["hello"]
    assert not conference.chat.messages
    of_room = changes.rooms["red-room-1"]
    assert of_room.arrived == ["b"]
    assert of_room.before == {"a": None, "b": None}
    assert (changes.before, changes.arrived, bool(changes)) == ({}, [], True)


def test_a_room_asks_for_help_and_is_helped() -> None:
    conference = Conference("meet")
    hear(conference, "red", ConferenceUpdated(ConferenceStatus(locked=False)))
    room = conference.rooms["red"]
    asked = [room.asks_for_help]
    assert room.ends_in(NOW) is None
    cry = ConferenceStatus(breakoutbuzz=CryForHelp(True, NOW))
    changes = hear(conference, "red", ConferenceUpdated(cry))
    assert changes.rooms["red"].conference == {"breakoutbuzz"}
    asked.append(room.asks_for_help)
    hear(conference, "red", ConferenceUpdated(ConferenceStatus(breakoutbuzz=CryForHelp())))
    assert [*asked, room.asks_for_help] == [False, True, False]


def test_our_own_part_in_a_room() -> None:
    conference = Conference("meet")
    conference.become("me")
    assert conference.apply(BreakoutBegun("red", "me-in-red"), NOW).rooms["red"].own
    assert (conference.me, conference.rooms["red"].me) == ("me", "me-in-red")
    assert conference.apply(BreakoutEnded("red"), NOW).rooms["red"].own
    assert conference.rooms == {}
    assert not conference.apply(BreakoutEnded("red"), NOW)


def test_a_room_that_a_whole_stream_was_silent_about_is_over() -> None:
    conference = Conference("meet")
    hear(conference, "red", ParticipantCreated(person("a")))
    hear(conference, "blue", ParticipantCreated(person("b")))
    conference.apply(SyncBegun(), NOW)
    assert [room.is_heard for room in conference.rooms.values()] == [False, False]
    assert hear(conference, "red", SyncBegun()).rooms["red"].own
    assert [room.is_heard for room in conference.rooms.values()] == [True, False]
    changes = conference.apply(SyncBegun(), NOW)
    assert list(conference.rooms) == ["red"]
    assert list(changes.rooms) == ["blue"]


def test_a_list_of_a_room_that_is_cut_off_loses_nobody() -> None:
    conference = Conference("meet")
    hear(conference, "red", ParticipantCreated(person("a")), SyncBegun())
    half_sent = [conference.rooms["red"].syncing]
    conference.drop_sync()
    assert [*half_sent, conference.rooms["red"].syncing] == [True, False]
    hear(conference, "red", ParticipantCreated(person("b")))
    assert list(conference.rooms["red"].participants) == ["a", "b"]


def test_there_is_an_end_to_rooms() -> None:
    conference = Conference("meet")
    for number in range(MOST_ROOMS + 10):
        hear(conference, f"r{number}", ParticipantCreated(person("a")))
    assert len(conference.rooms) == MOST_ROOMS
    assert not conference.apply(BreakoutBegun("one-more"), NOW)


def test_changes_of_rooms_are_merged_room_by_room() -> None:
    conference = Conference("meet")
    first = hear(conference, "red", ParticipantCreated(person("a", "Ann")))
    first.merge(hear(conference, "red", ParticipantUpdated(person("a", "Anna"))))
    first.merge(hear(conference, "blue", ParticipantCreated(person("b"))))
    assert first.rooms["red"].before == {"a": None}
    assert first.rooms["red"].arrived == ["a"]
    assert first.rooms["blue"].arrived == ["b"]


def test_whoever_we_become_is_asked_nowhere_and_is_in_no_room() -> None:
    conference = Conference("meet")
    conference.become("me")
    conference.apply(ConferenceUpdated(ConferenceStatus(locked=True, breakout=True)), NOW)
    conference.apply(Referred("meet", Secret("once"), target="main"), NOW)
    conference.apply(BreakoutReferred("red"), NOW)
    conference.become("me")
    assert (conference.referral, conference.status.breakout) != (None, None)
    conference.become("me-again")
    assert (conference.referral, conference.room_referral) == (None, None)
    assert conference.status == ConferenceStatus(locked=True)


def test_only_a_room_or_the_main_room_is_somewhere_to_be_asked_to() -> None:
    def leads(name: str, target: str) -> bool:
        return Referred("meet", Secret("once"), name, target).leads_to_a_room

    assert all([leads("Red", ""), leads("", "breakout"), leads("", "main")])
    assert not any(leads("", target) for target in ("", "conference", "direct", "transcoded"))


def test_where_the_node_sends_us() -> None:
    conference = Conference("meet")
    referred = Referred("room7", Secret("once"), "Red", "breakout")
    assert conference.apply(referred, NOW).own
    assert conference.referral is referred
    asked = BreakoutReferred("red", "Red", "a")
    assert conference.apply(asked, NOW).own
    seen = [conference.room_referral]
    for answered in (BreakoutBegun("red"), ReferCancelled(), BreakoutEnded("red")):
        conference.apply(asked, NOW)
        conference.apply(answered, NOW)
        seen.append(conference.room_referral)
    assert seen == [asked, None, None, None]
    assert conference.referral is None


def test_hold_and_splash_are_about_us() -> None:
    conference = Conference("meet")
    assert conference.apply(HoldChanged(True), NOW).own
    assert conference.on_hold
    assert conference.apply(SplashChanged("welcome", 5), NOW).own
    assert conference.splash.key == "welcome"
    conference.become("me")
    conference.apply(HoldChanged(True), NOW)
    conference.apply(SplashChanged("welcome", 5), NOW)
    conference.become("me")
    assert (conference.on_hold, conference.splash.key) == (True, "welcome")
    conference.become("somebody else")
    assert (conference.on_hold, conference.splash.key) == (False, "")


def test_hands_queue_by_time_and_not_by_name() -> None:
    conference = Conference("meet")
    for uuid, since, fields in (
        ("a", NOW + 2, {}),
        ("b", NOW + 1, {}),
        ("c", None, {}),
        ("d", NOW, {"service_type": "waiting_room"}),
        ("f", NOW + 1, {}),
        ("e", NOW + 1, {}),
    ):
        one = person(uuid, uuid.upper(), buzz_time=since, **fields)
        conference.apply(ParticipantCreated(one), NOW)
    assert conference.hands() == ("b", "e", "f", "a")
    assert conference.waiting() == ("d",)
    # Another time is another place in the queue.
    conference.apply(ParticipantUpdated(person("b", "B", buzz_time=NOW + 9)), NOW)
    assert conference.hands() == ("e", "f", "a", "b")
    conference.apply(ParticipantDeleted("d"), NOW)
    assert not conference.waiting()


class RoomsOfANode(RuleBasedStateMachine):
    """The rooms are what plain dictionaries would hold, whatever the node leaves out or repeats."""

    def __init__(self) -> None:
        super().__init__()
        self.conference = Conference("meet")
        self.rooms: dict[str, set[str]] = {}
        self.shadows: dict[str, set[str]] = {}
        self.silent: set[str] = set()

    def heard(self, room: str) -> set[str]:
        """Where the events of a room go now."""
        self.rooms.setdefault(room, set())
        self.silent.discard(room)
        return self.shadows.get(room, self.rooms[room])

    @rule(room=ROOMS, uuid=PEOPLE, created=st.booleans())
    def describe(self, room: str, uuid: str, created: bool) -> None:
        kind = ParticipantCreated if created else ParticipantUpdated
        hear(self.conference, room, kind(person(uuid)))
        self.heard(room).add(uuid)

    @rule(room=ROOMS, uuid=PEOPLE)
    def delete(self, room: str, uuid: str) -> None:
        hear(self.conference, room, ParticipantDeleted(uuid))
        self.heard(room).discard(uuid)

    @rule(room=ROOMS)
    def begin_a_list(self, room: str) -> None:
        hear(self.conference, room, SyncBegun())
        self.heard(room)
        self.shadows[room] = set()

    @rule(room=ROOMS)
    def end_a_list(self, room: str) -> None:
        hear(self.conference, room, SyncEnded())
        self.heard(room)
        if room in self.shadows:
            self.rooms[room] = self.shadows.pop(room)

    @rule(room=ROOMS)
    def begin(self, room: str) -> None:
        self.conference.apply(BreakoutBegun(room, "me"), NOW)
        self.heard(room)

    @rule(room=ROOMS)
    def end(self, room: str) -> None:
        self.conference.apply(BreakoutEnded(room), NOW)
        self.rooms.pop(room, None)
        self.shadows.pop(room, None)
        self.silent.discard(room)

    @rule()
    def drop_the_line_and_come_back(self) -> None:
        self.conference.drop_sync()
        self.shadows.clear()
        self.conference.apply(SyncBegun(), NOW)
        for room in self.silent:
            del self.rooms[room]
        self.silent = set(self.rooms)
        self.conference.apply(SyncEnded(), NOW)

    @invariant()
    def rooms_are_as_told(self) -> None:
        rooms = self.conference.rooms
        assert {uuid: set(room.participants) for uuid, room in rooms.items()} == self.rooms
        assert {uuid for uuid, room in rooms.items() if room.syncing} == set(self.shadows)
        assert {uuid for uuid, room in rooms.items() if not room.is_heard} == self.silent
        assert self.conference.participants == {}


TestRoomsOfANode = RoomsOfANode.TestCase
TestRoomsOfANode.settings = settings(max_examples=60, stateful_step_count=30)
