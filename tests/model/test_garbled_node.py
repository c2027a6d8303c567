"""A node that sends its events garbled, twice, too late or not at all, as JSON of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.events import EmptyEvent, Event, UnknownEvent
from pexdash.model.roster import Roster
from tests.decoded import decode_event
from tests.model.people import NOW

UUIDS = st.sampled_from([f"{letter * 8}-0000-4000-8000-00000000000{letter}" for letter in "abc"])
SPELLINGS = st.sampled_from([str.lower, str.upper, str.title])
NAMES = st.sampled_from(["Ann", "Bob", "Chen [/]", ""])
JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 7, -1.5, [], {}, ["YES"], {"a": {}}, "\ud800", "\x1b[2J", 1e300]
)
# Fields of today's nodes and of none; what they hold makes no difference to who is there.
FIELDS = st.dictionaries(
    st.sampled_from(
        [
            "role",
            "is_muted",
            "start_time",
            "service_type",
            "spotlight",
            "uri",
            "x_new",
            "",
            "vendor",
        ]
    ),
    JUNK,
    max_size=4,
)
NO_UUID = st.sampled_from(["", "null", "{}", "[]", '"x"', "{", '{"uuid": ""}', '{"uuid": [1]}'])
NAMES_OF_NOTHING = st.sampled_from(
    ["ping", "hello", "", "participant_exploded", "PARTICIPANT_CREATE"]
)


class AGarbledNode(RuleBasedStateMachine):
    """The roster is what a plain dictionary would hold: by uuid, whatever else was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.conference = Conference("meet.alice")
        self.roster = Roster(self.conference)
        self.expected: dict[str, str] = {}
        self.shadow: dict[str, str] | None = None

    def send(self, name: str, data: str) -> Event:
        event = decode_event(name, data)
        self.roster.update(self.conference.apply(event, NOW))
        return event

    def known(self) -> dict[str, str]:
        """Where the node's events go now."""
        return self.expected if self.shadow is None else self.shadow

    @rule(
        name=st.sampled_from(["participant_create", "participant_update"]),
        uuid=UUIDS,
        spelled=SPELLINGS,
        shown=NAMES,
        fields=FIELDS,
        twice=st.booleans(),
    )
    def describe(
        self, name: str, uuid: str, spelled: Any, shown: str, fields: dict[str, Any], twice: bool
    ) -> None:
        data = json.dumps({**fields, "uuid": spelled(uuid), "display_name": shown})
        for _ in range(1 + twice):
            self.send(name, data)
        self.known()[uuid] = shown

    @rule(uuid=UUIDS)
    def describe_by_nothing_but_a_uuid(self, uuid: str) -> None:
        self.send("participant_create", json.dumps({"uuid": uuid}))
        self.known()[uuid] = ""

    @rule(uuid=UUIDS, spelled=SPELLINGS, twice=st.booleans())
    def delete(self, uuid: str, spelled: Any, twice: bool) -> None:
        for _ in range(1 + twice):
            self.send("participant_delete", json.dumps({"uuid": spelled(uuid), "role": "x"}))
        self.known().pop(uuid, None)

    @rule(
        name=st.sampled_from(["participant_create", "participant_update", "participant_delete"]),
        data=NO_UUID,
    )
    def name_nobody(self, name: str, data: str) -> None:
        assert isinstance(self.send(name, data), UnknownEvent)

    @rule(name=NAMES_OF_NOTHING, data=NO_UUID)
    def send_what_nobody_knows(self, name: str, data: str) -> None:
        assert isinstance(self.send(name, data), UnknownEvent | EmptyEvent)

    @rule(data=st.sampled_from(["", "null", "{}", '""', "nonsense {"]))
    def begin_a_list_perhaps_again(self, data: str) -> None:
        self.send("participant_sync_begin", data)
        self.shadow = {}

    @rule(data=st.sampled_from(["", "null", "{}"]))
    def end_a_list_perhaps_without_one(self, data: str) -> None:
        self.send("participant_sync_end", data)
        if self.shadow is not None:
            self.expected, self.shadow = self.shadow, None

    @rule()
    def drop_the_line(self) -> None:
        self.conference.drop_sync()
        self.shadow = None

    @rule(uuid=UUIDS, index=JUNK, vad=JUNK)
    def say_who_speaks(self, uuid: str, index: object, vad: object) -> None:
        places = [
            {"participant_uuid": uuid, "stage_index": index, "vad": vad},
            {"participant_uuid": uuid.upper(), "stage_index": 0, "vad": 1e9},
            {"participant_uuid": "nobody-who-is-here", "stage_index": 0, "vad": 5},
            None,
        ]
        self.send("stage", json.dumps(places))
        speakers = [one.uuid for one in self.conference.speakers]
        assert sorted(speakers) == sorted([uuid, "nobody-who-is-here"])
        assert all(0 <= one.vad <= 100 for one in self.conference.speakers)

    @rule(name=st.sampled_from(["stage", "layout", "message", "conference_update"]), data=JUNK)
    def send_nonsense_about_the_rest(self, name: str, data: object) -> None:
        self.send(name, json.dumps(data))

    @invariant()
    def only_those_are_there_who_were_named(self) -> None:
        shown = {uuid: one.display_name for uuid, one in self.conference.participants.items()}
        assert shown == self.expected
        assert self.conference.syncing == (self.shadow is not None)

    @invariant()
    def nobody_has_two_rows(self) -> None:
        rows = [row.uuid for row in self.roster.rows if row.uuid]
        assert len(rows) == len(set(rows))
        assert set(rows) - {self.roster.cursor} <= self.expected.keys() <= set(rows)


