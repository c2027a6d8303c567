"""The state machine of an alarm: delays, people, chattering, freezing."""

from __future__ import annotations

import pytest

from pexdash.errors import UsageFault
from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.expectations import Expectations
from pexdash.model.alarms.kept import whole
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey, Severity
from pexdash.model.alarms.policy import RuleSettings, policy_of
from pexdash.model.line import Line, LineState
from pexdash.model.participant import Role
from tests.model.alarms.watching import BEGAN, BOARD, Watching, host, waiting
from tests.model.people import person

ANN, BOB = host("ann", "Ann"), person("bob", "Bob")
LOCKED = policy_of("noc", Expectations(locked=True))


def unlocked() -> Watching:
    """A meeting that should be locked and is not, since second 0; raised at 60."""
    wall = Watching(ANN, BOB, policy=LOCKED)
    wall.set(locked=False)
    return wall


def shelve(wall: Watching, key: AlarmKey, until: float | None) -> None:
    end = None if until is None else BEGAN + until
    wall.note(wall.alarms.shelve(key, "jo", "known", end, BEGAN + wall.now))


def test_a_condition_that_is_gone_before_its_delay_raises_nothing() -> None:
    wall = unlocked()
    wall.at(59)
    wall.set(locked=True)
    wall.at(70)
    wall.set(locked=False)
    wall.at(129)
    assert wall.raised("lock-expected") == []
    wall.at(130)
    assert wall.raised("lock-expected") == [130]


def test_what_holds_again_within_its_off_delay_is_the_same_alarm() -> None:
    wall = unlocked()
    wall.at(60)
    wall.acknowledge("lock-expected")
    wall.set(locked=True)
    wall.at(64.5)
    assert wall.one("lock-expected").is_recovering
    wall.set(locked=False)
    wall.at(1000)
    assert wall.raised("lock-expected") == [60]
    assert wall.one("lock-expected").state_word == "acked jo"


def test_an_alarm_that_returned_without_an_acknowledgement_stays_for_a_quarter_of_an_hour() -> None:
    wall = unlocked()
    wall.at(60)
    wall.set(locked=True)
    wall.at(65)
    assert wall.one("lock-expected").state_word == "RETURNED"
    wall.at(65 + 900)
    assert wall.times(Change.CLEARED, "lock-expected") == [965]
    assert wall.listed == []


def test_what_returned_keeps_the_words_of_what_it_was_about() -> None:
    wall = Watching(ANN, BOB)
    wall.put(waiting("w", "Wendy"))
    wall.at(61)
    wall.put(waiting("x", "Xaver"))
    wall.leave("w")
    # Xaver waits for too short a time to be what this is about, or anything else.
    for moment in (65, 80):
        wall.at(moment)
        assert "Xaver" not in wall.words("waiting")
        assert "Wendy" in wall.words("waiting")
    assert wall.one("waiting").state_word == "RETURNED"
    wall.at(122)
    assert wall.words("waiting") == "1 waits, longest 1:01 Xaver"


def test_acknowledging_what_returned_clears_it() -> None:
    wall = unlocked()
    wall.at(70)
    wall.set(locked=True)
    wall.at(80)
    wall.acknowledge("lock-expected")
    assert wall.times(Change.CLEARED) == [80]
    assert wall.listed == []


def test_what_is_acknowledged_clears_with_its_condition() -> None:
    wall = unlocked()
    wall.at(60)
    wall.acknowledge("lock-expected")
    wall.set(locked=True)
    wall.at(65)
    assert wall.times(Change.CLEARED, "lock-expected") == [65]
    assert wall.times(Change.RETURNED) == []


def test_an_alarm_is_announced_and_rings_after_the_group_wait() -> None:
    wall = unlocked()
    wall.at(64.75)
    assert (wall.raised("lock-expected"), wall.times(Change.ANNOUNCED)) == ([60], [])
    wall.at(600)
    assert wall.times(Change.ANNOUNCED) == [65]
    assert wall.times(Change.BELL) == [65]


def test_what_is_over_within_the_group_wait_is_never_announced() -> None:
    wall = unlocked()
    wall.at(61)
    wall.set(locked=True)
    wall.at(600)
    assert wall.over("lock-expected") == [66]
    assert wall.times(Change.ANNOUNCED) == []


def test_a_critical_alarm_rings_each_minute_until_it_is_acknowledged() -> None:
    wall = Watching(ANN, BOB)
    wall.leave("ann")
    wall.at(200)
    assert wall.times(Change.BELL) == [15, 75, 135, 195]
    wall.acknowledge("host-missing")
    wall.at(1000)
    assert len(wall.times(Change.BELL)) == 4


