"""What is remembered of a conference, and for how long."""

from __future__ import annotations

import pytest

from pexdash.model.alarms.expectations import Expectations
from pexdash.model.alarms.policy import RuleSettings, policy_of
from pexdash.model.changes import Changes
from pexdash.model.events import (
    Event,
    ParticipantCreated,
    ParticipantDeleted,
    Speaker,
    StageUpdated,
)
from pexdash.model.line import Line, LineState
from tests.model.alarms.watching import BEGAN, BOARD, NODE, Watching, host, ringing
from tests.model.people import person

ANN, BOB = host("ann", "Ann"), person("bob", "Bob")
ROOM7 = "room7@example.com"
ROLES = policy_of(own={"role-change": RuleSettings(enabled=True)})


def remembered(wall: Watching) -> tuple[list[str], list[str]]:
    """The calls and the roles of ours that are still awaited."""
    memory = wall.alarms._groups[BOARD].conference.memory
    return list(memory.own_calls), list(memory.own_roles)


def test_who_left_while_the_line_was_lost_is_no_outsider_any_more() -> None:
    expects = Expectations(home_domains=("example.com",))
    wall = Watching(ANN, policy=policy_of(expects=expects))
    wall.set(locked=True)
    eve, fay = (person(one, one, uri=f"{one}@other.example") for one in ("eve", "fay"))
    wall.put(eve, fay)
    wall.at(5)
    wall.lose()
    wall.relist(ANN, fay)
    assert wall.one("outsider-locked", "eve").state_word == "RETURNED"
    assert wall.one("outsider-locked", "fay").is_active


def test_what_is_told_before_the_list_forgets_nothing() -> None:
    wall = Watching(ANN, BOB, person("rec", is_recording=True))
    wall.leave("ann", "rec")
    wall.at(20)
    wall.lose()
    wall.follow(BOARD, line=Line(LineState.LOST, BEGAN + 20, node=NODE))
    wall.set(locked=True)
    wall.relist(BOB, person("chen"))
    wall.at(100)
    assert wall.one("host-missing").is_active
    assert wall.one("recording-gone").is_active


@pytest.mark.parametrize("who", [ROOM7, f"sip:{ROOM7}", f"SIPS:{ROOM7.upper()}"])
def test_a_call_of_ours_is_known_by_the_address_however_it_is_written(who: str) -> None:
    wall = Watching(ANN)
    wall.alarms.called(BOARD, who)
    wall.put(ringing("r", uri=f"sip:{ROOM7}"))
    wall.leave("r")
    assert wall.raised("dial-failed") == [0]
    wall.acknowledge("dial-failed", ROOM7)
    wall.put(ringing("r2", uri=ROOM7))
    wall.leave("r2")
    assert wall.raised("dial-failed") == [0], "this one somebody else made"


def test_both_branches_of_a_call_that_end_at_once_are_ours() -> None:
    wall = Watching(ANN)
    wall.alarms.called(BOARD, ROOM7)
    wall.put(ringing("r1", uri=ROOM7), ringing("r2", uri=ROOM7))
    wall.leave("r1", "r2")
    assert wall.raised("dial-failed") == [0]
    assert remembered(wall) == ([], [])


def test_a_call_of_ours_that_is_over_is_awaited_no_more() -> None:
    room7, ringing7 = person("r", uri=ROOM7), ringing("r", uri=ROOM7)
    ends: list[tuple[Event, ...]] = [
        (ParticipantCreated(room7),),
        (ParticipantCreated(ringing7), ParticipantCreated(room7)),
        (ParticipantCreated(ringing7), ParticipantDeleted("r")),
    ]
    for who in (ROOM7, "r"):
        for events in ends:
            wall = Watching(ANN)
            wall.alarms.called(BOARD, who)
            wall.tell(*events)
            assert remembered(wall) == ([], [])
        for after in ((ANN,), (ANN, room7)):
            wall = Watching(ANN)
            wall.alarms.called(BOARD, who)
            wall.put(ringing7)
            assert remembered(wall) == ([who], []), "it rings"
            wall.lose()
            wall.relist(*after)
            assert remembered(wall) == ([], [])


def test_a_role_that_we_gave_is_awaited_until_it_is_there_or_who_gets_it_is_gone() -> None:
    wall = Watching(ANN, host("bob", "Bob"), person("chen"), policy=ROLES)
    wall.alarms.gave_role(BOARD, "bob")
    wall.put(BOB)
    assert remembered(wall) == ([], [])
    wall.put(host("bob", "Bob"))
    assert wall.raised("role-change") == [0], "that one we did not give"
    wall.alarms.gave_role(BOARD, "chen")
    wall.put(person("chen", "Chen"))
    assert remembered(wall) == ([], ["chen"])
    wall.leave("chen")
    assert remembered(wall) == ([], [])


def test_a_list_takes_what_is_given_and_whom_it_does_not_have() -> None:
    wall = Watching(ANN, BOB, person("chen"), person("dan"), policy=ROLES)
    for uuid in ("bob", "chen", "dan"):
        wall.alarms.gave_role(BOARD, uuid)
    wall.lose()
    wall.relist(ANN, host("bob", "Bob"), person("dan"))
    assert remembered(wall) == ([], ["dan"])
    assert wall.raised("role-change") == []


@pytest.mark.parametrize("rule", ["hand-long", "talks-muted", "no-picture"])
def test_who_has_left_and_is_not_taken_yet_hinders_no_other_judging(rule: str) -> None:
    policy = policy_of(own={rule: RuleSettings(enabled=True)})
    eli = person("eli", "Eli", buzz_time=BEGAN, is_muted=True, is_video_silent=True)
    wall = Watching(ANN, eli, policy=policy)
    wall.tell(StageUpdated((Speaker("eli", 0, 50),)))
    changes = Changes()
    wall.conference.apply(ParticipantDeleted("eli"), BEGAN, changes)
    wall.note(wall.alarms.become(BOARD, policy, BEGAN + 1))
    wall.take(changes)
    wall.at(300)
    assert wall.raised(rule) == []
