"""Another program goes on with a conference: its alarms hold, and nobody is told of them twice."""

from __future__ import annotations

import pytest

from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.kept import Kept, whole
from pexdash.model.line import Line, LineState
from tests.model.alarms.cases import ANN
from tests.model.alarms.watching import BEGAN, BOARD, Watching, waiting

WENDY = waiting("wendy", "Wendy", start_time=BEGAN)
TOLD = (Change.RAISED, Change.ANNOUNCED, Change.BELL)


def heir_of(wall: Watching, *, seconds: float = 3.0) -> Watching:
    """Another wall that goes on after some seconds, before it has joined."""
    since = BEGAN + wall.now + seconds
    heir = Watching(line=Line(LineState.JOINING, since, node_ahead=0.0))
    heir.at(wall.now + seconds)
    alarms, kept = wall.listed, wall.alarms.kept
    heir.alarms.inherit(BOARD, alarms, kept, BEGAN + heir.now)
    return heir


@pytest.mark.parametrize("is_acked", [False, True])
def test_who_goes_on_tells_nothing_anew_and_the_end_once(is_acked: bool) -> None:
    wall = Watching(ANN, WENDY)
    wall.at(100)
    assert wall.times(Change.ANNOUNCED, "waiting")
    if is_acked:
        wall.acknowledge("waiting")
    words = wall.one("waiting").state_word
    heir = heir_of(wall)
    assert wall.note(wall.alarms.hand_on(BOARD, BEGAN + 103)) == []
    assert wall.listed == []
    assert wall.alarms.kept == Kept()
    heir.relist(ANN, WENDY)
    heir.later(30)
    assert [edge for edge in heir.edges if edge.change in TOLD] == []
    assert heir.one("waiting").state_word == words
    assert heir.one("waiting").age(BEGAN + heir.now) == pytest.approx(heir.now)
    heir.leave("wendy")
    heir.later(30)
    (ended,) = [one for one in heir.edges if one.change in (Change.RETURNED, Change.CLEARED)]
    assert ended.was_announced


def test_what_nobody_was_told_of_yet_is_told_by_who_goes_on() -> None:
    wall = Watching(ANN, WENDY)
    wall.at(62)
    assert wall.raised("waiting")
    assert not wall.times(Change.ANNOUNCED)
    heir = heir_of(wall)
    heir.relist(ANN, WENDY)
    heir.later(10)
    assert len(heir.times(Change.ANNOUNCED, "waiting")) == 1
    assert heir.raised("waiting") == []


def test_what_is_over_when_the_conference_is_seen_again_ends_there() -> None:
    wall = Watching(ANN, WENDY)
    wall.at(100)
    heir = heir_of(wall, seconds=60)
    assert heir.one("waiting").is_active
    heir.relist(ANN)
    heir.later(30)
    assert heir.over("waiting")


def test_what_is_shelved_stays_so() -> None:
    wall = Watching(ANN, WENDY)
    wall.at(100)
    wall.alarms.shelve(whole(BOARD), "jo", "known", BEGAN + 1000, BEGAN + 100)
    heir = heir_of(wall)
    heir.relist(ANN, WENDY)
    assert heir.one("waiting").is_shelved
    heir.at(1001)
    assert not heir.one("waiting").is_shelved