def test_an_alarm_that_is_critical_no_more_rings_no_more() -> None:
    wall = Watching(ANN)
    wall.put(waiting("w", "Wendy"))
    wall.at(280)
    wall.put(waiting("x", "Xaver"))
    wall.at(400)
    assert wall.times(Change.WORSENED) == [300]
    wall.put(person("w", "Wendy"))
    assert wall.times(Change.EASED) == [400]
    bells = wall.times(Change.BELL)
    wall.at(550)
    assert wall.times(Change.BELL) == bells


def test_several_critical_alarms_ring_no_more_often_than_one() -> None:
    wall = Watching(ANN, BOB, person("rec", is_recording=True))
    wall.leave("ann")
    wall.at(25)
    wall.put(person("chen"))
    wall.leave("rec")
    wall.at(300)
    assert wall.times(Change.ANNOUNCED) == [15, 35]
    assert wall.times(Change.BELL) == [15, 35, 95, 155, 215, 275]


def test_a_warning_that_becomes_critical_is_a_new_cause() -> None:
    wall = Watching(ANN)
    wall.put(waiting("w", "Wendy"))
    wall.at(100)
    wall.acknowledge("waiting")
    wall.at(305)
    assert wall.times(Change.WORSENED) == [300]
    assert wall.one("waiting").state_word == "UNACK"
    assert wall.times(Change.ANNOUNCED) == [65, 305]
    assert wall.times(Change.BELL) == [65, 305]
    (worse,) = (edge for edge in wall.edges if edge.change is Change.WORSENED)
    assert worse.was_announced, "whoever was told of the warning has to be told of its end"


def test_a_shorter_longest_wait_is_a_warning_again() -> None:
    wall = Watching(ANN)
    wall.put(waiting("w", "Wendy"))
    wall.at(200)
    wall.put(waiting("x", "Xaver"))
    wall.at(310)
    wall.put(person("w", "Wendy"))
    assert wall.times(Change.EASED) == [310]
    assert wall.one("waiting").severity is Severity.WARNING
    assert wall.words("waiting") == "1 waits, longest 1:50 Xaver"
    wall.at(500)
    assert wall.times(Change.WORSENED) == [300, 500]


# Freezing


def test_an_alarm_stands_still_while_the_line_is_lost() -> None:
    wall = Watching(ANN)
    wall.put(waiting("w", "Wendy"))
    wall.at(70)
    wall.lose()
    wall.at(400)
    assert wall.words("waiting") == "1 waits, longest 1:10 Wendy"
    assert wall.times(Change.WORSENED, "waiting") == []
    wall.relist(ANN)
    wall.at(410)
    assert wall.over("waiting") == [410]


def test_time_that_nobody_saw_counts_for_no_delay() -> None:
    wall = unlocked()
    wall.at(50)
    wall.lose()
    wall.at(500)
    wall.relist(ANN, BOB)
    wall.at(509.75)
    assert wall.raised("lock-expected") == []
    wall.at(510)
    assert wall.raised("lock-expected") == [510]


def test_a_list_brings_no_arrival_and_no_departure() -> None:
    people = [person(f"p{at}", f"P{at}") for at in range(20)]
    wall = Watching(ANN, *people)
    for again in range(4):
        wall.later(10)
        wall.lose()
        wall.later(1)
        wall.relist(ANN, *people[: 5 if again % 2 else 20])
    wall.later(20)
    assert {edge.key.rule for edge in wall.edges} == set()


def test_who_left_before_a_gap_and_who_left_after_it_are_not_one_loss() -> None:
    people = [person(f"p{at}", f"P{at}") for at in range(9)]
    wall = Watching(ANN, *people)
    wall.leave("p0", "p1")
    wall.lose()
    wall.later(1)
    wall.relist(ANN, *people[5:])
    wall.leave("p8")
    wall.later(10)
    assert wall.raised("sudden-loss") == []


def test_a_recorder_that_is_missing_after_a_gap_is_told() -> None:
    recorder = person("rec", is_recording=True)
    wall = Watching(ANN, BOB, recorder)
    wall.at(10)
    wall.lose()
    wall.at(12)
    wall.relist(ANN, BOB)
    wall.at(17)
    assert wall.raised("recording-gone") == [17]


def test_a_meeting_that_is_over_ends_its_alarms() -> None:
    wall = unlocked()
    wall.at(60)
    wall.line(state=LineState.ENDED)
    wall.at(65)
    assert wall.over("lock-expected") == [65]


# Chattering


