"""What is to be done once is done, and no clock stops the program."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import count
from time import time

import pytest
from textual import _time, notifications
from textual.geometry import Region, Size

from pexdash.session.feed.notices import Notice
from pexdash.ui.framework import timers
from pexdash.ui.framework.timers import SteadyApp, unskipped
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard
from tests.ui.drawn_terminal import DrawnTerminal


def busy() -> Callable[[], float]:
    """The framework's clock where 9 ms pass between any two looks at it.

    That is more than the shortest time to wait, and less than any interval.
    """
    lost = count(0.0, 0.009)
    return lambda: _time.time() + next(lost)


async def test_what_a_slow_terminal_missed_is_sent_after_a_busy_moment(
    drawn: DrawnTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard("Ann") as shown:
        await eventually(lambda: drawn.shows("Ann"))
        monkeypatch.setattr(_time, "get_time", busy())
        drawn.behind = True
        shown.meeting.join("Bob")
        await shown.shows("Bob")
        assert not drawn.shows("Bob")
        drawn.behind = False
        await eventually(lambda: drawn.shows("Bob"))


def is_last(shown: Dashboard, size: Size) -> bool:
    """Whether the keys stand in the last line of a screen of that size."""
    return shown.screen._key_bar.region == Region(0, size.height - 1, size.width, 1)


async def test_a_resize_is_followed_after_a_busy_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    async with dashboard("Ann") as shown:
        monkeypatch.setattr(_time, "get_time", busy())
        for size in (Size(90, 30), Size(100, 32)):
            await shown.pilot.resize_terminal(*size)
            await eventually(partial(is_last, shown, size))


async def test_a_timer_for_once_calls_once_on_a_busy_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    called: list[str] = []
    async with SteadyApp[None]().run_test() as pilot:
        monkeypatch.setattr(_time, "get_time", busy())
        pilot.app.set_timer(0.005, lambda: called.append("of the app"))
        unskipped(pilot.app.screen.set_timer(0.005, lambda: called.append("of the screen")))
        pilot.app.set_timer(0.1, lambda: called.append("later"))
        await eventually(lambda: "later" in called)
    assert sorted(called) == ["later", "of the app", "of the screen"]


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
        monkeypatch.setattr(timers, "monotonic", leaping(seconds))
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
