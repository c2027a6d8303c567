"""A notice comes and goes by itself, whatever the clock does meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from time import time

import pytest
from textual import notifications
from textual.widgets._toast import Toast

from pexdash.session.notices import Notice
from pexdash.ui import notices
from tests.eventually import eventually
from tests.ui.dashboard import dashboard


def leaping(seconds: float) -> Callable[[], float]:
    """A clock that has gone on by so much whenever it is looked at."""
    looks = count(time(), seconds)
    return lambda: next(looks)


# This ends what would never return, but only the task that it is in.
@pytest.mark.timeout(20)
@pytest.mark.parametrize("seconds", [0.6, 0.7, 0.9, 1.1, 1.3, 1.8, 2.6, 6.0])
async def test_a_notice_whose_time_is_over_as_it_is_shown_stops_nothing(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard("Ann") as shown:
        monkeypatch.setattr(notifications, "time", leaping(seconds))
        monkeypatch.setattr(notices, "monotonic", leaping(seconds))
        async with asyncio.timeout(15):
            for number in range(3):
                shown.screen.host.say(Notice(f"number {number}"))
                await shown.pilot.pause()
            shown.meeting.join("Late Larry")
            await shown.shows("Late Larry")


async def test_a_clock_that_is_set_takes_no_notice_away(monkeypatch: pytest.MonkeyPatch) -> None:
    async with dashboard("Ann") as shown:
        shown.screen.host.say(Notice("the first"))
        await shown.shows("the first")
        monkeypatch.setattr(notifications, "time", lambda: time() + 3600)
        shown.screen.host.say(Notice("the second"))
        await shown.shows("the first", "the second")
        await eventually(lambda: len(shown.app.screen.query(Toast)) == 2)
