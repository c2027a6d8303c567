"""Whoever moves alone comes to stand where sorting everybody would put them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pexdash.model import roster as roster_module
from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.events import Event, ParticipantDeleted, ParticipantUpdated
from pexdash.model.participant import Participant, Role
from pexdash.model.roster import Roster
from pexdash.model.sorting import Order, SortedBy
from tests.examples import slow_times
from tests.model.people import NOW, person

OTHERS = st.builds(
    person,
    st.sampled_from("abcdefghijkl"),
    st.sampled_from(["Ann", "ann", "Bob", "Zoe"]),
    role=st.sampled_from(Role),
    service_type=st.sampled_from(["conference"] * 8 + ["waiting_room"]),
    protocol=st.sampled_from(["sip", "webrtc"]),
    start_time=st.sampled_from([None, NOW, NOW + 1]),
    buzz_time=st.sampled_from([None, NOW, NOW + 1]),
    is_muted=st.booleans(),
    is_on_hold=st.booleans(),
)
EVENTS = st.builds(ParticipantUpdated, OTHERS) | st.builds(
    ParticipantDeleted, st.sampled_from("abcdefghijkl")
)


@settings(max_examples=slow_times(150))
@given(
    st.lists(OTHERS),
    st.lists(st.lists(EVENTS, min_size=1, max_size=3), min_size=1, max_size=8),
    st.sampled_from(SortedBy),
    st.booleans(),
    st.sampled_from(["", "an"]),
)
def test_putting_some_anew_is_sorting_everybody(
    people: list[Participant],
    frames: list[list[Event]],
    by: SortedBy,
    backwards: bool,
    text: str,
) -> None:
    conference, order = Conference("meet.alice"), Order()
    conference.replace_participants([person("me", "Ann", role=Role.HOST), *people], NOW)
    order.by, order.backwards = by, backwards
    talked = {"a": 3.0, "b": 1.0, "c": 1.0}

    def shown() -> Roster:
        roster = Roster(conference, order, lambda: talked)
        roster.update(Changes(synced=True))
        if text:
            roster.set_filter(text)
        return roster

    roster = shown()
    roster.put_cursor("me")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(roster_module, "FEW", 0)
        for frame in frames:
            changes = Changes()
            for event in frame:
                conference.apply(event, NOW, changes)
            roster.update(changes)
            anew = shown()
            assert roster.rows == anew.rows
            places = [roster.index_of(row.uuid) for row in roster.rows if row.uuid]
            assert places == [at for at, row in enumerate(roster.rows) if row.uuid]
            assert roster.cursor == "me"
