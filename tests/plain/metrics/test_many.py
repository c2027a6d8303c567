"""Metrics of very many conferences: few series, and nothing waits long for a scrape."""

from __future__ import annotations

import asyncio
from time import thread_time

from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import AlarmKey, Severity
from pexdash.model.events import UnknownEvent
from pexdash.plain.metrics.counts import MOST_NODES, MOST_RULES, OTHER
from pexdash.plain.metrics.metrics import Metrics
from pexdash.session.feed.told import Heard
from tests.manual_clock import ManualClock
from tests.plain.metrics.many import PEOPLE, Many
from tests.plain.metrics.read import read

SLICE_LIMIT = 0.005
"""For how many seconds of work a scrape may hold the loop up."""


async def test_a_scrape_of_a_thousand_conferences_holds_nobody_up() -> None:
    many = Many(ManualClock())
    for at in range(1000):
        many.add(f"room{at}", f"node{at % 10}")
    metrics = Metrics(many, many.clock, conferences=1000)
    longest, turns, is_over = 0.0, 0, False

    async def beat() -> None:
        nonlocal longest, turns
        last = thread_time()
        while not is_over:
            await asyncio.sleep(0)
            now = thread_time()
            longest, last, turns = max(longest, now - last), now, turns + 1

    least = float("inf")
    for _ in range(3):
        # Memory may be tidied up at any moment, for whomever it was taken: the best try counts.
        longest, is_over = 0.0, False
        beating = asyncio.create_task(beat())
        text = await metrics.text()
        is_over = True
        await beating
        least = min(least, longest)
    told = read(text)
    metrics.close()
    assert least <= SLICE_LIMIT
    assert turns > 50
    assert len(told.values("pexdash_conference_people")) == 1000
    assert set(told.values("pexdash_conference_people").values()) == {PEOPLE}
    assert told.sum("pexdash_participants") == 1000 * PEOPLE
    assert told.sum("pexdash_conferences", line="live") == 1000


async def test_series_of_their_own_are_for_so_many_and_for_none_unless_asked_for() -> None:
    many = Many(ManualClock())
    for at in range(5):
        many.add(f"room{at}", "node", people=1)
    for most, without in ((0, 5), (2, 3), (9, 0)):
        metrics = Metrics(many, many.clock, conferences=most)
        told = read(await metrics.text())
        assert len(told.values("pexdash_conference_people")) == 5 - without
        assert told.values("pexdash_conferences_without_series") == {(): without}
        assert "room4" not in told.text or most > 4
        followed, many.followed = many.followed, []
        metrics.close()
        many.followed = followed


async def test_labels_are_few_however_many_nodes_rules_and_events_there_are() -> None:
    many = Many(ManualClock())
    for at in range(100):
        many.add(f"room{at}", f"node{at:02}", people=1)
    metrics = Metrics(many, many.clock)
    many.edges = [
        Edge(0, Change.RAISED, AlarmKey(f"r{at}", one.key), Severity.WARNING, 0, "")
        for at, one in enumerate(many.followed)
    ]
    for at, one in enumerate(many.followed):
        one.feed.tell(Heard([UnknownEvent(f"event{at}"), UnknownEvent("stage", "no list")]))
    told = read(await metrics.text())
    metrics.close()
    nodes = told.values("pexdash_conferences")
    assert len(nodes) == MOST_NODES + 1
    assert nodes["live", OTHER] == 100 - MOST_NODES
    rules = told.values("pexdash_alarms_raised_total")
    assert len(rules) == MOST_RULES + 1
    assert rules[OTHER, "warning"] == 100 - MOST_RULES
    assert {event for event, _ in told.values("pexdash_events_total")} == {OTHER}
    assert told.sum("pexdash_events_total") == 200
    assert told.sum("pexdash_unreadable_events_total") == 100
    # One of the nodes behind the last label is down.
    assert told.values("pexdash_node_up")[OTHER,] == 0
    assert told.sum("pexdash_node_up") == MOST_NODES
