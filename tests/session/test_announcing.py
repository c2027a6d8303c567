"""What other programs are told of alarms: what was announced, and each end of that once."""

from __future__ import annotations

from hypothesis import example, given, settings

from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.keys import AlarmKey
from pexdash.session.alarms.alerting import labels_of
from pexdash.session.alarms.announcing import Announced, Announcing
from tests.examples import times
from tests.model.alarms.traces import TRACES, Trace, play


@given(TRACES)
@example([(0.0, ("lose",)), (241.0, ("wait", "a")), (61.0, ("list-without", "a"))])
@settings(max_examples=times(60), deadline=None)
def test_each_end_follows_an_announcement_and_comes_once(trace: Trace) -> None:
    wall = play(trace).wall
    told: dict[AlarmKey, Announced] = {}
    announcements = list(Announcing().take(wall.edges, 0.0))
    for one in announcements:
        if one.state is Announced.OVER:
            assert told.get(one.key) is Announced.BEGUN, one
        told[one.key] = one.state
    announced = [edge for edge in wall.edges if edge.change is Change.ANNOUNCED]
    assert len(announced) == sum(one.state is Announced.BEGUN for one in announcements)
    lasting = {key for key, state in told.items() if state is Announced.BEGUN}
    active = {one.key for one in wall.listed if one.is_active}
    assert lasting <= active, "an end that was never told"
    assert {one.key for one in wall.listed if one.is_active and one.is_announced} <= lasting


@given(TRACES)
@settings(max_examples=times(20), deadline=None)
def test_no_two_alarms_are_one_alert(trace: Trace) -> None:
    listed = play(trace).wall.listed
    assert len({labels_of(one) for one in listed}) == len(listed)
