"""Another program goes on with a conference: its alarms hold, and nobody is told of them twice."""

from __future__ import annotations

import msgspec
import pytest

from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.carried import Carried
from pexdash.model.alarms.kept import Kept, whole
from pexdash.model.alarms.policy import RuleSettings, policy_of
from pexdash.model.line import Line, LineState
from pexdash.model.participant import Role
from tests.model.alarms.cases import ANN
from tests.model.alarms.watching import BEGAN, BOARD, Watching, host, waiting
from tests.model.people import person

AHEAD = 700_000_000.0
"""Unix time less the clock of the tests."""
WENDY = waiting("wendy", "Wendy", start_time=BEGAN)
TOLD = (Change.RAISED, Change.ANNOUNCED, Change.BELL)


def heir_of(wall: Watching, *, seconds: float = 3.0) -> Watching:
    """Another wall that goes on after some seconds, before it has joined; its clock is another."""
    since = BEGAN + wall.now + seconds
    heir = Watching(line=Line(LineState.JOINING, since, node_ahead=0.0), policy=wall.policy)
    heir.at(wall.now + seconds)
    told = msgspec.msgpack.encode(wall.alarms.carried(BOARD).later(AHEAD))
    carried = msgspec.msgpack.decode(told, type=Carried).later(-AHEAD)
    alarms, kept, now = wall.listed, wall.alarms.kept, BEGAN + heir.now
    heir.note(heir.alarms.inherit(BOARD, alarms, kept, now, carried, BEGAN + wall.now))
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


HOLE = 3.0


def test_a_delay_under_way_goes_on_after_the_hole() -> None:
    wall = Watching(ANN, policy=policy_of(own={"people-low": RuleSettings(enabled=True, value=3)}))
    wall.at(40)
    assert wall.raised("people-low") == []
    heir = heir_of(wall, seconds=HOLE)
    heir.relist(ANN)
    heir.at(61)
    assert heir.raised("people-low") == []
    heir.at(70)
    assert heir.times(Change.RAISED, "people-low") == [60 + HOLE]


def test_what_was_seen_to_happen_is_known_to_who_goes_on() -> None:
    bea, hank = person("bea", "Bea", role=Role.GUEST), host("hank", "Hank")
    wall = Watching(bea, hank, policy=policy_of(own={"gave-up": RuleSettings(enabled=True)}))
    wall.at(20)
    wall.leave("hank")
    for uuid in ("w1", "w2"):
        wall.put(waiting(uuid, uuid))
        wall.leave(uuid)
    wall.at(25)
    heir = heir_of(wall, seconds=HOLE)
    heir.relist(bea)
    heir.at(60)
    # The last Host left before anybody saw the conference here, and nobody saw one in it.
    assert heir.times(Change.RAISED, "host-missing") == [30 + HOLE]
    assert heir.one("host-missing").began == BEGAN + 20
    heir.put(waiting("w3", "w3"))
    heir.leave("w3")
    assert heir.raised("gave-up")


def test_an_alarm_that_comes_and_goes_does_so_for_who_goes_on() -> None:
    wall = Watching(ANN, policy=policy_of(own={"waiting": RuleSettings(value=0, off=0)}))
    for at in (10, 20):
        wall.at(at)
        wall.put(WENDY)
        wall.leave("wendy")
    wall.later(1)
    heir = heir_of(wall, seconds=HOLE)
    heir.relist(ANN)
    heir.put(WENDY)
    (raised,) = [edge for edge in heir.edges if edge.change is Change.RAISED]
    assert raised.is_chattering


def test_a_line_that_was_lost_is_stale_in_time_where_nobody_can_join() -> None:
    wall = Watching(ANN)
    wall.at(100)
    wall.lose()
    wall.at(110)
    heir = heir_of(wall, seconds=HOLE)
    heir.at(140)
    assert heir.times(Change.RAISED, "line-stale") == [130 + HOLE]


def test_the_meeting_began_when_it_was_seen_to_begin() -> None:
    wall = Watching(ANN)
    wall.at(500)
    before = wall.alarms.summary(BOARD)
    heir = heir_of(wall)
    heir.relist(ANN)
    after = heir.alarms.summary(BOARD)
    assert (after.began, after.peak, after.peak_at) == (before.began, before.peak, before.peak_at)
    gone = heir_of(heir)
    gone.relist()
    assert gone.alarms.summary(BOARD).began is None
