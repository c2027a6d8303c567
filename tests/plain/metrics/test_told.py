"""Metrics of a wall that reads from a bus: what collectors tell, and nothing that they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.line import LineState
from pexdash.plain.metrics.metrics import Metrics
from pexdash.plain.metrics.sources import Wall
from tests.bus.nats_server import program
from tests.session.estate.small_collector import reading_wall, summary_of

pytestmark = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")
A, B = ConferenceKey("north", "a@x"), ConferenceKey("north", "b@x")


async def test_what_collectors_tell_is_counted_and_what_they_do_not_is_absent(
    tmp_path: Path,
) -> None:
    async with reading_wall(tmp_path, A, B) as read:
        since = read.clock.monotonic() - 40.0
        told = summary_of(
            "a@x", node="n1", people=5, hosts=2, waiting=1, waits_since=since, locked=True
        )
        await read.collector.tell(A, told)
        refused = summary_of("b@x", node="n1", line=LineState.REFUSED, people=9)
        await read.collector.tell(B, refused)
        await read.until(lambda: read.remote.summary(B).line is LineState.REFUSED)
        metrics = Metrics(Wall(read.remote), read.clock, conferences=1)
        lines = (await metrics.text()).decode().splitlines()
        metrics.close()
        for line in (
            'pexdash_conferences{line="live",node="n1"} 1.0',
            'pexdash_conferences{line="refused",node="n1"} 1.0',
            'pexdash_participants{node="n1",protocol="other",role="host"} 2.0',
            'pexdash_participants{node="n1",protocol="other",role="guest"} 3.0',
            'pexdash_waiting_participants{node="n1"} 1.0',
            'pexdash_longest_wait_seconds{node="n1"} 40.0',
            'pexdash_conference_locked{conference="north/a@x"} 1.0',
            "pexdash_conferences_without_series 1.0",
            'pexdash_node_up{node="n1"} 1.0',
        ):
            assert line in lines
        text = "\n".join(lines)
        assert "joins_total{" not in text
        assert "b@x" not in text
