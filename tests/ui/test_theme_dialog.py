"""A theme is seen before it is chosen."""

from __future__ import annotations

from textual.color import Color

from pexdash.ui.dialogs.themes import ThemeDialog
from pexdash.ui.themes.roles import Role
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard


def ground(shown: Dashboard) -> Color:
    return shown.screen.background_colors[1]


async def chosen(shown: Dashboard, *keys: str) -> None:
    shown.screen.host.deeds.open_themes()
    await eventually(lambda: isinstance(shown.app.screen, ThemeDialog))
    await shown.press(*keys)
    await eventually(lambda: not isinstance(shown.app.screen, ThemeDialog))


async def test_the_theme_under_the_cursor_is_shown_and_enter_keeps_it() -> None:
    async with dashboard() as shown:
        shown.screen.host.deeds.open_themes()
        await eventually(lambda: isinstance(shown.app.screen, ThemeDialog))
        before = ground(shown)
        await shown.press("down")
        await eventually(lambda: shown.app.theme == "light" and ground(shown) != before)
        wanted = shown.app.current_theme.variables[Role.GROUND]
        await eventually(lambda: ground(shown) == Color.parse(wanted))
        await shown.press("enter")
        await eventually(lambda: not isinstance(shown.app.screen, ThemeDialog))
        assert shown.app.theme == "light"
        assert not shown.app.follows_ground


async def test_escape_goes_back_to_the_theme_of_before() -> None:
    async with dashboard() as shown:
        await chosen(shown, "down", "down", "escape")
        assert shown.app.theme == "dark"
        assert shown.app.follows_ground
        await chosen(shown, "down", "enter")
        await chosen(shown, "down", "escape")
        assert shown.app.theme == "light"


async def test_without_colours_there_is_nothing_to_choose() -> None:
    async with dashboard() as shown:
        shown.app.no_color = True
        shown.screen.host.deeds.open_themes()
        await eventually(lambda: "every theme looks the same" in shown.told())
        assert not isinstance(shown.app.screen, ThemeDialog)


async def test_a_notice_stands_in_the_frame_and_covers_no_theme() -> None:
    async with dashboard() as shown:
        shown.screen.host.deeds.open_themes()
        await eventually(lambda: isinstance(shown.app.screen, ThemeDialog))
        await shown.shows("enter keeps it")
        shown.app.notify("Ann is waiting", markup=False)
        await eventually(
            lambda: any("╰" in line and "Ann is waiting" in line for line in shown.lines())
        )