TestAGarbledNode = pytest.mark.fault(
    36, 37, 38, 39, 41, 42, 43, 44, 45, 46, 48, 49, 50, 51, 53, 72
)(AGarbledNode.TestCase)
TestAGarbledNode.settings = settings(max_examples=120, stateful_step_count=40)

Sent = tuple[str, dict[str, Any]]
EVENTS: st.SearchStrategy[Sent] = st.one_of(
    st.tuples(
        st.sampled_from(["participant_create", "participant_update"]),
        st.fixed_dictionaries({"uuid": UUIDS, "display_name": NAMES}),
    ),
    st.tuples(st.just("participant_delete"), st.fixed_dictionaries({"uuid": UUIDS})),
    st.tuples(st.sampled_from(["participant_sync_begin", "participant_sync_end"]), st.just({})),
    st.tuples(st.just("conference_update"), st.fixed_dictionaries({"locked": st.booleans()})),
    st.tuples(
        st.just("layout"),
        st.fixed_dictionaries(
            {"view": st.sampled_from(["1:0", "1:7"]), "participants": st.just([])}
        ),
    ),
    st.tuples(st.just("presentation_start"), st.fixed_dictionaries({"presenter_name": NAMES})),
    st.tuples(st.just("presentation_stop"), st.just({})),
)


@pytest.mark.fault(72)
@given(st.lists(EVENTS, min_size=1), st.data())
def test_events_sent_once_more_change_nothing(sent: list[Sent], data: st.DataObject) -> None:
    """A node that keeps no ids, or too many, may send again what we have had."""
    conference = Conference("meet.alice")

    def hear(events: list[Sent]) -> Changes:
        heard = Changes()
        for name, fields in events:
            heard.merge(conference.apply(decode_event(name, json.dumps(fields)), NOW))
        return heard

    hear(sent)
    # What is sent again comes on a new line, where no list is half sent any more.
    assume(not conference.syncing)
    before = (
        dict(conference.participants),
        conference.status,
        conference.layout,
        conference.presentation,
        conference.syncing,
    )
    again = data.draw(st.integers(0, len(sent) - 1), label="sent again from")
    hear(sent[again:])
    assert before == (
        conference.participants,
        conference.status,
        conference.layout,
        conference.presentation,
        conference.syncing,
    )
