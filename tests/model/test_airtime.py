"""Who talked and for how long."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.model.airtime import MOST_PEOPLE, MOST_TURNS, RECENT_SECONDS, Airtime, Talk, shares
from pexdash.model.events import Speaker

T = 50_000.0
"""The monotonic time at which the meetings of these tests begin."""


def stage(**voices: int) -> list[Speaker]:
    return [Speaker(uuid, at, vad) for at, (uuid, vad) in enumerate(voices.items())]


def test_somebody_talks_from_the_first_voice_to_the_last() -> None:
    airtime = Airtime()
    airtime.hear(stage(ann=50), T)
    airtime.hear(stage(ann=1), T + 4)
    airtime.hear(stage(ann=0), T + 10)
    assert airtime.talk("ann", T + 60) == Talk(10, 1, 10)
    assert airtime.recent(T + 60) == {"ann": 10}


def test_whom_the_stage_does_not_list_is_silent() -> None:
    airtime = Airtime()
    airtime.hear(stage(ann=50), T)
    airtime.hear(stage(bob=50), T + 3)
    assert airtime.talk("ann", T + 9) == Talk(3, 1, 3)
    assert airtime.talk("bob", T + 9) == Talk(6, 1, 6)


def test_a_turn_that_goes_on_counts_until_now() -> None:
    airtime = Airtime()
    airtime.hear(stage(ann=50), T)
    assert airtime.talk("ann", T + 0.9) == Talk()
    assert airtime.talk("ann", T + 2) == Talk(2, 1, 2)
    assert airtime.talk("ann", T + 5) == Talk(5, 1, 5)
    assert airtime.total(T + 5) == 5


def test_gaps_of_up_to_a_second_are_part_of_the_turn() -> None:
    airtime = Airtime()
    for at in range(5):
        airtime.hear(stage(ann=50), T + 2 * at)
        airtime.hear(stage(), T + 2 * at + 1)
    assert airtime.talk("ann", T + 60) == Talk(9, 1, 9)
    airtime.hear(stage(ann=50), T + 60)
    airtime.hear(stage(), T + 62)
    assert airtime.talk("ann", T + 90) == Talk(11, 2, 9)


def test_what_is_shorter_than_a_second_counts_for_nothing() -> None:
    airtime = Airtime()
    for at in range(10):
        airtime.hear(stage(ann=99), T + 5 * at)
        airtime.hear(stage(ann=0), T + 5 * at + 0.9)
    assert airtime.talk("ann", T + 90) == Talk()
    assert airtime.recent(T + 51) == {}
    assert airtime.total(T + 90) == 0


def test_two_at_once_count_each() -> None:
    airtime = Airtime()
    airtime.hear(stage(ann=50, bob=50), T)
    airtime.hear(stage(), T + 4)
    airtime.hear(stage(ann=50), T + 10)
    airtime.hear(stage(), T + 14)
    assert shares(airtime.recent(T + 20)) == {
        "ann": pytest.approx(2 / 3),
        "bob": pytest.approx(1 / 3),
    }
    assert airtime.total(T + 20) == 12


def test_a_lost_line_ends_every_turn_where_the_node_was_last_heard() -> None:
    airtime = Airtime()
    airtime.hear(stage(ann=50, bob=50), T)
    airtime.hear(stage(ann=50), T + 5)
    airtime.break_off(T + 8)
    assert airtime.talk("ann", T + 100) == Talk(8, 1, 8)
    assert airtime.talk("bob", T + 100) == Talk(5, 1, 5)
    airtime.hear(stage(ann=50), T + 100)
    assert airtime.talk("ann", T + 102) == Talk(10, 2, 8)


def test_who_leaves_talks_no_more_and_still_counts() -> None:
    airtime = Airtime()
    airtime.hear(stage(ann=50, bob=50), T)
    airtime.keep({"bob"}, T + 6)
    assert airtime.talk("ann", T + 10) == Talk(6, 1, 6)
    assert airtime.talk("bob", T + 10) == Talk(10, 1, 10)
    assert airtime.total(T + 10) == 16


def test_only_the_last_ten_minutes_are_recent() -> None:
    airtime = Airtime()
    airtime.hear(stage(ann=50), T)
    airtime.hear(stage(), T + 60)
    airtime.hear(stage(bob=50), T + 300)
    airtime.hear(stage(), T + 400)
    assert airtime.recent(T + RECENT_SECONDS) == {"ann": 60, "bob": 100}
    assert airtime.recent(T + RECENT_SECONDS + 20) == {"ann": 40, "bob": 100}
    assert airtime.recent(T + RECENT_SECONDS + 60) == {"bob": 100}
    assert airtime.recent(T + RECENT_SECONDS + 400) == {}
    assert airtime.talk("ann", T + 5000) == Talk(60, 1, 60)


def test_a_turn_longer_than_ten_minutes_is_recent_for_ten() -> None:
    airtime = Airtime()
    airtime.hear(stage(ann=50), T)
    assert airtime.recent(T + 3000) == {"ann": RECENT_SECONDS}


def test_time_that_goes_back_takes_nothing_away() -> None:
    airtime = Airtime()
    airtime.hear(stage(ann=50), T)
    airtime.hear(stage(), T + 10)
    airtime.hear(stage(bob=50), T + 10)
    assert airtime.talk("bob", T - 50) == Talk()
    airtime.hear(stage(), T - 50)
    assert airtime.total(T + 20) == 10


def test_nobody_has_a_share_while_nobody_talked() -> None:
    assert shares(Airtime().recent(T)) == {}


def test_it_stays_small_for_weeks() -> None:
    airtime = Airtime()
    people = MOST_PEOPLE + MOST_TURNS
    for at in range(people):
        airtime.hear(stage(**{f"p{at}": 50}), T + 2 * at)
    airtime.hear(stage(), T + 2 * people)
    end = T + 2 * people + 5
    assert airtime.total(end) == 2 * people
    assert airtime.talk("p0", end) == Talk()
    assert airtime.talk(f"p{people - 1}", end) == Talk(2, 1, 2)
    assert len(airtime.recent(end)) == pytest.approx(RECENT_SECONDS / 2, abs=5)


def told_twice(heard: list[tuple[float, set[str]]], uuid: str) -> Talk:
    """What one person talks, counted from the list of the moments with a voice."""
    spans = [(at, after) for (at, voices), (after, _) in pairwise(heard) if uuid in voices]
    turns: list[tuple[float, float]] = []
    for began, end in spans:
        if turns and began - turns[-1][1] <= 1.0:
            turns[-1] = (turns[-1][0], end)
        else:
            turns.append((began, end))
    long = [end - began for began, end in turns if end - began >= 1.0]
    return Talk(sum(long), len(long), max(long, default=0.0))


# Eighths of a second, so that sums of times are exact.
PAUSES = st.integers(1, 40).map(lambda eighths: eighths / 8)
VOICES = st.sets(st.sampled_from("abc"))


@given(st.lists(st.tuples(PAUSES, VOICES), max_size=40))
def test_it_comes_to_what_a_second_count_of_all_turns_comes_to(
    steps: list[tuple[float, set[str]]],
) -> None:
    airtime, now, heard = Airtime(), T, list[tuple[float, set[str]]]()
    for pause, voices in steps:
        airtime.hear(stage(**dict.fromkeys(voices, 30)), now)
        heard.append((now, voices))
        now += pause
    heard.append((now, set()))
    for uuid in "abc":
        assert airtime.talk(uuid, now) == told_twice(heard, uuid)
    total = sum(airtime.talk(uuid, now).seconds for uuid in "abc")
    assert airtime.total(now) == total
    # All of it is within the last ten minutes.
    assert sum(airtime.recent(now).values()) == total


@given(st.lists(st.tuples(st.floats(0, 90), VOICES), max_size=40))
def test_nobody_talks_longer_than_the_time_there_was(
    steps: list[tuple[float, set[str]]],
) -> None:
    airtime, now = Airtime(), T
    for pause, voices in steps:
        airtime.hear(stage(**dict.fromkeys(voices, 30)), now)
        before = {uuid: airtime.talk(uuid, now).seconds for uuid in "abc"}
        now += pause
        recent = airtime.recent(now)
        for uuid, seconds in before.items():
            talk = airtime.talk(uuid, now)
            assert seconds <= talk.seconds <= now - T + 1e-6
            assert recent.get(uuid, 0.0) <= min(RECENT_SECONDS, talk.seconds) + 1e-6
        assert sum(shares(recent).values()) == pytest.approx(1 if recent else 0)
