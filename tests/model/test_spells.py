"""What overlaps counts once, and what lies within another's time is known."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from pexdash.model.spells import Overlaps, Spell

INTERVALS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 30), st.integers(0, 10)), max_size=12
)
"""Key, begin and length."""


def test_a_spell_that_goes_on_counts_until_now() -> None:
    spell = Spell()
    spell.begin(10.0)
    assert (spell.total(12.5), spell.seconds, spell.count) == (2.5, 0.0, 1)
    spell.end(13.0)
    assert (spell.total(99.0), spell.most) == (3.0, 1)
    spell.put(False, 99.0)
    assert spell.total(99.0) == 3.0


@given(INTERVALS)
def test_the_union_of_overlapping_intervals_is_counted_by_moments(
    intervals: list[tuple[str, int, int]],
) -> None:
    changes = [(began, 1) for _, began, _ in intervals]
    changes += [(began + length, -1) for _, began, length in intervals]
    spell = Spell()
    for moment, change in sorted(changes, key=lambda one: (one[0], -one[1])):
        spell.begin(moment) if change > 0 else spell.end(moment)
    inside = {moment for _, began, length in intervals for moment in range(began, began + length)}
    assert spell.seconds == len(inside)


@given(INTERVALS, st.lists(st.integers(0, 40), max_size=4))
def test_overlaps_are_those_counted_by_moments_however_often_it_is_advanced(
    intervals: list[tuple[str, int, int]], stops: list[int]
) -> None:
    overlaps: Overlaps[str] = Overlaps()
    left = sorted(intervals, key=lambda one: one[1])
    for stop in [*sorted(stops), 100]:
        # An interval is known before the moment of its begin has been counted.
        while left and left[0][1] < stop:
            key, began, length = left.pop(0)
            overlaps.add(key, began, began + length)
        overlaps.advance(stop)
    talking: defaultdict[int, set[str]] = defaultdict(set)
    for key, began, length in intervals:
        for moment in range(began, began + length):
            talking[moment].add(key)
    for key in "abc":
        own = [keys for keys in talking.values() if key in keys]
        assert overlaps.seconds.get(key, 0) == len(own)
        assert overlaps.within_others.get(key, 0) == sum(len(keys) > 1 for keys in own)
    assert overlaps.together == len(talking)
