"""Sorting the roster: by keys, by a click on a title, and back."""

from __future__ import annotations

import pytest

from pexdash.model.sorting import SortedBy
from pexdash.ui.widgets.roster_pane import RosterHeading
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard


def names(shown: Dashboard, *wanted: str) -> list[str]:
    """Who of those wanted is shown, from the top on."""
    found = [(line.find(name), name) for line in shown.rows() for name in wanted if name in line]
    return [name for _, name in found]


def heading(shown: Dashboard) -> str:
    return shown.lines()[shown.screen.query_one(RosterHeading).region.y]


async def test_sorting_goes_round_and_says_by_what() -> None:
    async with dashboard("Ann", "Bob", size=(200, 50)) as shown:
        for title in ("↓ for", "by role ↓", "state ↓", "voice ↓", "talk↓", "by hand ↓"):
            await shown.press("f")
            assert title in heading(shown)
        await shown.press("f", "F")
        assert "by ↑" in heading(shown)
        await shown.press("f")
        assert "name ↓" in heading(shown)


@pytest.mark.parametrize("width", [40, 60, 80, 100])
async def test_every_width_says_by_what_and_which_way(width: int) -> None:
    async with dashboard("Ann", size=(width, 30)) as shown:
        for _ in SortedBy:
            assert heading(shown).count("↓") == 1
            await shown.press("F")
            assert heading(shown).count("↑") == 1
            await shown.press("f")


async def test_who_talked_most_comes_first_and_the_other_way_round() -> None:
    async with dashboard("Ann", "Bob", "Cleo") as shown:
        cleo = shown.uuid_of("Cleo")
        shown.meeting.speak({cleo: 60})
        await eventually(lambda: shown.feed.conference.speakers)
        await shown.clock.leap(20)
        shown.meeting.speak({})
        await eventually(lambda: not shown.feed.conference.speakers[0].vad)
        await shown.press(*"fffff")
        assert names(shown, "Ann", "Bob", "Cleo") == ["Cleo", "Ann", "Bob"]
        await shown.press("F")
        assert names(shown, "Ann", "Bob", "Cleo") == ["Ann", "Bob", "Cleo"]


async def test_the_order_of_talk_is_looked_at_every_ten_seconds() -> None:
    async with dashboard("Ann", "Bob", "Cleo") as shown:
        await shown.press(*"fffff")
        assert names(shown, "Ann", "Bob", "Cleo") == ["Ann", "Bob", "Cleo"]
        shown.meeting.speak({shown.uuid_of("Cleo"): 60})
        await eventually(lambda: shown.feed.conference.speakers)
        await shown.clock.leap(5)
        shown.roster.tick()
        assert names(shown, "Ann", "Bob", "Cleo") == ["Ann", "Bob", "Cleo"]
        await shown.clock.leap(5)
        shown.roster.tick()
        await eventually(lambda: names(shown, "Ann", "Bob", "Cleo") == ["Cleo", "Ann", "Bob"])


async def test_a_click_on_a_title_sorts_by_it_and_a_second_one_the_other_way() -> None:
    async with dashboard("Ann", "Bob") as shown:
        at = heading(shown).index("voice")
        for arrow in "↓↑↓":
            await shown.pilot.click(RosterHeading, offset=(at, 0))
            await eventually(lambda arrow=arrow: f"voice {arrow}" in heading(shown))  # type: ignore[misc]
        await shown.pilot.click(RosterHeading, offset=(heading(shown).index("address"), 0))
        assert "voice ↓" in heading(shown)
        await shown.pilot.click(RosterHeading, offset=(0, 0))
        assert "voice ↓" in heading(shown)
