"""A conference follows its node, whatever order the events come in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.events import (
    ConferenceUpdated,
    Disconnected,
    Event,
    LayoutChanged,
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    PresentationStarted,
    PresentationStopped,
    Speaker,
    StageUpdated,
    SyncBegun,
    SyncEnded,
    UnknownEvent,
)
from pexdash.model.participant import Participant, Role
from pexdash.model.status import ConferenceStatus
from tests.examples import slow_times
from tests.model.people import NOW, person, synced

UUIDS = st.sampled_from("abcdef")
NAMES = st.sampled_from(["Ann", "Bob", "Chen"])


class FollowingANode(RuleBasedStateMachine):
    """A node with its own list, a line that breaks, and the conference at its other end."""

    def __init__(self) -> None:
        super().__init__()
        self.node: dict[str, Participant] = {}
        self.to_send: list[str] | None = None
        self.is_online = False
        self.is_fresh = False
        self.conference = Conference("meet.alice")
        self.frame_began_with: dict[str, Participant] = {}
        self.frame = Changes()

    def tell(self, event: Event) -> Changes:
        """Send one event, unless the line is down."""
        if not self.is_online:
            return Changes()
        before = dict(self.conference.participants)
        changes = self.conference.apply(event, NOW)
        self.take(before, changes)
        return changes

    def take(self, before: dict[str, Participant], changes: Changes) -> None:
        assert replay(before, changes, self.conference), "one event's changes do not lead on"
        self.frame.merge(changes)

    @rule(uuid=UUIDS, name=NAMES)
    def create(self, uuid: str, name: str) -> None:
        is_new = uuid not in self.conference.participants
        self.node[uuid] = person(uuid, name)
        changes = self.tell(ParticipantCreated(self.node[uuid]))
        announced = self.is_online and self.to_send is None and is_new
        assert changes.arrived == ([uuid] if announced else [])
        assert changes.left == []

    @rule(uuid=UUIDS, name=NAMES)
    def update_even_of_one_never_created(self, uuid: str, name: str) -> None:
        self.node[uuid] = person(uuid, name, is_muted=True)
        changes = self.tell(ParticipantUpdated(self.node[uuid]))
        assert not changes.arrived
        assert not changes.left

    @rule(uuid=UUIDS)
    def delete_even_twice(self, uuid: str) -> None:
        shown = self.conference.participants.get(uuid)
        self.node.pop(uuid, None)
        changes = self.tell(ParticipantDeleted(uuid))
        announced = self.is_online and self.to_send is None and shown is not None
        assert changes.left == ([shown] if announced else [])
        again = self.tell(ParticipantDeleted(uuid))
        assert not again

    @precondition(lambda self: not self.is_online)
    @rule()
    def connect(self) -> None:
        self.is_online = True
        self.begin_sync()

    @precondition(lambda self: self.is_online)
    @rule()
    def begin_sync(self) -> None:
        self.to_send = list(self.node)
        assert not self.tell(SyncBegun())
        assert self.conference.syncing

    @precondition(lambda self: self.to_send)
    @rule()
    def send_one_of_the_list(self) -> None:
        assert self.to_send
        uuid = self.to_send.pop()
        if uuid in self.node:
            assert not self.tell(ParticipantCreated(self.node[uuid]))

    @precondition(lambda self: self.to_send is not None)
    @rule()
    def end_sync(self) -> None:
        while self.to_send:
            self.send_one_of_the_list()
        self.to_send = None
        changes = self.tell(SyncEnded())
        assert changes.synced
        assert not changes.arrived
        assert not changes.left
        assert not self.conference.syncing
        assert self.conference.synced_at == NOW
        self.is_fresh = True

    @precondition(lambda self: self.is_online and self.to_send is None)
    @rule()
    def end_sync_without_beginning(self) -> None:
        assert not self.tell(SyncEnded())

    @precondition(lambda self: self.is_online)
    @rule()
    def drop_the_line(self) -> None:
        self.is_online = self.is_fresh = False
        self.to_send = None
        self.conference.drop_sync()
        assert not self.conference.syncing

    @rule()
    def fetch_the_list(self) -> None:
        before = dict(self.conference.participants)
        changes = self.conference.replace_participants(self.node.values(), NOW)
        assert not changes.arrived
        assert not changes.left
        self.take(before, changes)
        assert self.conference.participants == self.node
        if self.to_send is not None:
            # A list under way is given up for the fetched one.
            self.to_send = None
        self.is_fresh = self.is_online

    @rule()
    def draw_a_frame(self) -> None:
        self.frame_began_with = dict(self.conference.participants)
        self.frame = Changes()

    @invariant()
    def shows_what_the_node_has(self) -> None:
        if self.is_online and self.is_fresh and self.to_send is None:
            assert self.conference.participants == self.node

    @invariant()
    def every_row_is_under_its_own_uuid(self) -> None:
        for uuid, one in self.conference.participants.items():
            assert one.uuid == uuid

    @invariant()
    def merged_changes_lead_from_frame_to_frame(self) -> None:
        assert replay(self.frame_began_with, self.frame, self.conference)


def replay(old: dict[str, Participant], changes: Changes, conference: Conference) -> bool:
    """Whether putting `before` back into the conference's state gives the old state."""
    state: dict[str, Participant | None] = {**conference.participants, **changes.before}
    return {uuid: one for uuid, one in state.items() if one is not None} == old


