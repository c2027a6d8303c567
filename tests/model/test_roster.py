"""The cursor stays with its person, whatever happens around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.events import (
    Event,
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    Speaker,
    StageUpdated,
    voices,
)
from pexdash.model.filter import people_grammar
from pexdash.model.participant import Participant, Role
from pexdash.model.roster import Roster
from pexdash.model.sections import Row, Section, section_of
from pexdash.model.sorting import Order, SortedBy
from tests.examples import slow_times
from tests.model.people import NOW, person, roster_of, uuids

UUIDS = st.sampled_from("abcdef")
PEOPLE = st.builds(
    lambda uuid, name, role, service, protocol, start, hand, muted: person(
        uuid,
        name,
        role=role,
        service_type=service,
        protocol=protocol,
        start_time=start,
        buzz_time=hand,
        is_muted=muted == "by a Host",
        is_client_muted=muted == "themselves",
        is_on_hold=muted == "on hold",
    ),
    UUIDS,
    st.sampled_from(["Ann", "Bob", "ann", ""]),
    st.sampled_from(Role),
    st.sampled_from(["conference", "waiting_room", "connecting"]),
    st.sampled_from(["sip", "webrtc"]),
    st.sampled_from([None, NOW, NOW + 1]),
    st.sampled_from([None, None, NOW, NOW + 1]),
    st.sampled_from(["", "by a Host", "themselves", "on hold"]),
)
FILTERS = st.sampled_from(
    ["", "ann", "is:host", "is:waiting", "sip", "protocol:sip", "nobody", "is:speak", "!is:speak"]
)


def sort_key(key: SortedBy, one: Participant, talk: Mapping[str, float]) -> Any:
    states = ["connecting", "pin entry", "waiting", "on hold", "in"]
    return {
        SortedBy.NAME: 0,
        SortedBy.SINCE: -(one.start_time or 0),
        SortedBy.ROLE: ["host", "guest", "unknown"].index(one.role.value),
        SortedBy.STATE: states.index(one.presence.value),
        SortedBy.AUDIO: [one.is_muted, one.is_client_muted, True].index(True),
        SortedBy.TALK: -talk.get(one.uuid, 0),
        SortedBy.HAND: one.buzz_time or NOW * 2,
        SortedBy.PROTOCOL: one.protocol,
    }[key]


def sorted_naively(
    people: list[Participant], order: Order, talk: Mapping[str, float]
) -> list[Participant]:
    by_name = sorted(people, key=lambda one: (one.name.casefold(), one.uuid))
    if order.by is SortedBy.NAME:
        return by_name[::-1] if order.backwards else by_name
    keys = sorted({sort_key(order.by, one, talk) for one in people}, reverse=order.backwards)
    return [one for key in keys for one in by_name if sort_key(order.by, one, talk) == key]


class AHostAtTheKeys(RuleBasedStateMachine):
    """Events come at any time, the roster hears of them a frame later, and keys fall between."""

    def __init__(self) -> None:
        super().__init__()
        self.conference = Conference("meet.alice")
        self.talked = dict[str, float]()
        self.order = Order()
        self.roster = Roster(self.conference, self.order, lambda: dict(self.talked))
        self.talk = dict(self.talked)
        self.pending = Changes()
        self.cursor: str | None = None

    @initialize(people=st.lists(PEOPLE))
    def join(self, people: list[Participant]) -> None:
        self.sync(people)
        self.draw_a_frame()

    def tell(self, event: Event) -> None:
        self.pending.merge(self.conference.apply(event, NOW))

    @rule(one=PEOPLE)
    def create(self, one: Participant) -> None:
        self.tell(ParticipantCreated(one))

    @rule(one=PEOPLE)
    def update(self, one: Participant) -> None:
        self.tell(ParticipantUpdated(one))

    @rule(uuid=UUIDS)
    def delete(self, uuid: str) -> None:
        self.tell(ParticipantDeleted(uuid))

    @precondition(lambda self: self.roster.cursor is not None)
    @rule()
    def delete_whom_the_cursor_is_on(self) -> None:
        assert self.roster.cursor
        self.tell(ParticipantDeleted(self.roster.cursor))

    @rule(uuids=st.sets(UUIDS, max_size=2))
    def speak(self, uuids: set[str]) -> None:
        self.tell(StageUpdated(tuple(Speaker(uuid, 0, 50) for uuid in uuids)))

    @rule(people=st.lists(PEOPLE))
    def sync(self, people: list[Participant]) -> None:
        self.pending.merge(self.conference.replace_participants(people, NOW))

    @rule()
    def draw_a_frame(self) -> None:
        rows = list(self.roster.rows)
        moved = self.roster.update(self.pending)
        self.pending = Changes()
        assert moved or self.roster.rows == rows

    @rule(by=st.sampled_from([None, *SortedBy]))
    def sort(self, by: SortedBy | None) -> None:
        before, backwards = self.order.by, self.order.backwards
        if by is None:
            self.roster.next_order()
            assert (self.order.by is not before, self.order.backwards) == (True, False)
        else:
            self.roster.sort_by(by)
            assert self.order.by is by
            assert self.order.backwards is (by is before and not backwards)
        self.talk = dict(self.talked)

    @rule()
    def reverse(self) -> None:
        self.roster.reverse_order()
        self.talk = dict(self.talked)

    @rule(uuid=UUIDS, seconds=st.integers(1, 3))
    def somebody_talks(self, uuid: str, seconds: int) -> None:
        self.talked[uuid] = seconds

    @rule()
    def look_who_talked(self) -> None:
        rows = list(self.roster.rows)
        moved = self.roster.follow_talk()
        if self.order.by is SortedBy.TALK:
            self.talk = dict(self.talked)
        assert moved is (self.roster.rows != rows)

    @rule()
    def mark(self) -> None:
        cursor, marks = self.roster.cursor, set(self.roster.marks)
        self.roster.toggle_mark()
        here = cursor is not None and cursor in self.conference.participants
        assert self.roster.marks == (marks ^ {cursor} if here else marks)

    @rule()
    def mark_all(self) -> None:
        shown = {row.uuid for row in self.roster.rows} & self.conference.participants.keys()
        marks = set(self.roster.marks)
        self.roster.mark_all()
        assert self.roster.marks == (marks - shown if shown <= marks else marks | shown)

    @rule()
    def clear_marks(self) -> None:
        self.roster.clear_marks()
        assert self.roster.marks == set()

    @rule(by=st.integers(-3, 3))
    def move_the_cursor(self, by: int) -> None:
        people = [row.uuid for row in self.roster.rows if row.uuid]
        at = people.index(self.roster.cursor) if self.roster.cursor else 0
        self.roster.move_cursor(by)
        if people:
            self.cursor = people[min(max(at + by, 0), len(people) - 1)]

    @rule(uuid=UUIDS)
    def click(self, uuid: str) -> None:
        if self.roster.index_of(uuid) is not None:
            self.cursor = uuid
        self.roster.put_cursor(uuid)

    @rule(text=FILTERS)
    def filter(self, text: str) -> None:
        self.roster.set_filter(text)
        people = [row.uuid for row in self.roster.rows if row.uuid]
        assert self.roster.cursor == (people[0] if people else None)
        self.cursor = self.roster.cursor

    @rule()
    def clear_the_filter(self) -> None:
        before = self.roster.cursor
        self.roster.clear_filter()
        if before is not None and before in self.conference.participants:
            assert self.roster.cursor == before
        self.cursor = self.roster.cursor

    @rule(text=FILTERS)
    def try_a_filter_and_give_it_up(self, text: str) -> None:
        before = self.roster.cursor
        self.roster.begin_filter()
        self.roster.set_filter(text)
        self.roster.cancel_filter()
        if before is not None and before in self.conference.participants:
            assert self.roster.cursor == before
        self.cursor = self.roster.cursor

    @invariant()
    def the_cursor_stays_with_its_person(self) -> None:
        if self.cursor is None:
            self.cursor = self.roster.cursor
        assert self.roster.cursor == self.cursor
        if self.cursor is not None:
            assert self.roster.cursor_row == self.roster.index_of(self.cursor)
            assert self.roster.rows[self.roster.cursor_row or 0].uuid == self.cursor
            shown = self.roster.participant(self.cursor)
            assert shown is not None
            assert shown.uuid == self.cursor

    @invariant()
    def a_key_is_for_the_marked_or_for_the_cursor(self) -> None:
        targets = self.roster.targets()
        if self.roster.marks:
            assert sorted(targets) == sorted(self.roster.marks)
            rows = [self.roster.index_of(uuid) for uuid in targets]
            places = [len(self.roster.rows) if row is None else row for row in rows]
            assert places == sorted(places)
        else:
            assert targets == ([self.roster.cursor] if self.roster.cursor else [])

    @invariant()
    def the_index_is_the_rows(self) -> None:
        for at, row in enumerate(self.roster.rows):
            assert not row.uuid or self.roster.index_of(row.uuid) == at
        assert len({row.uuid for row in self.roster.rows if row.uuid}) == sum(
            bool(row.uuid) for row in self.roster.rows
        )
        hidden = [uuid for uuid in self.roster.marks if self.roster.index_of(uuid) is None]
        assert self.roster.hidden_marks == len(hidden)

    @invariant()
    def rows_are_what_they_should_be(self) -> None:
        if not self.pending:
            here = self.conference.participants
            assert self.roster.marks <= here.keys()
            departed = self.roster.departed
            assert (departed is None) == (self.cursor is None or self.cursor in here)
            assert departed is None or departed.uuid == self.cursor
            assert self.roster.rows == self.naive_rows()

    def naive_rows(self) -> list[Row]:
        here = self.conference.participants
        test = people_grammar(lambda: voices(self.conference.speakers)).test_of(self.roster.filter)
        people = [one for one in here.values() if test(one) or one.uuid == self.cursor]
        people += [self.roster.departed] if self.roster.departed else []
        rows = []
        for section in Section:
            members = [one for one in people if section_of(one) is section]
            if section is Section.WAITING:
                members.sort(key=self.waited_since)
            elif section is Section.HANDS:
                members.sort(key=lambda one: (one.buzz_time, one.uuid))
            else:
                members = sorted_naively(members, self.order, self.talk)
            if members:
                count = sum(one.uuid in here for one in members)
                hidden = sum(section_of(one) is section for one in here.values()) - count
                left = len(members) - count
                heading = Row(section, count=count, left=left, hidden=hidden)
                rows += [heading, *(Row(section, one.uuid) for one in members)]
        return rows

    def waited_since(self, one: Participant) -> tuple[object, ...]:
        # Everything happens at NOW, so that those without a start are all seen first then.
        return one.start_time or NOW, one.name.casefold(), one.uuid


TestAHostAtTheKeys = pytest.mark.fault(52, 99)(AHostAtTheKeys.TestCase)
TestAHostAtTheKeys.settings = settings(max_examples=slow_times(150), stateful_step_count=40)


def test_those_who_wait_come_first_then_hosts_then_guests() -> None:
    _, roster = roster_of(
        person("guest", "Ann"),
        person("host", "Bob", role=Role.HOST),
        person("waits", "Chen", service_type="waiting_room"),
        person("waiting host", "Dee", service_type="waiting_room", role=Role.HOST),
        person("unknown", "Eli", role=Role.UNKNOWN),
    )
    assert roster.rows == [
        Row(Section.WAITING, count=2),
        Row(Section.WAITING, "waits"),
        Row(Section.WAITING, "waiting host"),
        Row(Section.HOSTS, count=1),
        Row(Section.HOSTS, "host"),
        Row(Section.GUESTS, count=2),
        Row(Section.GUESTS, "guest"),
        Row(Section.GUESTS, "unknown"),
    ]
    assert roster.cursor == "waits"


def test_when_the_cursors_person_leaves_the_row_stays_and_a_key_is_for_nobody_else() -> None:
    conference, roster = roster_of(person("a", "Ann"), person("b", "Bob"), person("c", "Chen"))
    roster.put_cursor("b")
    roster.update(conference.apply(ParticipantDeleted("b"), NOW))
    assert uuids(roster) == ["a", "b", "c"]
    assert roster.rows[0] == Row(Section.GUESTS, count=2, left=1)
    assert roster.targets() == ["b"]
    assert roster.departed == person("b", "Bob")
    roster.toggle_mark()
    assert roster.marks == set()
    roster.move_cursor(1)
    assert (roster.cursor, uuids(roster)) == ("c", ["a", "c"])


def test_one_who_has_left_is_shown_as_they_were_last() -> None:
    conference, roster = roster_of(person("a", "Ann"), person("b", "Bob"))
    roster.put_cursor("b")
    roster.update(conference.apply(ParticipantUpdated(person("b", "Bob", is_muted=True)), NOW))
    roster.update(conference.apply(ParticipantDeleted("b"), NOW))
    assert roster.participant("b") == roster.departed == person("b", "Bob", is_muted=True)


def test_one_who_changes_before_the_cursor_comes_is_shown_as_they_were_last() -> None:
    conference, roster = roster_of(person("a", "Ann"), person("b", "Bob"))
    roster.update(conference.apply(ParticipantUpdated(person("b", "Bob", is_muted=True)), NOW))
    roster.put_cursor("b")
    roster.update(conference.apply(ParticipantDeleted("b"), NOW))
    assert roster.departed == person("b", "Bob", is_muted=True)


def test_sorting_before_the_roster_hears_of_a_departure_moves_no_cursor() -> None:
    conference, roster = roster_of(person("a", "Ann"), person("b", "Bob"))
    roster.put_cursor("b")
    changes = conference.apply(ParticipantDeleted("b"), NOW)
    roster.next_order()
    assert roster.targets() == ["b"]
    roster.update(changes)
    assert roster.targets() == ["b"]


def test_one_who_comes_back_before_the_roster_hears_is_shown_once() -> None:
    conference, roster = roster_of(person("a", "Ann"), person("b", "Bob"))
    roster.put_cursor("b")
    roster.update(conference.apply(ParticipantDeleted("b"), NOW))
    back = conference.apply(ParticipantCreated(person("b", "Bob")), NOW)
    roster.next_order()
    assert sorted(uuids(roster)) == ["a", "b"]
    roster.update(back)
    assert roster.departed is None


def test_one_who_came_and_left_within_a_frame_still_holds_the_cursor() -> None:
    conference, roster = roster_of(person("b", "Bob"))
    changes = conference.apply(ParticipantCreated(person("a", "Ann")), NOW)
    roster.set_filter("ann")
    assert roster.cursor == "a"
    changes.merge(conference.apply(ParticipantDeleted("a"), NOW))
    roster.update(changes)
    assert roster.targets() == ["a"]
    assert roster.departed == person("a", "Ann")


def test_a_role_changed_back_within_a_frame_leaves_everyone_in_place() -> None:
    conference, roster = roster_of(person("a", "Ann", role=Role.HOST), person("b", "Bob"))
    changes = conference.apply(ParticipantUpdated(person("a", "Ann")), NOW)
    roster.next_order()
    again = person("a", "Ann", role=Role.HOST)
    changes.merge(conference.apply(ParticipantUpdated(again), NOW))
    assert roster.update(changes)
    assert roster.rows[0] == Row(Section.HOSTS, count=1)
