"""What holds of alarms whatever happens, and however often anybody looks."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings

from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.keys import AlarmKey
from pexdash.model.tally import Tally
from tests.examples import times
from tests.model.alarms.traces import (
    ABOUT_PEOPLE,
    JUDGED,
    OVER,
    POLICY,
    TRACES,
    Played,
    Trace,
    play,
)
from tests.model.alarms.watching import BEGAN


@given(TRACES)
@settings(max_examples=times(60), deadline=None)
def test_the_same_happens_at_the_same_times_however_often_anybody_looks(trace: Trace) -> None:
    edges = play(trace).wall.edges
    assert edges == play(trace, step=7.0).wall.edges
    assert edges == play(trace, step=0.75).wall.edges


@given(TRACES)
@settings(max_examples=times(60), deadline=None)
def test_nothing_is_raised_or_ends_while_it_is_frozen(trace: Trace) -> None:
    moving = (Change.RAISED, Change.WORSENED, Change.RETURNED)
    for is_frozen, edges in play(trace).steps:
        if is_frozen:
            people = [edge for edge in edges if edge.key.rule in ABOUT_PEOPLE]
            assert [edge for edge in people if edge.change in moving] == []


@given(TRACES)
@settings(max_examples=times(60), deadline=None)
def test_nothing_ends_before_its_condition_was_gone_for_its_delay(trace: Trace) -> None:
    played = play(trace)
    acked: set[tuple[float, AlarmKey]] = set()
    returned: set[AlarmKey] = set()
    for edge in played.wall.edges:
        if edge.change is Change.ACKED:
            acked.add((edge.at, edge.key))
        if edge.change is Change.RAISED:
            returned.discard(edge.key)
        is_end = edge.change in OVER and edge.key not in returned
        if edge.change is Change.RETURNED:
            returned.add(edge.key)
        rule = edge.key.rule
        if not is_end or rule not in JUDGED or (edge.at, edge.key) in acked:
            continue
        off = POLICY.limits[rule].off
        gone = _seconds_without(played, rule, edge.at - BEGAN)
        assert gone >= off, (rule, edge.at - BEGAN, gone)


def _seconds_without(played: Played, rule: str, until: float) -> float:
    """For how long before a time a condition did not hold while we could see it."""
    gone, end = 0.0, until
    for at, is_seen, truth in reversed(played.truths):
        if at >= until:
            # What was due then came first.
            continue
        if is_seen and truth.get(rule):
            break
        if is_seen:
            gone += end - at
        end = at
    return gone


@given(TRACES)
@settings(max_examples=times(60), deadline=None)
def test_an_acknowledged_alarm_never_rings_again_for_the_same_cause(trace: Trace) -> None:
    quiet: set[AlarmKey] = set()
    for edge in play(trace).wall.edges:
        if edge.change is Change.ACKED:
            quiet.add(edge.key)
        elif edge.change in (*OVER, Change.RAISED, Change.WORSENED):
            quiet.discard(edge.key)
        elif edge.change in (Change.BELL, Change.ANNOUNCED):
            assert edge.key not in quiet


@given(TRACES)
@settings(max_examples=times(60), deadline=None)
def test_what_is_put_aside_or_spoken_for_is_not_announced(trace: Trace) -> None:
    hidden: dict[AlarmKey, set[str]] = {}
    for edge in play(trace).wall.edges:
        why = hidden.setdefault(edge.key, set())
        match edge.change:
            case Change.SHELVED | Change.SUPPRESSED:
                why.add(edge.change.value)
            case Change.UNSHELVED:
                why.discard("shelved")
            case Change.RELEASED:
                why.discard("suppressed")
            case Change.RAISED | Change.CLEARED:
                why.clear()
            case Change.BELL | Change.ANNOUNCED:
                assert not why, edge


@given(TRACES)
@settings(max_examples=times(40), deadline=None)
def test_the_bell_rings_at_most_once_in_ten_seconds(trace: Trace) -> None:
    rang = play(trace).wall.times(Change.BELL)
    assert all(later - earlier >= 10 for earlier, later in pairwise(rang))


@given(TRACES)
@settings(max_examples=times(40), deadline=None)
def test_what_is_counted_from_changes_is_what_a_new_count_finds(trace: Trace) -> None:
    def recount(played: Played) -> None:
        wall = played.wall
        kept = wall.alarms._groups[wall.key].conference.tally
        new = Tally(wall.conference, 0.0)
        assert {kind: set(of) for kind, of in kept.members.items()} == {
            kind: set(of) for kind, of in new.members.items()
        }
        due = wall.alarms.next_due
        assert due is None or due > BEGAN + wall.now

    play(trace, after=recount)