def test_an_alarm_that_chatters_is_kept_active_longer_each_time() -> None:
    wall = Watching(ANN, policy=policy_of(own={"demoted": RuleSettings(on=0, off=1)}))
    for at in (0, 10, 20):
        wall.at(at)
        wall.set(locked=False)
        wall.line(role=Role.GUEST)
        wall.at(at + 2)
        wall.line(role=Role.HOST)
        wall.at(at + 4)
    alarm = wall.one("demoted")
    assert alarm.is_chattering
    assert wall.raised("demoted") == [0, 10, 20]
    raised = [one.is_chattering for one in wall.edges if one.change is Change.RAISED]
    assert raised == [False, False, True]
    assert wall.over("demoted") == [3, 13]
    wall.at(22 + 19.75)
    assert wall.over("demoted") == [3, 13]
    wall.at(22 + 20)
    assert wall.over("demoted") == [3, 13, 42]
    wall.at(20 + 300)
    assert not alarm.is_chattering


# Shelves


def test_what_is_shelved_is_quiet_until_then_and_told_again_after() -> None:
    wall = unlocked()
    wall.at(62)
    shelve(wall, wall.one("lock-expected").key, 62 + 900)
    assert wall.one("lock-expected").state_word == "shelved"
    assert wall.alarms.counts(BEGAN + 62).shelved == 1
    wall.at(2000)
    assert wall.times(Change.UNSHELVED) == [962]
    assert wall.times(Change.BELL) == [962]


def test_what_rang_before_it_was_shelved_rings_again_after() -> None:
    wall = unlocked()
    wall.at(100)
    shelve(wall, wall.one("lock-expected").key, 1000)
    wall.at(2000)
    assert wall.times(Change.BELL) == [65, 1000]


def test_what_was_acknowledged_before_it_was_shelved_does_not_ring_after() -> None:
    wall = unlocked()
    wall.at(100)
    wall.acknowledge("lock-expected")
    shelve(wall, wall.one("lock-expected").key, 1000)
    wall.at(2000)
    assert wall.times(Change.BELL) == [65]
    assert wall.one("lock-expected").state_word == "acked jo"


def test_a_shelf_until_it_clears_ends_with_the_alarm() -> None:
    wall = unlocked()
    wall.at(60)
    key = wall.one("lock-expected").key
    shelve(wall, key, None)
    wall.set(locked=True)
    wall.at(100)
    assert wall.alarms.kept.shelves == {}
    wall.set(locked=False)
    wall.at(165)
    assert wall.times(Change.BELL) == [165]


def test_a_conference_and_a_cluster_are_shelved_as_a_whole() -> None:
    for key in (whole(BOARD), whole(ConferenceKey("main", ""))):
        wall = unlocked()
        shelve(wall, key, 86_400)
        wall.at(1000)
        assert wall.times(Change.BELL) == []
        assert wall.one("lock-expected").state_word == "shelved"


@pytest.mark.parametrize(
    ("key", "until"),
    [
        (AlarmKey("waiting", BOARD), 8 * 3600 + 1),
        (whole(BOARD), 7 * 86_400 + 1),
        (whole(BOARD), None),
    ],
)
def test_nothing_is_shelved_for_too_long(key: AlarmKey, until: float | None) -> None:
    with pytest.raises(UsageFault):
        shelve(Watching(ANN), key, until)


def test_a_standing_alarm_is_active_for_a_day() -> None:
    wall = unlocked()
    wall.at(60 + 86_400)
    assert not wall.one("lock-expected").is_standing(BEGAN + wall.now)
    wall.later(1)
    assert wall.one("lock-expected").is_standing(BEGAN + wall.now)
    assert wall.alarms.counts(BEGAN + wall.now).standing == 1


def test_information_needs_no_acknowledgement_and_never_rings() -> None:
    wall = Watching(ANN, line=Line(LineState.LIVE, skew=99.0))
    wall.at(1000)
    assert wall.raised("clock-skew") == [0]
    assert wall.one("clock-skew").state_word == ""
    assert wall.times(Change.BELL) == []
    wall.line(skew=0.0)
    assert wall.times(Change.CLEARED) == [1000]


def test_a_silent_line_that_breaks_has_its_delay_from_then_on_and_tells_when_it_was_heard() -> None:
    wall = Watching(ANN)
    wall.at(100)
    wall.line(state=LineState.LOST, since=BEGAN + 72)
    wall.at(129)
    assert wall.raised("line-stale") == []
    wall.at(130)
    assert wall.raised("line-stale") == [130]
    assert wall.words("line-stale") == "line stale 0:58, last data +72"
