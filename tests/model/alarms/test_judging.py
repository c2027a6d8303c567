"""What the rules make of the less usual meetings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.expectations import Expectations
from pexdash.model.alarms.groups import Group
from pexdash.model.alarms.keys import AlarmKey, Severity
from pexdash.model.alarms.policy import RuleSettings, policy_of
from pexdash.model.alarms.rule import Rule
from pexdash.model.alarms.telling import Telling
from pexdash.model.line import LineState
from pexdash.model.participant import Participant, Role
from pexdash.model.status import Classification
from tests.model.alarms.watching import BEGAN, BOARD, Watching, host, ringing, waiting
from tests.model.people import person

ANN, BOB = host("ann", "Ann"), person("bob", "Bob")
ROOM7 = "room7@example.com"
ON = RuleSettings(enabled=True)


# Waiting


def test_in_the_profile_of_a_host_each_who_waits_rings_at_once() -> None:
    wall = Watching(ANN, policy=policy_of("host"))
    wall.at(5)
    wall.put(waiting("w", "Wendy", uri="wendy@partner.example"))
    assert (wall.raised("waiting"), wall.times(Change.BELL)) == ([5], [5])
    assert wall.words("waiting", "w") == "Wendy partner.example waits 0:00"
    wall.at(8)
    wall.put(waiting("x", "Xaver"))
    wall.at(16)
    wall.put(waiting("y", "Yana"))
    assert wall.raised("waiting") == [5, 8, 16]
    assert wall.times(Change.BELL) == [5, 16], "at most once in ten seconds"
    assert wall.one("waiting", "x").last.person == "x"


@pytest.mark.parametrize(
    "come", [lambda uuid: person(uuid, buzz_time=1.0), waiting], ids=["hands", "who waits"]
)
def test_what_hangs_on_nobody_else_is_judged_for_those_who_changed_alone(
    come: Callable[[str], Participant], monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = Watching(ANN, *(come(f"e{number}") for number in range(50)), policy=policy_of("host"))
    looked: list[str] = []
    take_one = Telling.take_one

    def counted(telling: Telling, group: Group, rule: Rule, *given: Any) -> None:
        looked.extend([given[1]] if rule.id in ("hand-long", "waiting") else [])
        take_one(telling, group, rule, *given)

    monkeypatch.setattr(Telling, "take_one", counted)
    wall.put(come("late"))
    wall.leave("e7")
    assert looked == ["late", "e7"]


def test_the_alarm_on_a_wait_leads_to_who_waits_longest() -> None:
    wall = Watching(ANN)
    wall.put(waiting("w", "Wendy"))
    wall.at(1)
    wall.put(waiting("a", "Alan"))
    wall.at(60)
    assert wall.one("waiting").last.person == "w"
    wall.at(70)
    wall.put(person("w", "Wendy"))
    assert wall.one("waiting").last.person == "a"


def test_nobody_can_admit_them_where_the_only_other_host_has_left() -> None:
    wall = Watching(host("api", protocol="api", has_media=False), waiting("w", "Wendy"))
    wall.at(100)
    assert wall.raised("no-admitter") == [], "a Host without media can admit"
    wall.leave("api")
    wall.at(130)
    assert wall.raised("no-admitter") == [130]
    assert wall.one("waiting").parent == "no-admitter"
    wall.put(ANN)
    wall.at(135)
    assert wall.one("waiting").parent == ""
    assert wall.times(Change.ANNOUNCED, "waiting") == [65]


def test_we_ourselves_are_not_among_those_who_wait() -> None:
    wall = Watching(ANN)
    wall.put(waiting("me", "wall"))
    wall.at(400)
    assert wall.raised("waiting") == []


# Hosts


def test_a_meeting_that_never_had_a_host_misses_none() -> None:
    wall = Watching(BOB)
    wall.at(100)
    wall.put(person("chen", "Chen"))
    wall.at(200)
    assert wall.raised("host-missing") == []


@pytest.mark.parametrize(
    "machine", [host("rec", is_recording=True), host("rec", is_streaming_conference=True)]
)
def test_a_recorder_is_no_person_and_no_host(machine: Participant) -> None:
    wall = Watching(ANN, machine)
    wall.leave("ann")
    wall.at(100)
    assert wall.raised("host-missing") == [], "nobody is left who could miss a Host"
    assert wall.alarms.summary(BOARD).people == 0
    assert wall.alarms.summary(BOARD).recorders == 1


def test_a_meeting_that_has_not_started_misses_no_host() -> None:
    wall = Watching(ANN, BOB)
    wall.set(started=False)
    wall.leave("ann")
    wall.at(100)
    assert wall.raised("host-missing") == []


def test_a_host_who_comes_next_is_not_the_one_who_left_an_empty_meeting() -> None:
    wall = Watching(ANN)
    wall.leave("ann")
    wall.at(10)
    wall.put(BOB)
    wall.at(100)
    assert wall.raised("host-missing") == []


def test_a_role_that_we_gave_is_no_news() -> None:
    wall = Watching(ANN, BOB, person("chen"), policy=policy_of(own={"role-change": ON}))
    wall.alarms.gave_role(BOARD, "bob")
    wall.put(host("bob", "Bob"))
    wall.put(host("chen", "Chen"))
    assert [edge.key.subject for edge in wall.edges] == ["chen"]


# Calls


def test_a_call_of_somebody_else_is_told_only_where_that_is_asked_for() -> None:
    for policy, raised in (
        (policy_of(), []),
        (policy_of(own={"dial-failed": ON}), [10]),
        (policy_of(expects=Expectations(required=(ROOM7,))), [10]),
    ):
        wall = Watching(ANN, policy=policy)
        wall.put(ringing("r", uri=f"sip:{ROOM7}"))
        wall.at(10)
        wall.leave("r")
        assert wall.raised("dial-failed") == raised


def test_a_call_that_ends_soon_was_rejected() -> None:
    wall = Watching(ANN)
    wall.alarms.called(BOARD, "r")
    wall.put(ringing("r", "Room 7", uri=ROOM7))
    wall.at(2)
    wall.leave("r")
    assert wall.words("dial-failed", ROOM7) == "Room 7 was rejected (2 s)"
    wall.acknowledge("dial-failed", ROOM7)
    assert wall.listed == []
    wall.at(20)
    wall.put(ringing("r2", uri="other@example.com"))
    assert wall.raised("dial-failed") == [2]


def test_a_forked_call_counts_once_and_not_where_a_branch_was_answered() -> None:
    for answered, raised in ((True, []), (False, [4])):
        wall = Watching(ANN)
        wall.alarms.called(BOARD, ROOM7)
        wall.put(ringing("r1", uri=ROOM7), ringing("r2", uri=ROOM7))
        wall.at(2)
        wall.leave("r1")
        wall.at(4)
        if answered:
            wall.put(person("r2", uri=ROOM7))
        else:
            wall.leave("r2")
        assert wall.raised("dial-failed") == raised


# Coming and going


def test_a_few_of_many_are_no_loss_and_slow_leaving_is_none() -> None:
    people = [person(f"p{at}") for at in range(30)]
    wall = Watching(ANN, *people)
    for at in range(20):
        wall.at(10.0 * at)
        wall.leave(f"p{at}")
    assert wall.raised("sudden-loss") == []


def test_those_who_stay_long_do_not_flap() -> None:
    wall = Watching(ANN)
    for at in range(3):
        wall.at(130.0 * at)
        wall.put(person("r", uri=ROOM7))
        wall.at(130.0 * at + 125)
        wall.leave("r")
    assert wall.raised("participant-flaps") == []


def test_only_who_is_required_and_away_is_missing() -> None:
    required = (ROOM7, "room8@example.com")
    wall = Watching(ANN, policy=policy_of(expects=Expectations(required=required)))
    wall.put(person("r", uri="sip:Room7@Example.com"))
    wall.at(60)
    assert [edge.key.subject for edge in wall.edges] == ["room8@example.com"]


def test_an_address_is_required_with_or_without_its_scheme() -> None:
    wall = Watching(ANN, policy=policy_of(expects=Expectations(required=(f"SIP:{ROOM7}",))))
    wall.put(person("r", uri=ROOM7))
    wall.at(100)
    assert wall.edges == []


def test_what_a_guest_is_not_shown_is_not_judged_and_said_to_be_so() -> None:
    expects = Expectations(required=(ROOM7,), home_domains=("example.com",))
    wall = Watching(ANN, policy=policy_of(expects=expects))
    assert wall.alarms.unjudged(BOARD) == ()
    wall.line(role=Role.GUEST)
    wall.at(200)
    assert wall.raised("required-missing") == []
    assert wall.alarms.unjudged(BOARD) == ("required-missing", "outsider-locked")
    wall.line(role=Role.HOST)
    wall.at(260)
    assert wall.raised("required-missing") == [260]


def test_a_deadband_delays_the_end_and_never_the_beginning() -> None:
    policy = policy_of(own={"lobby-crowd": RuleSettings(enabled=True, on=0, off=0)})
    wall = Watching(ANN, policy=policy)
    wall.put(*(waiting(f"w{at}") for at in range(9)))
    assert wall.raised("lobby-crowd") == []
    wall.put(waiting("w9"))
    assert wall.raised("lobby-crowd") == [0]
    wall.leave("w9", "w8", "w7")
    assert wall.over("lobby-crowd") == []
    wall.leave("w6")
    assert wall.over("lobby-crowd") == [0]


@pytest.mark.parametrize(("least", "enough"), [(2, 2), (8, 8), (20, 21)])
def test_too_few_are_enough_a_tenth_later(least: int, enough: int) -> None:
    wall = Watching(ANN, policy=policy_of(expects=Expectations(people_min=least)))
    wall.at(60)
    assert wall.raised("people-low") == [60]
    wall.put(*(person(f"p{at}") for at in range(enough - 2)))
    wall.at(200)
    assert wall.over("people-low") == []
    wall.put(person("last"))
    wall.at(260)
    assert wall.over("people-low") == [260]


def test_an_empty_conference_has_not_too_few() -> None:
    wall = Watching(policy=policy_of(expects=Expectations(people_min=2)))
    wall.at(500)
    assert wall.edges == []


# Confidence


def test_a_recording_that_ends_with_the_meeting_is_no_alarm() -> None:
    wall = Watching(ANN, BOB, person("rec", is_recording=True))
    wall.leave("ann")
    wall.leave("rec")
    wall.at(1)
    wall.leave("bob")
    wall.at(60)
    assert wall.raised("recording-gone") == []


def test_a_recording_that_stopped_is_told_until_somebody_takes_note() -> None:
    wall = Watching(ANN, BOB)
    wall.set(recording=True)
    wall.set(recording=False)
    wall.at(5)
    wall.leave("bob")
    wall.at(5000)
    assert wall.one("recording-gone").state_word == "UNACK"
    wall.acknowledge("recording-gone")
    wall.put(BOB)
    wall.at(6000)
    assert wall.raised("recording-gone") == [5]
    assert wall.get("recording-gone") is None


def test_nobody_can_take_note_of_what_is_not_raised_yet() -> None:
    wall = Watching(ANN, BOB, person("rec", is_recording=True))
    wall.leave("rec")
    wall.at(2)
    key = AlarmKey("recording-gone", BOARD)
    assert wall.note(wall.alarms.acknowledge([key], "jo", BEGAN + 2)) == []
    wall.at(5)
    assert wall.raised("recording-gone") == [5]


def test_a_transcription_stays_until_it_is_gone_and_somebody_took_note() -> None:
    wall = Watching(ANN, policy=policy_of("confidential"))
    wall.set(transcribing=True)
    wall.set(transcribing=False)
    wall.at(5000)
    assert wall.one("unwanted-bot").state_word == "RETURNED"
    wall.acknowledge("unwanted-bot")
    assert wall.get("unwanted-bot") is None


@pytest.mark.parametrize(
    ("shown", "raised"),
    [
        (Classification({0: "OPEN", 1: "SECRET"}, 0), True),
        (Classification({0: "OPEN", 1: "SECRET"}, None), True),
        (Classification({0: "OPEN", 1: "SECRET", 2: "TOP"}, 2), False),
        (Classification(), False),
        (None, False),
    ],
)
def test_a_classification_may_be_higher_than_wanted(
    shown: Classification | None, raised: bool
) -> None:
    wall = Watching(ANN, policy=policy_of(expects=Expectations(classification="SECRET")))
    wall.set(classification=shown)
    wall.at(5)
    assert bool(wall.raised("classification-low")) is raised


# Our line


def test_a_line_that_never_was_live_is_stale_half_a_minute_after_its_turn() -> None:
    wall = Watching(ANN)
    wall.line(state=LineState.JOINING, since=None)
    wall.at(300)
    assert wall.raised("line-stale") == [], "its turn has not come"
    wall.line(state=LineState.JOINING, since=BEGAN + 300)
    wall.at(360)
    assert wall.raised("line-stale") == [360]
    assert wall.words("line-stale") == "line stale 0:30, no data yet"


def test_a_refusal_is_critical_where_somebody_is_required() -> None:
    policy = policy_of(expects=Expectations(required=(ROOM7,)))
    wall = Watching(ANN, policy=policy)
    wall.line(state=LineState.REFUSED, why="Invalid PIN")
    assert wall.one("refused").severity is Severity.CRITICAL


def test_a_removal_that_somebody_took_note_of_is_over_until_the_next() -> None:
    wall = Watching(ANN)
    wall.line(state=LineState.REMOVED, why="Disconnected by another participant")
    wall.acknowledge("removed")
    assert wall.listed == []
    wall.at(100)
    wall.relist(ANN)
    wall.line(state=LineState.REMOVED, why="Disconnected by another participant")
    assert wall.raised("removed") == [0, 100]


def test_a_stale_line_speaks_for_the_alarms_of_its_conference() -> None:
    wall = Watching(ANN, BOB, policy=policy_of(expects=Expectations(locked=True)))
    wall.set(locked=False)
    wall.at(60)
    wall.lose()
    wall.at(90)
    assert wall.one("lock-expected").parent == "line-stale"
    assert wall.alarms.counts(BEGAN + wall.now).suppressed == 1
    wall.relist(ANN, BOB)
    wall.at(100)
    assert wall.one("lock-expected").parent == ""
    assert wall.times(Change.ANNOUNCED, "lock-expected") == [100]
