"""What changed is told once, however many events changed it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pexdash.model.changes import Changes
from pexdash.model.events import (
    ConferenceUpdated,
    Event,
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    StageUpdated,
)
from pexdash.model.participant import Role
from pexdash.model.status import ConferenceStatus
from tests.model.people import NOW, person, synced

FLAGS: list[Callable[[Changes], None]] = [
    lambda one: setattr(one, "conference", frozenset({"locked"})),
    lambda one: setattr(one, "stage", True),
    lambda one: setattr(one, "layout", True),
    lambda one: setattr(one, "presentation", True),
    lambda one: setattr(one, "synced", True),
    lambda one: setattr(one, "own", True),
]


@pytest.mark.parametrize("raise_flag", FLAGS)
def test_every_flag_makes_a_change_and_survives_merging(
    raise_flag: Callable[[Changes], None],
) -> None:
    nothing, one = Changes(), Changes()
    raise_flag(one)
    assert one
    assert not nothing
    nothing.merge(one)
    assert nothing == one
    one.merge(Changes())
    assert nothing == one


@pytest.mark.parametrize(
    ("told", "placed", "spotlit"),
    [
        (ParticipantUpdated(person("a", is_muted=True, is_video_muted=True)), False, False),
        (ParticipantUpdated(person("a", buzz_time=NOW)), True, False),
        (ParticipantUpdated(person("a", spotlight=NOW)), False, True),
        (ParticipantUpdated(person("a", "Another")), True, False),
        (ParticipantUpdated(person("a", role=Role.HOST)), True, False),
        (ParticipantUpdated(person("a", service_type="waiting_room")), True, False),
        (ParticipantUpdated(person("a", is_on_hold=True)), True, False),
        (ParticipantUpdated(person("a", start_time=NOW)), True, False),
        (ParticipantUpdated(person("a", protocol="api")), True, False),
        (ParticipantUpdated(person("a", uri="sip:a@example.com")), True, False),
        (ParticipantCreated(person("b")), True, False),
        (ParticipantCreated(person("b", spotlight=NOW)), True, True),
        (ParticipantUpdated(person("b")), True, False),
        (ParticipantDeleted("a"), True, False),
        (ParticipantDeleted("lit"), True, True),
        (ParticipantDeleted("nobody"), False, False),
    ],
)
def test_changes_tell_whether_anybody_moves_in_a_roster_and_any_spotlight(
    told: Event, placed: bool, spotlit: bool
) -> None:
    conference = synced(person("a"), person("lit", spotlight=NOW))
    changes = conference.apply(told, NOW)
    assert (bool(changes.placed), changes.spotlit) == (placed, spotlit)


def test_events_applied_together_change_what_each_of_them_does() -> None:
    events: list[Event] = [
        ParticipantUpdated(person("a", is_muted=True)),
        ParticipantUpdated(person("a", "Another")),
        ParticipantCreated(person("c")),
        ParticipantDeleted("b"),
        ParticipantCreated(person("b")),
        StageUpdated(()),
        ConferenceUpdated(ConferenceStatus(locked=True)),
    ]
    one, other = (synced(person("a"), person("b")) for _ in range(2))
    together, merged = Changes(), Changes()
    for event in events:
        assert one.apply(event, NOW, together) is together
        merged.merge(other.apply(event, NOW))
    assert together == merged
    assert one.participants == other.participants
