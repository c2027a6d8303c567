"""A screen that nobody touches for weeks: nothing waits for a key, and what was said goes away."""

from __future__ import annotations

from pexdash.session.notices import Notice, Weight
from tests.eventually import eventually
from tests.ui.dashboard import dashboard


async def test_many_errors_are_seen_and_go_away_by_themselves_and_no_dialog_waits() -> None:
    async with dashboard("Ann Smith") as shown:
        for number in range(50):
            shown.session.notify(Notice(f"Trouble {number}", Weight.ERROR))
        await shown.shows("Trouble 0", "Trouble 1")
        assert shown.app.screen is shown.screen
        await eventually(lambda: "Trouble" not in shown.text(), "all of it gone")


async def test_the_clock_moves_and_the_age_of_what_is_shown_is_told() -> None:
    async with dashboard("Ann Smith") as shown:
        await shown.clock.advance(61)
        shown.screen._tick()
        await shown.shows("00:01:0")
        days = 31 * 24 * 3600
        before = shown.lines()[0]
        shown.clock._monotonic += days
        shown.screen._tick()
        await shown.pilot.pause()
        assert "744:" in shown.lines()[0]
        assert shown.lines()[0] != before
