"""Some days of a wall leave nothing behind, and lines that break at once come back in turns."""

from __future__ import annotations

import random

import pytest

from pexdash.api.http import kept_connections
from pexdash.session.estate.fleet import STREAMS_A_SECOND
from tests.trust import wall_month
from tests.trust.storms import Storm, break_all_at_once
from tests.trust.wall_month import Month


@pytest.mark.timeout(120)
async def test_days_of_a_wall_leave_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wall_month, "CONFERENCES", 6)
    monkeypatch.setattr(wall_month, "MOVING_A_DAY", 2)
    monkeypatch.setattr(wall_month, "DROPPED_A_DAY", 3)
    monkeypatch.setattr(kept_connections, "KEPT_SECONDS", 0.5)
    figures = await Month(random.Random(1)).run(2)
    assert (figures.outages, figures.worst_outage) == (1, 1)
    assert figures.moves == 4
    assert figures.is_well, str(figures)


@pytest.mark.timeout(120)
async def test_lines_that_break_at_once_come_back_in_turns() -> None:
    figures = await break_all_at_once(4)
    assert [one.storm for one in figures] == list(Storm)
    for one in figures:
        assert 0 < one.requests < 8 * STREAMS_A_SECOND
        assert one.holds, str(one)
