"""A restart, and another wall of the same user, know what people decided about alarms."""

from __future__ import annotations

from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.expectations import Expectations
from pexdash.model.alarms.kept import Ack, Kept, KeptChange, Shelf, changed
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey, Severity
from pexdash.model.alarms.policy import RuleSettings, policy_of
from pexdash.model.line import Line, LineState
from tests.model.alarms.watching import BEGAN, BOARD, LIVE, NODE, Watching, host, waiting
from tests.model.people import person

ANN, BOB = host("ann", "Ann"), person("bob", "Bob")
LOCKED = policy_of(expects=Expectations(locked=True))
JOINING = Line(LineState.JOINING, BEGAN)
KEY = AlarmKey("lock-expected", BOARD)
ACK = Ack("jo", BEGAN - 100, Severity.WARNING, BEGAN - 200, "should be locked")


def again(kept: Kept) -> Watching:
    """A wall that is started again, and joins."""
    return Watching(policy=LOCKED, kept=kept, line=JOINING)


def test_an_acknowledged_alarm_is_there_at_once_and_goes_on_when_it_is_seen_again() -> None:
    wall = again(Kept({KEY: ACK}))
    alarm = wall.one("lock-expected")
    assert alarm.state_word == "acked jo"
    assert alarm.frozen_at is not None
    assert wall.words("lock-expected") == "should be locked"
    wall.at(20)
    wall.set(locked=False)
    wall.relist(ANN, BOB)
    wall.at(1000)
    assert wall.edges == []
    assert wall.one("lock-expected").state_word == "acked jo"


def test_an_acknowledged_alarm_that_ended_meanwhile_is_over_after_its_delay() -> None:
    wall = again(Kept({KEY: ACK}))
    wall.at(20)
    wall.set(locked=True)
    wall.relist(ANN, BOB)
    wall.at(25)
    assert wall.times(Change.CLEARED) == [25]
    assert wall.alarms.kept.acks == {}
    assert wall.alarms.take_kept_changes() == [KeptChange(KEY, is_shelf=False, value=None)]


def test_what_began_after_it_was_acknowledged_is_another_cause() -> None:
    key = AlarmKey("waiting", BOARD)
    wall = again(Kept({key: ACK}))
    wall.at(5)
    wall.line(node_ahead=0.0)
    wall.relist(ANN, waiting("w", "Wendy", start_time=BEGAN - 100))
    wall.at(30)
    assert wall.one("waiting").state_word == "UNACK"
    assert wall.times(Change.BELL) == [10]


def test_a_line_that_was_stale_before_a_restart_and_is_not_live_yet_stays_so() -> None:
    wall = again(Kept({AlarmKey("line-stale", BOARD): ACK}))
    wall.at(90)
    assert wall.words("line-stale") == "line stale 4:50, last data +-200"
    assert wall.one("line-stale").state_word == "acked jo"
    assert wall.times(Change.BELL) == []
    wall.relist(ANN)
    wall.at(100)
    assert wall.times(Change.CLEARED) == [100]


def test_a_refusal_that_was_acknowledged_stays_so_when_we_are_refused_again() -> None:
    wall = again(Kept({AlarmKey("refused", BOARD): ACK}))
    wall.line(node=NODE)
    wall.at(20)
    assert wall.one("refused").state_word == "acked jo"
    wall.line(state=LineState.REFUSED, why="Invalid PIN")
    wall.at(200)
    assert wall.one("refused").state_word == "acked jo"
    assert wall.edges == []


def test_a_node_that_was_down_before_a_restart_stays_so_until_it_is_seen() -> None:
    key = AlarmKey("node-down", ConferenceKey("main", ""), NODE)
    wall = again(Kept({key: ACK}))
    wall.line(node=NODE)
    wall.at(500)
    assert wall.alarms.get(key) is not None
    wall.relist(ANN)
    wall.at(530)
    assert wall.alarms.get(key) is None


def test_an_acknowledgement_for_a_rule_that_is_off_brings_nothing() -> None:
    wall = Watching(kept=Kept({KEY: ACK}), line=JOINING)
    assert wall.listed == []


