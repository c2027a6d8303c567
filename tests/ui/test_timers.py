"""What is to be done once is done, also where the processor was away as its time began."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from textual import _time
from textual.app import App

from pexdash.ui.timers import once
from tests.eventually import eventually
from tests.ui.dashboard import dashboard
from tests.ui.drawn_terminal import DrawnTerminal


def busy() -> Callable[[], float]:
    """The framework's clock where 8 ms pass between any two looks at it.

    That is more than the shortest time to wait, and less than any interval.
    """
    lost = count(0.0, 0.008)
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


async def test_once_is_once_on_a_busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    async with App[None]().run_test() as pilot:
        monkeypatch.setattr(_time, "get_time", busy())
        once(pilot.app, 0.005, lambda: called.append("at once"))
        once(pilot.app, 0.1, lambda: called.append("later"))
        await eventually(lambda: "later" in called)
    assert called == ["at once", "later"]
