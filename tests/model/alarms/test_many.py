"""Many conferences on some nodes: one alarm speaks for many, and a flood is called one."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest

from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.keys import EVERYWHERE, AlarmKey, ConferenceKey, Severity
from pexdash.model.alarms.listing import Listing
from pexdash.model.alarms.nodes import NodeStatus
from pexdash.model.alarms.policy import RuleSettings, policy_of
from pexdash.model.line import Line, LineState
from tests.model.alarms.watching import BEGAN, BOARD, LIVE, NODE, Watching, host, waiting
from tests.model.people import person

ANN, BOB = host("ann", "Ann"), person("bob", "Bob")
NODES = ConferenceKey("main", "")
DOWN = AlarmKey("node-down", NODES, NODE)
MAINTENANCE = AlarmKey("node-maintenance", NODES, NODE)


def walls(count: int) -> Watching:
    """Several conferences on one node, in each a Host and a Guest."""
    wall = Watching(ANN, BOB)
    for at in range(1, count):
        wall.follow(ConferenceKey("main", f"room{at}"), ANN, BOB)
    return wall


def each(wall: Watching, count: int) -> list[ConferenceKey]:
    return list(wall.conferences)[:count]


def lose(wall: Watching, count: int) -> None:
    """Lose the lines of some of them at once."""
    for key in each(wall, count):
        wall.key = key
        wall.lose()
    wall.key = BOARD


def find(wall: Watching, count: int) -> None:
    for key in each(wall, count):
        wall.key = key
        wall.relist(ANN, BOB)
    wall.key = BOARD


def status(wall: Watching, told: NodeStatus, *, is_sure: bool = False) -> None:
    now = BEGAN + wall.now
    wall.note(wall.alarms.take_status("main", NODE, told, now, is_sure=is_sure))


def test_a_thousand_lines_that_are_lost_with_their_node_are_one_line_and_one_bell() -> None:
    wall = walls(1000)
    lose(wall, 1000)
    wall.at(9.75)
    assert wall.edges == []
    wall.at(10)
    assert wall.raised("node-down") == [10]
    wall.at(70)
    assert len(wall.raised("line-stale")) == 1000
    rows = Listing()
    rows.update(wall.listed, held=False)
    assert [row.key for row in rows.rows] == [DOWN]
    assert wall.times(Change.ANNOUNCED) == [15]
    assert wall.times(Change.BELL) == [15]
    assert wall.alarms.counts(BEGAN + wall.now).suppressed == 1000
    assert wall.alarms.words(wall.listed[0], BEGAN) == f"{NODE}: 1000 of 1000 lines stale"


def test_a_node_is_up_with_fewer_than_a_quarter_of_its_lines_lost() -> None:
    wall = walls(20)
    lose(wall, 10)
    wall.at(50)
    assert wall.raised("node-down") == [10]
    find(wall, 5)
    wall.at(200)
    assert wall.over("node-down") == [], "a quarter is still lost"
    find(wall, 6)
    wall.at(230)
    assert wall.over("node-down") == [230]
    late = {edge.key.conference for edge in wall.edges if edge.change is Change.RELEASED}
    assert late == {key for key in each(wall, 10) if key not in each(wall, 6)}
    assert not [one for one in wall.listed if one.key.conference in each(wall, 6)]


def test_two_lost_lines_are_no_node_that_is_down() -> None:
    wall = walls(2)
    lose(wall, 2)
    wall.at(30)
    assert wall.raised("node-down") == []
    assert wall.raised("line-stale") == [30, 30]


def test_a_conference_that_moved_counts_for_its_new_node() -> None:
    wall = walls(4)
    for key in each(wall, 3):
        wall.key = key
        wall.line(state=LineState.LIVE, node="node2")
    wall.key = BOARD
    lose(wall, 3)
    wall.at(10)
    assert [edge.key.subject for edge in wall.edges] == ["node2"]


def test_a_node_that_is_down_speaks_at_once_for_whoever_is_lost_later() -> None:
    wall = walls(8)
    wall.leave("ann")
    wall.at(20)
    for key in each(wall, 8)[1:]:
        wall.key = key
        wall.lose()
    wall.key = BOARD
    wall.at(40)
    assert wall.one("host-missing").parent == ""
    wall.lose()
    assert wall.one("host-missing").parent == "node-down"


def test_who_has_moved_from_a_node_that_is_down_speaks_for_itself() -> None:
    wall = walls(8)
    wall.leave("ann")
    wall.at(20)
    lose(wall, 8)
    wall.at(40)
    assert wall.one("host-missing").parent == "node-down"
    wall.line(state=LineState.LIVE, node="node2")
    wall.at(60)
    assert wall.alarms.get(DOWN) is not None
    assert wall.one("host-missing").parent == ""


def test_a_node_whose_status_fails_three_times_is_down() -> None:
    wall = walls(1)
    for at in (10, 20, 30):
        wall.at(at)
        status(wall, NodeStatus.FAILED)
    wall.at(40)
    assert wall.raised("node-down") == [40]
    status(wall, NodeStatus.OK)
    wall.at(70)
    assert wall.over("node-down") == [70]


def test_maintenance_is_said_twice_or_in_words() -> None:
    wall = walls(1)
    status(wall, NodeStatus.MAINTENANCE)
    status(wall, NodeStatus.OK)
    wall.at(30)
    assert wall.edges == []
    status(wall, NodeStatus.MAINTENANCE, is_sure=True)
    wall.at(60)
    alarm = wall.alarms.get(MAINTENANCE)
    assert alarm is not None
    assert alarm.severity is Severity.WARNING
    assert wall.alarms.words(alarm, BEGAN) == f"{NODE} is in maintenance"
    status(wall, NodeStatus.OK)
    wall.at(200)
    assert wall.over("node-maintenance") == []
    status(wall, NodeStatus.OK)
    wall.at(260)
    assert wall.over("node-maintenance") == [260]


def test_a_screen_that_is_behind_says_so_until_it_has_caught_up() -> None:
    wall = walls(1)

    def program(behind: float, disk: str = "") -> None:
        wall.note(wall.alarms.take_program(behind, disk, BEGAN + wall.now))

    program(4.9)
    wall.at(5)
    assert wall.edges == []
    program(7)
    wall.at(10)
    alarm = wall.alarms.get(AlarmKey("program-behind", EVERYWHERE))
    assert alarm is not None
    assert wall.alarms.words(alarm, BEGAN) == "this screen is 7 s behind"
    program(2)
    wall.at(100)
    assert wall.over("program-behind") == []
    program(0.5, "recording of the wall stopped: disk full")
    wall.at(110)
    assert wall.over("program-behind") == [110]
    assert wall.raised("disk-full") == [100]


# Floods


def test_more_than_ten_alarms_in_ten_minutes_are_a_flood_with_a_bell_a_minute() -> None:
    wall = walls(30)
    for at, key in enumerate(each(wall, 25)):
        wall.at(at * 15)
        wall.key = key
        wall.leave("ann")
    counts = wall.alarms.counts(BEGAN + wall.now)
    assert (counts.lately, counts.is_flood) == (24, True)
    flooded = [at for at in wall.times(Change.BELL) if at > 11 * 15]
    assert flooded
    assert all(later - earlier >= 60 for earlier, later in pairwise(flooded))
    announced = {edge.key for edge in wall.edges if edge.change is Change.ANNOUNCED}
    assert len(announced) == 10, "the others are grouped under those of the same rule and node"
    raised = [edge.in_flood for edge in wall.edges if edge.change is Change.RAISED]
    assert raised == [False] * 11 + [True] * 13, "the eleventh begins it"
    wall.later(600)
    counts = wall.alarms.counts(BEGAN + wall.now)
    assert (counts.lately, counts.is_flood) == (1, False)


# The list


def test_the_list_has_the_unacknowledged_first_then_by_severity_and_age() -> None:
    wall = walls(4)
    second, third = each(wall, 3)[1:]
    wall.leave("ann")
    wall.key = second
    wall.line(state=LineState.REFUSED, why="Invalid PIN")
    wall.at(5)
    wall.key = third
    wall.leave("ann")
    wall.at(30)
    rows = Listing()
    assert rows.update(wall.listed, held=False)
    expected = [(BOARD, "host-missing"), (third, "host-missing"), (second, "refused")]
    assert [(row.key.conference, row.key.rule) for row in rows.rows] == expected
    assert not rows.update(wall.listed, held=False)
    wall.key = BOARD
    wall.acknowledge("host-missing")
    assert rows.update(wall.listed, held=False)
    assert [row.key.conference for row in rows.rows] == [third, second, BOARD]
    assert rows.row_of(AlarmKey("host-missing", BOARD)) == 2


def test_a_list_that_is_held_only_grows_below() -> None:
    wall = walls(3)
    wall.line(state=LineState.REFUSED, why="Invalid PIN")
    rows = Listing()
    rows.update(wall.listed, held=False)
    wall.key = each(wall, 2)[1]
    wall.leave("ann")
    wall.at(10)
    rows.update(wall.listed, held=True)
    assert [row.key.rule for row in rows.rows] == ["refused", "host-missing"]
    assert rows.unseen == 1
    rows.update(wall.listed, held=False)
    assert [row.key.rule for row in rows.rows] == ["host-missing", "refused"]
    assert rows.unseen == 0


def test_a_list_that_is_held_shows_an_alarm_that_was_raised_anew_as_it_is_now() -> None:
    wall = walls(1)
    wall.line(state=LineState.REFUSED, why="Invalid PIN")
    rows = Listing()
    rows.update(wall.listed, held=False)
    wall.acknowledge("refused")
    wall.relist(ANN, BOB)
    wall.at(300)
    assert wall.listed == []
    wall.line(state=LineState.REFUSED, why="Conference full")
    rows.update(iter(wall.listed), held=True)
    assert rows.rows == wall.listed
    assert rows.unseen == 0


# Conferences that come and go


def test_a_conference_that_is_followed_no_more_has_no_alarms() -> None:
    wall = walls(4)
    wall.leave("ann")
    wall.at(20)
    lose(wall, 4)
    wall.at(25)
    wall.note(wall.alarms.unfollow(BOARD, BEGAN + 25))
    assert wall.times(Change.CLEARED, "host-missing") == [25]
    wall.at(35)
    assert wall.raised("node-down") == [30]
    assert wall.alarms.words(wall.listed[0], BEGAN) == f"{NODE}: 3 of 3 lines stale"


def test_a_conference_that_is_joined_anew_keeps_its_alarms() -> None:
    wall = walls(1)
    wall.leave("ann")
    wall.at(20)
    wall.acknowledge("host-missing")
    wall.lose()
    wall.at(60)
    wall.follow(BOARD, line=Line(LineState.LOST, BEGAN + 20, node=NODE))
    wall.at(61)
    wall.relist(BOB)
    wall.at(120)
    assert wall.raised("host-missing") == [10]
    assert wall.one("host-missing").state_word == "acked jo"
    wall.put(ANN)
    wall.at(125)
    assert wall.over("host-missing") == [125]


def test_conferences_that_are_joined_anew_elsewhere_leave_their_old_node() -> None:
    wall = walls(4)
    lose(wall, 4)
    wall.at(10)
    assert wall.raised("node-down") == [10]
    for key in each(wall, 4):
        wall.follow(key, ANN, BOB, line=msgspec.structs.replace(LIVE, node="node2"))
    wall.at(40)
    assert wall.over("node-down") == [40]


@pytest.mark.parametrize("is_joined_anew", [False, True])
def test_what_nothing_speaks_for_any_more_is_told_by_other_settings(is_joined_anew: bool) -> None:
    wendy = waiting("w", "Wendy", start_time=BEGAN)
    wall = Watching(wendy)
    wall.at(130)
    assert wall.one("waiting").parent == "no-admitter"
    wall.policy = policy_of(own={"no-admitter": RuleSettings(enabled=False)})
    if is_joined_anew:
        # As of before, so that nothing but the settings is new.
        wall.note(wall.alarms.follow(BOARD, wall.conference, LIVE, wall.policy, BEGAN + wall.now))
    else:
        wall.note(wall.alarms.become(BOARD, wall.policy, BEGAN + wall.now))
    wall.at(140)
    assert wall.one("waiting").parent == ""
    assert len(wall.times(Change.ANNOUNCED, "waiting")) == 1


def test_other_settings_end_what_is_off_and_judge_anew() -> None:
    wall = walls(1)
    wall.leave("ann")
    wall.at(20)
    policy = policy_of(layers=[{"host-missing": RuleSettings(enabled=False)}])
    wall.note(wall.alarms.become(BOARD, policy, BEGAN + 20))
    assert wall.listed == []
    wall.note(wall.alarms.become(BOARD, policy_of(), BEGAN + 20))
    assert wall.raised("host-missing") == [10, 20]


@pytest.mark.parametrize("after", [100.0, 3000.0])
def test_nothing_is_left_of_what_is_long_over(after: float) -> None:
    wall = walls(1)
    for at in range(40):
        wall.at(at * after)
        wall.leave("ann")
        wall.later(after / 2)
        wall.put(ANN)
        wall.note(wall.alarms.acknowledge([one.key for one in wall.listed], "jo", BEGAN + wall.now))
    wall.later(2000)
    assert wall.listed == []
    assert wall.alarms.next_due is None


def test_nothing_is_left_of_what_returned_long_ago_and_is_taken_note_of() -> None:
    wall = walls(1)
    wall.leave("ann")
    wall.at(20)
    wall.put(ANN)
    wall.at(200)
    assert wall.one("host-missing").state_word == "RETURNED"
    wall.acknowledge("host-missing")
    assert wall.alarms._groups[BOARD].alarms == {}