def test_a_shelf_survives_a_restart_and_ends_when_it_should() -> None:
    shelf = Shelf("jo", BEGAN - 100, BEGAN + 400, "known")
    wall = Watching(ANN, BOB, policy=LOCKED, kept=Kept({}, {KEY: shelf}))
    wall.set(locked=False)
    wall.at(399)
    assert wall.one("lock-expected").state_word == "shelved"
    wall.at(1000)
    assert wall.times(Change.BELL) == [400]
    assert wall.alarms.kept.shelves == {}


# Two walls


def two() -> tuple[Watching, Watching]:
    """Two walls on which the same alarm was raised."""
    both = Watching(ANN, BOB, policy=LOCKED), Watching(ANN, BOB, policy=LOCKED)
    for wall in both:
        wall.set(locked=False)
        wall.at(100)
    return both


def test_what_one_wall_acknowledges_the_other_does() -> None:
    one, other = two()
    one.acknowledge("lock-expected", by="jo")
    other.note(other.alarms.adopt(one.alarms.kept, BEGAN + 101))
    assert other.one("lock-expected").state_word == "acked jo"
    assert other.times(Change.ACKED) == [101]
    assert other.alarms.take_kept_changes() == []


def test_an_acknowledgement_of_an_earlier_cause_is_none_for_this() -> None:
    _, other = two()
    other.note(other.alarms.adopt(Kept({KEY: ACK}), BEGAN + 101))
    assert other.one("lock-expected").state_word == "UNACK"


def test_an_acknowledged_warning_is_none_of_a_critical_alarm() -> None:
    wall = Watching(ANN)
    wall.put(waiting("w", "Wendy"))
    wall.at(400)
    ack = Ack("jo", BEGAN + 100, Severity.WARNING, BEGAN)
    wall.note(wall.alarms.adopt(Kept({AlarmKey("waiting", BOARD): ack}), BEGAN + 400))
    assert wall.one("waiting").state_word == "UNACK"


def test_an_acknowledgement_that_is_gone_from_the_file_takes_none_away() -> None:
    one, other = two()
    one.acknowledge("lock-expected")
    other.note(other.alarms.adopt(one.alarms.kept, BEGAN + 101))
    other.note(other.alarms.adopt(Kept(), BEGAN + 102))
    assert other.one("lock-expected").state_word == "acked jo"


def test_what_one_wall_takes_off_the_shelf_the_other_does() -> None:
    one, other = two()
    one.note(one.alarms.shelve(KEY, "jo", "known", None, BEGAN + 100))
    other.note(other.alarms.adopt(one.alarms.kept, BEGAN + 101))
    assert other.one("lock-expected").state_word == "shelved"
    one.note(one.alarms.unshelve(KEY, "jo", BEGAN + 110))
    other.note(other.alarms.adopt(one.alarms.kept, BEGAN + 111))
    assert other.one("lock-expected").state_word == "UNACK"
    assert other.times(Change.UNSHELVED) == [111]


def test_what_is_not_written_yet_is_not_lost_to_what_another_wrote() -> None:
    one, _ = two()
    one.acknowledge("lock-expected")
    one.note(one.alarms.adopt(Kept(), BEGAN + 101))
    assert KEY in one.alarms.kept.acks
    (change,) = one.alarms.take_kept_changes()
    assert changed(Kept(), [change]).acks.keys() == {KEY}


def test_an_acknowledgement_given_to_the_other_before_this_one_raised_it_counts() -> None:
    own = {"lock-expected": RuleSettings(on=90)}
    policy = policy_of(expects=Expectations(locked=True), own=own)
    late = Watching(ANN, BOB, policy=policy, line=LIVE)
    late.set(locked=False)
    ack = Ack("jo", BEGAN + 70, Severity.WARNING, BEGAN)
    late.at(75)
    late.note(late.alarms.adopt(Kept({KEY: ack}), BEGAN + 75))
    late.at(200)
    assert late.raised("lock-expected") == [90]
    assert late.one("lock-expected").state_word == "acked jo"
    assert late.times(Change.BELL) == []
