"""The meeting behind a dialog: it goes on, at a cost that leaves the wall in peace."""

from __future__ import annotations

from asyncio import get_running_loop
from typing import Any

import pytest
from textual.color import Color
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import Screen
from textual.widgets import Input

from pexdash.ui.framework.held_screen import COVERED_SECONDS
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard
from tests.ui.drawn_terminal import DrawnTerminal

CHANGES = 40


@pytest.fixture
def draws(monkeypatch: pytest.MonkeyPatch) -> list[Screen[Any]]:
    """The covered screen, once for each time that all of it was drawn."""
    covered: list[Screen[Any]] = []
    made = BackgroundScreen.__init__

    def drawn(self: BackgroundScreen, screen: Screen[Any], color: Color) -> None:
        covered.append(screen)
        made(self, screen, color)

    monkeypatch.setattr(BackgroundScreen, "__init__", drawn)
    return covered


async def ask_to_disconnect(shown: Dashboard) -> None:
    await shown.put_cursor_on("Bob")
    await shown.press("D")
    await eventually(shown.takes_keys)
    await shown.pilot.pause()


async def rename(shown: Dashboard, uuid: str, name: str) -> None:
    """Give a person another name, and wait until it is in what was painted last."""
    painted = shown.screen.revision
    shown.meeting.update(uuid, display_name=name)
    await eventually(lambda: shown.screen.revision > painted)


async def test_a_lively_meeting_behind_a_dialog_is_drawn_once_a_second(
    drawn: DrawnTerminal, draws: list[Screen[Any]]
) -> None:
    async with dashboard("Ann", "Bob") as shown:
        ann = shown.uuid_of("Ann")
        await ask_to_disconnect(shown)
        await shown.pilot.pause()
        draws.clear()
        began = get_running_loop().time()
        for number in range(CHANGES):
            await rename(shown, ann, f"Person {number}")
        await shown.pilot.pause()
        lasted = get_running_loop().time() - began
        assert len(draws) <= 2 + lasted / COVERED_SECONDS, lasted


async def test_what_changed_behind_a_dialog_is_seen_before_it_is_closed(
    drawn: DrawnTerminal,
) -> None:
    async with dashboard("Ann", "Bob") as shown:
        ann = shown.uuid_of("Ann")
        await ask_to_disconnect(shown)
        await rename(shown, ann, "First")
        await rename(shown, ann, "Second")
        await eventually(lambda: drawn.shows("Second"))


async def test_a_dialog_that_goes_uncovers_what_changed_last(drawn: DrawnTerminal) -> None:
    async with dashboard("Ann", "Bob") as shown:
        ann = shown.uuid_of("Ann")
        await ask_to_disconnect(shown)
        await rename(shown, ann, "First")
        await rename(shown, ann, "Second")
        await shown.press("escape")
        await eventually(lambda: drawn.shows("Second"))
        assert not drawn.shows("First")


async def test_a_resize_is_followed_at_once_behind_a_dialog(
    drawn: DrawnTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard(*(f"Person {number:02}" for number in range(40)), size=(80, 24)) as shown:
        await shown.press("D")
        await eventually(shown.takes_keys)
        # It has just been drawn, and the next time is far.
        monkeypatch.setattr(shown.screen._covered_gate, "interval", 60.0)
        await rename(shown, shown.uuid_of("Person 00"), "First")
        await eventually(lambda: drawn.shows("First"))
        await shown.pilot.resize_terminal(120, 40)
        await eventually(lambda: drawn.shows("Person 25"))


async def test_what_is_to_be_drawn_as_a_dialog_goes_is_drawn(
    drawn: DrawnTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard("Ann", "Bob") as shown:
        screen, framework_draws = shown.screen, Screen._on_timer_update

        def late(self: Screen[Any]) -> None:
            # What was due behind the dialog comes just before the framework's own frame.
            if self is screen:
                screen._covered_gate._paint()
            framework_draws(self)

        await ask_to_disconnect(shown)
        await shown.press("n", "c")
        monkeypatch.setattr(Screen, "_on_timer_update", late)
        screen.query_one("#chat-input", Input).value = "Hello all"
        await eventually(lambda: drawn.shows("Hello all"))
