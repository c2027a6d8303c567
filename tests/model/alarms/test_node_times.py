"""Since when somebody waits or has a hand up: what we saw, and before that what a node says."""

from __future__ import annotations

import pytest

from pexdash.model.alarms.keys import Severity
from pexdash.model.alarms.policy import policy_of
from pexdash.model.line import Line, LineState
from tests.model.alarms.watching import BEGAN, Watching, host, waiting
from tests.model.people import person

ANN = host("ann", "Ann")


def test_a_wait_that_is_found_when_it_is_old_is_one_critical_alarm() -> None:
    wall = Watching(ANN, waiting("w", "Wendy", start_time=BEGAN - 400))
    assert wall.raised("waiting") == [0]
    assert wall.one("waiting").severity is Severity.CRITICAL
    assert wall.words("waiting") == "1 waits, longest 6:40 Wendy"


def test_who_waits_since_before_us_may_wait_for_longer() -> None:
    wall = Watching(ANN, waiting("w", "Wendy"))
    wall.at(70)
    assert wall.words("waiting") == "1 waits, longest >= 1:10 Wendy"


def test_the_times_of_a_node_are_taken_by_the_difference_of_clocks() -> None:
    wall = Watching(ANN, waiting("w", "Wendy", start_time=BEGAN + 20))
    assert wall.raised("waiting") == []
    wall = Watching(
        ANN,
        waiting("w", "Wendy", start_time=BEGAN + 20),
        line=Line(LineState.LIVE, BEGAN, node_ahead=50.0),
    )
    wall.at(30)
    assert wall.raised("waiting") == [30]


@pytest.mark.parametrize("ahead", [0.0, 1e9], ids=["our clock", "a node years ahead"])
def test_a_hand_that_we_saw_go_up_is_up_since_then_whatever_its_node_says(ahead: float) -> None:
    line = Line(LineState.LIVE, BEGAN, node_ahead=ahead)
    wall = Watching(ANN, person("eli", "Eli"), policy=policy_of("host"), line=line)
    wall.at(10)
    wall.put(person("eli", "Eli", buzz_time=BEGAN + ahead - 3600))
    wall.at(130)
    assert wall.raised("hand-long") == [130]


@pytest.mark.parametrize(
    ("told", "raised"),
    [
        ({"buzz_time": BEGAN - 100}, 20),
        ({"buzz_time": BEGAN - 100, "start_time": BEGAN - 30}, 90),
        ({"buzz_time": 1.0}, 120),
        ({"buzz_time": BEGAN + 1e9}, 120),
    ],
    ids=["as the node says", "since they came", "long before", "years to come"],
)
def test_a_hand_that_was_up_before_us_is_so_for_as_long_as_can_be(
    told: dict[str, float], raised: float
) -> None:
    wall = Watching(ANN, person("eli", "Eli", **told), policy=policy_of("host"))
    wall.at(130)
    assert wall.raised("hand-long") == [raised]


def test_who_waits_for_impossibly_long_does_so_since_we_came() -> None:
    wall = Watching(ANN, waiting("w", "Wendy", start_time=1.0))
    wall.at(70)
    assert wall.raised("waiting") == [60]
    assert wall.words("waiting") == "1 waits, longest >= 1:10 Wendy"
