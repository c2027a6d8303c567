"""Each rule raises its alarm at the second that the table says, in its words, and ends it so."""

from __future__ import annotations

import pytest

from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.policy import RULES
from pexdash.model.alarms.rule import Scope
from tests.model.alarms.cases import C, Case, W, watched
from tests.model.alarms.meeting_cases import MEETING_CASES
from tests.model.alarms.people_cases import PEOPLE_CASES

CASES = [*PEOPLE_CASES, *MEETING_CASES]
MEASURED = {
    "clock-skew": (47, 30),
    "lobby-crowd": (14, 10),
    "gave-up": (4, 3),
    "sudden-loss": (8, 4),
    "participant-flaps": (3, 3),
    "people-low": (6, 8),
    "people-high": (41, 40),
    "token-at-risk": (None, None),
}
"""What is counted and what is allowed; of all other rules it is the seconds of the table."""

RAISED = Change.RAISED


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_a_rule_raises_and_ends_its_alarm_at_the_second_of_the_table(case: Case) -> None:
    wall = watched(case)
    case.begin(wall)
    began = wall.now
    if case.raised:
        wall.at(began + case.raised - 0.25)
        assert wall.raised(case.rule) == []
    wall.at(began + case.raised)
    assert wall.raised(case.rule) == [began + case.raised]
    assert wall.one(case.rule, case.subject).severity is case.severity
    assert wall.words(case.rule, case.subject) == case.words
    (edge,) = (one for one in wall.edges if one.key.rule == case.rule and one.change is RAISED)
    seconds = (case.raised, case.raised) if case.raised else (None, None)
    assert (edge.value, edge.threshold) == MEASURED.get(case.rule, seconds)
    ended = began + case.raised
    if case.over < 300:
        # What ages out by itself counts from its beginning.
        ended += 7
        wall.at(ended)
        case.end(wall)
    else:
        ended = began
    if case.over:
        wall.at(ended + case.over - 0.25)
        assert wall.over(case.rule) == []
    wall.at(ended + case.over)
    assert wall.over(case.rule) == [ended + case.over]


def test_every_rule_on_a_conference_or_its_line_has_a_case() -> None:
    about = {rule.id for rule in RULES.values() if rule.scope in (Scope.CONFERENCE, Scope.LINE)}
    assert {case.rule for case in CASES} == about


@pytest.mark.parametrize(
    ("rule", "second"), [("line-stale", 300), ("waiting", 300), ("not-started", 780)]
)
def test_a_warning_becomes_critical_at_the_second_of_the_table(rule: str, second: float) -> None:
    (case,) = (one for one in CASES if one.rule == rule)
    wall = watched(case)
    case.begin(wall)
    wall.at(100 + second - 0.25)
    assert wall.one(rule).severity is W
    wall.at(100 + second)
    assert wall.one(rule).severity is C
    edge = next(one for one in wall.edges if one.change is Change.WORSENED)
    assert (edge.value, edge.threshold) == (second, second)
