"""Some hours of a meeting, and a dashboard that shows them, leave nothing behind."""

from __future__ import annotations

import random
import time

import pytest
from textual.app import App

from pexdash.api.http import kept_connections
from tests.manual_clock import ManualClock
from tests.trust.soak import Soak
from tests.trust.unattended import leave_alone


@pytest.mark.fault(91)
@pytest.mark.timeout(120)
async def test_a_session_holds_no_more_after_hours_than_after_minutes() -> None:
    figures = await Soak(8_600, random.Random(1)).run()
    assert figures.events >= 8_000
    assert figures.reconnects > 15
    assert figures.refreshes > 50
    assert (figures.growth.tasks, figures.growth.descriptors) <= (0, 0)
    assert figures.is_flat, str(figures)


@pytest.mark.fault(108)
@pytest.mark.timeout(120)
async def test_a_dashboard_needs_no_hand_and_keeps_its_clock_going(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(App, "NOTIFICATION_TIMEOUT", 1.0)
    monkeypatch.setattr(kept_connections, "KEPT_SECONDS", 0.5)
    figures = await leave_alone(0.25, random.Random(1))
    assert figures.drops > 0
    assert figures.is_well, str(figures)
    began = time.localtime(ManualClock().wall()).tm_hour
    assert (int(figures.clock.partition(":")[0]) - began) % 24 in (6, 7)
