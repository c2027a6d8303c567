"""The limit of alarms counts what the product counts."""

from __future__ import annotations

from pexdash.session.feed.told import Heard
from tests.bench import alarming
from tests.bench.limits.alarms import conditions, count


def test_the_limit_of_alarms_counts_as_the_summary_does() -> None:
    clock = alarming.BenchClock()
    made = alarming.feeds(clock)
    summary_of = alarming.ours(made, clock)
    seen = set()
    for at, event in alarming.events(2000):
        made[at].tell(Heard((event,)))
        counted, summary = count(made[at].conference), summary_of(at)
        assert counted._asdict() == {name: getattr(summary, name) for name in counted._fields}
        seen.add(conditions(made[at].conference, counted))
    assert len(seen) > 1, "nothing that is asked ever changes"


def test_every_contender_is_measured_in_each_turn() -> None:
    took = alarming.cost(50, turns=2)
    assert {name: len(values) for name, values in took.items()} == {"ours": 2, "limit": 2}