TestFollowingANode = pytest.mark.fault(42, 43, 44, 48, 49, 51)(FollowingANode.TestCase)
TestFollowingANode.settings = settings(max_examples=slow_times(80), stateful_step_count=40)


@pytest.mark.fault(50)
def test_a_line_that_breaks_amid_the_list_loses_nobody() -> None:
    conference = synced(person("a"), person("b"))
    conference.apply(SyncBegun(), NOW)
    conference.apply(ParticipantCreated(person("c")), NOW)
    conference.drop_sync()
    assert set(conference.participants) == {"a", "b"}
    assert not conference.apply(SyncEnded(), NOW)


def test_a_list_sent_again_announces_nobody() -> None:
    conference = synced(person("a"), person("b"))
    conference.apply(SyncBegun(), NOW)
    conference.apply(ParticipantCreated(person("b", "Bob")), NOW)
    conference.apply(ParticipantCreated(person("c")), NOW)
    changes = conference.apply(SyncEnded(), NOW)
    assert (changes.arrived, changes.left, changes.synced) == ([], [], True)
    assert set(changes.before) == {"a", "b", "c"}


def test_a_create_that_says_nothing_new_changes_nothing() -> None:
    conference = synced(person("a", "Ann"))
    assert not conference.apply(ParticipantCreated(person("a", "Ann")), NOW)
    assert not conference.apply(ParticipantUpdated(person("a", "Ann")), NOW)


def test_what_the_node_sent_of_a_participant_is_kept_only_where_it_is_asked_for() -> None:
    told = ParticipantCreated(person("a"), source=b'{"uuid": "a"}')
    for keeps, kept in ((False, {}), (True, {"a": b'{"uuid": "a"}'})):
        conference = Conference("meet.alice", keeps_sources=keeps)
        conference.apply(told, NOW)
        assert conference.sources == kept
        conference.apply(ParticipantDeleted("a"), NOW)
        assert conference.sources == {}


def test_conference_properties_are_unknown_until_the_node_says() -> None:
    conference = Conference("meet.alice")
    assert conference.status == ConferenceStatus()
    assert conference.apply(ConferenceUpdated(ConferenceStatus(locked=True)), NOW).conference
    assert not conference.apply(ConferenceUpdated(ConferenceStatus(locked=True)), NOW)
    assert conference.apply(
        ConferenceUpdated(ConferenceStatus(guests_muted=False, started=True)), NOW
    ).conference
    assert not conference.apply(ConferenceUpdated(ConferenceStatus()), NOW)
    assert conference.status == ConferenceStatus(True, False, True)


def test_the_stage_names_who_speaks() -> None:
    conference = synced(person("a"), person("b"))
    event = StageUpdated((Speaker("b", 0, 100), Speaker("ghost", 1, 7)))
    assert conference.apply(event, NOW).stage
    assert not conference.apply(event, NOW)
    assert [one.vad for one in conference.speakers] == [100, 7]


def test_the_layout_is_the_last_one() -> None:
    conference = Conference("meet.alice")
    event = LayoutChanged("1:7", ("a",))
    assert conference.apply(event, NOW).layout
    assert not conference.apply(event, NOW)
    assert conference.layout == event


