"""The limit of alarms counts what the product counts."""

from __future__ import annotations

from pexdash.model.alarms.alarms import Alarms
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.alarms.policy import policy_of
from pexdash.model.line import Line, LineState
from tests.bench import alarming
from tests.bench.limits.alarms import conditions, count


def test_the_limit_of_alarms_counts_as_the_summary_does() -> None:
    made = alarming.conferences()
    alarms, line = Alarms(policy_of(), str), Line(LineState.LIVE, 0.0)
    keys = [ConferenceKey("", one.alias) for one in made]
    for key, one in zip(keys, made, strict=True):
        alarms.follow(key, one, line, policy_of(), 0.0)
    seen = set()
    for at, event in alarming.events(2000):
        alarms.take(keys[at], made[at].apply(event, 0.0), line, 0.0)
        counted, summary = count(made[at]), alarms.summary(keys[at])
        assert counted._asdict() == {name: getattr(summary, name) for name in counted._fields}
        seen.add(conditions(made[at], counted))
    assert len(seen) > 1, "nothing that is asked ever changes"


def test_every_contender_is_measured_in_each_turn() -> None:
    took = alarming.cost(50, turns=2)
    assert {name: len(values) for name, values in took.items()} == {"ours": 2, "limit": 2}
