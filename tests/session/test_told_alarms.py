"""A change of an alarm is recorded with its words and its time; what only screens do is not."""

from __future__ import annotations

import pytest

from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey, Severity
from pexdash.session.alarms.told_alarms import alarm_told
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.told import Alarmed
from tests.manual_clock import ManualClock

KEY = AlarmKey("waiting", ConferenceKey("", "meet.alice"), "b0b")


def edge(change: Change) -> Edge:
    return Edge(
        *(60.0, change, KEY, Severity.CRITICAL, 12.5, "Bob waits", "b0b", "n", "Ann"),
        value=320.0,
        threshold=300.0,
        in_flood=True,
    )


def test_it_is_told_with_unix_times_and_stands_in_the_history() -> None:
    told = alarm_told(edge(Change.ACKED), 1000.0, comment="on my way")
    assert told == Alarmed(
        *("acked", "waiting", "critical", "b0b", "b0b", "Bob waits", "n", 1012.5, "Ann"),
        comment="on my way",
        value=320.0,
        threshold=300.0,
        chattering=False,
        in_flood=True,
    )
    feed = Feed("meet.alice", ManualClock())
    feed.tell(told)
    (happening,) = feed.history.happenings
    assert (happening.words, happening.uuid) == ("Alarm acknowledged by Ann: Bob waits", "b0b")


@pytest.mark.parametrize("change", [Change.BELL, Change.ANNOUNCED])
def test_what_only_screens_do_is_not_told(change: Change) -> None:
    assert alarm_told(edge(change), 0.0) is None