def test_a_presentation_starts_and_stops() -> None:
    conference = Conference("meet.alice")
    assert not conference.apply(PresentationStopped(), NOW), "nodes send one at first"
    bob = PresentationStarted("Bob", "bob@example.com")
    assert conference.apply(bob, NOW).presentation
    assert conference.presentation == bob
    assert conference.apply(PresentationStopped(), NOW).presentation
    assert conference.presentation is None


def test_an_empty_presentation_is_a_right_taken_away() -> None:
    conference = Conference("meet.alice")
    conference.apply(PresentationStarted("Bob"), NOW)
    assert conference.apply(PresentationStarted(), NOW).presentation
    assert conference.presentation is None


@pytest.mark.parametrize("event", [UnknownEvent("hello"), Disconnected("over")])
def test_what_is_not_the_conferences_changes_nothing(event: Event) -> None:
    assert not synced(person("a")).apply(event, NOW)


def test_people_apis_and_waiting_are_counted_apart() -> None:
    conference = synced(
        person("host", role=Role.HOST),
        person("held", is_on_hold=True),
        person("monitor", protocol="api", has_media=False),
        person("web", protocol="api", has_media=True),
        person("waiting", service_type="waiting_room"),
        person("waiting api", service_type="waiting_room", protocol="api", has_media=False),
        person("ringing", service_type="connecting"),
        person("typing a PIN", service_type="ivr"),
    )
    assert conference.counts() == (3, 1, 2)


COUNTED = st.builds(
    person,
    st.just("a"),
    service_type=st.sampled_from(["conference", "waiting_room"]),
    protocol=st.sampled_from(["api", "sip"]),
    has_media=st.booleans(),
    is_on_hold=st.booleans(),
)


@settings(max_examples=400)
@given(COUNTED, COUNTED)
def test_counts_are_those_of_the_people_shown(before: Participant, after: Participant) -> None:
    conference = synced(before)
    conference.counts()
    conference.apply(ParticipantUpdated(after), NOW)
    assert conference.counts() == synced(after).counts()
    conference.apply(ParticipantDeleted("a"), NOW)
    assert conference.counts() == (0, 0, 0)


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([], False),
        ([person("g")], True),
        ([person("g"), person("h", role=Role.HOST)], False),
        ([person("g"), person("u", role=Role.UNKNOWN)], False),
        ([person("g"), person("h", role=Role.HOST, service_type="connecting")], True),
        ([person("w", service_type="waiting_room")], False),
        ([person("g", is_on_hold=True)], True),
        ([person("earlier", role=Role.HOST)], False),
        ([person("earlier", role=Role.HOST), person("g")], True),
    ],
)
def test_the_last_host_ends_it_for_the_others(others: list[Participant], expected: bool) -> None:
    conference = synced(person("me", role=Role.HOST), *others)
    conference.become("earlier")
    conference.become("me")
    assert conference.would_end_without_me() is expected


@pytest.mark.parametrize("role", [Role.GUEST, Role.UNKNOWN])
def test_one_who_is_no_host_ends_nothing(role: Role) -> None:
    conference = synced(person("me", role=role), person("g"))
    conference.become("me")
    assert not conference.would_end_without_me()


def test_one_who_is_not_in_yet_ends_nothing() -> None:
    conference = synced(person("g"))
    conference.become("me")
    assert not conference.would_end_without_me()


@given(st.lists(UUIDS, min_size=1))
def test_whom_we_were_before_is_remembered(uuids: list[str]) -> None:
    conference = Conference("meet.alice")
    for uuid in uuids:
        conference.become(uuid)
    assert conference.me == uuids[-1]
    assert conference.earlier_me == set(uuids) - {uuids[-1]}


def were(*uuids: str) -> Conference:
    """A conference in which we were each of these, in turn, and all are still shown."""
    conference = synced(*map(person, uuids))
    for uuid in uuids:
        conference.become(uuid)
    return conference


def test_whom_we_were_before_is_forgotten_once_gone() -> None:
    conference = were("a", "b", "c", "me")
    conference.apply(ParticipantDeleted("a"), NOW)
    assert conference.earlier_me == {"b", "c"}
    conference.replace_participants([person("c"), person("me")], NOW)
    assert conference.earlier_me == {"c"}


def test_one_who_waits_is_not_shown_whom_we_were_before() -> None:
    conference = were("a", "me")
    conference.replace_participants([person("me", service_type="waiting_room")], NOW)
    assert conference.earlier_me == {"a"}
    conference.replace_participants([person("a")], NOW)
    assert conference.earlier_me == {"a"}
