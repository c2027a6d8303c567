"""What the top line says of the meeting as a whole: classification, banner, hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.eventually import eventually
from tests.ui.dashboard import dashboard

LEVELS = ("Official", "TOP SECRET")


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (100, 30)])
async def test_the_classification_is_always_there(size: tuple[int, int]) -> None:
    alias = "a.very.long.alias.of.a.meeting@conferences.example.com"
    async with dashboard("Bob", size=size, alias=alias, classification_levels=LEVELS) as shown:
        shown.meeting.set_locked(True)
        shown.meeting.mute_guests(True)
        assert shown.lines()[0].startswith(" Official ")
        shown.meeting.set_for_all(level=1)
        await eventually(lambda: shown.lines()[0].startswith(" TOP SECRET "))
        styles = [one.style for one in shown.app.screen._compositor.render_strips()[0]]
        assert styles[0] is not None
        assert styles[0].reverse
        assert styles[0].bold
        shown.meeting.set_for_all(level=None)
        await eventually(lambda: "SECRET" not in shown.lines()[0])


async def test_a_level_without_a_name_shows_its_number_and_a_long_one_is_cut() -> None:
    async with dashboard("Bob", classification_levels=LEVELS) as shown:
        shown.meeting.set_for_all(level=7)
        await eventually(lambda: shown.lines()[0].startswith(" level 7 "))
        long = replace(shown.meeting.settings, classification_levels=("x" * 120,))
        shown.meeting.set_for_all(settings=long, level=0)
        await eventually(lambda: "x… " in shown.lines()[0])
        assert "meet.alice" in shown.lines()[0]


async def test_the_banner_shows_where_there_is_room() -> None:
    async with dashboard("Bob", size=(160, 40)) as shown:
        shown.meeting.set_for_all(banner="Back\nat 12")
        await shown.shows("banner: Back at 12")
        shown.meeting.set_for_all(banner="")
        await eventually(lambda: "banner" not in shown.text())


async def test_hold_and_a_splash_screen_are_said_in_words() -> None:
    async with dashboard("Bob") as shown:
        shown.meeting.publish("on_hold", {"setting": True})
        await shown.shows("YOU ARE ON HOLD")
        await eventually(lambda: "You are on hold" in shown.told())
        shown.meeting.publish("on_hold", {"setting": False})
        await eventually(lambda: "YOU ARE ON HOLD" not in shown.lines()[0])
        splash = {"screen_key": "direct_media_waiting_for_host", "display_duration": 5}
        shown.meeting.publish("splash_screen", splash)
        await eventually(lambda: "shows: direct media waiting for host" in shown.told())


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_breakout_room_we_are_in_is_named_and_that_it_has_asked_for_help(
    size: tuple[int, int],
) -> None:
    async with dashboard("Bob", size=size) as shown:
        status = shown.meeting.status()
        cry = {"value": True, "time": 1700484383.5}
        room = {"breakout": True, "breakout_name": "Red", "breakoutbuzz": cry}
        shown.meeting.publish("conference_update", status | room)
        await eventually(lambda: "  in Red  HELP ASKED FOR" in shown.lines()[0])
        calm = {"breakoutbuzz": {"value": False, "time": 0}, "breakout_name": "x" * 90}
        shown.meeting.publish("conference_update", status | room | calm)
        await eventually(lambda: f"  in {'x' * 19}…" in shown.lines()[0])
        assert "HELP" not in shown.lines()[0]
