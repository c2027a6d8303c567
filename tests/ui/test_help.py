"""The help: every key at one look where there is room, and what one types narrows it."""

from __future__ import annotations

import pytest

from pexdash.session.moderation.action import Place
from pexdash.ui.commands.actions import LOG, actions_at
from pexdash.ui.commands.bindings import keys_with, shown_key
from pexdash.ui.commands.help import help_sections
from pexdash.ui.dialogs.help import HelpDialog
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard


def columns(shown: Dashboard, first: int, last: int) -> str:
    """The words between two cells of every line, as one text."""
    lines = (line[first:last].strip("│╭╮╰╯─ ") for line in shown.lines())
    return " ".join(" ".join(line.split()) for line in lines)


@pytest.mark.parametrize("size", [(120, 40), (200, 60)])
async def test_every_key_is_there_at_once(size: tuple[int, int]) -> None:
    async with dashboard("Ann", size=size) as shown:
        await shown.press("question_mark")
        await shown.shows("─ Keys ─", "Filter", "In the palette alone")
        assert isinstance(shown.app.screen, HelpDialog)
        view = shown.app.screen._view
        assert len(view.drawn) <= view.size.height
        left, width = view.region.x, (view.size.width - 4) // 3
        text = " ".join(
            columns(shown, left + at * (width + 2), left + at * (width + 2) + width)
            for at in range(3)
        )
        for action in actions_at(Place.CONFERENCE):
            assert action.title in text
            key = shown_key(action, keys_with({}))
            assert key == "palette" or f"{key} {action.title}" in text


async def test_where_there_is_less_room_it_scrolls() -> None:
    async with dashboard("Ann", size=(80, 24)) as shown:
        await shown.press("question_mark")
        await shown.shows("Participants", "esc closes")
        assert "takes the kinds of" not in shown.text()
        await shown.press(*["pagedown"] * 4)
        await shown.shows("takes the kinds of", "esc closes")
        await shown.press("pageup", "pageup", "pageup", "pageup")
        await shown.shows("Participants")


@pytest.mark.parametrize("opener", ["", "/"])
async def test_what_is_typed_narrows_it_and_escape_takes_it_back(opener: str) -> None:
    async with dashboard("Ann", size=(80, 24)) as shown:
        await shown.press("question_mark")
        await shown.shows("Participants")
        await shown.press(*(["slash"] if opener else []), *"spotl", "space", "o")
        await shown.shows("Spotlight on / off", "All spotlights off")
        assert "Admit" not in shown.text().partition("esc closes")[0]
        await shown.press(*"zz")
        await shown.shows("Nothing about spotl ozz")
        await shown.press("escape")
        await shown.shows("Mute / unmute")
        await shown.press("escape")
        await eventually(lambda: shown.app.screen is shown.screen)


def test_the_help_names_the_key_that_the_log_has() -> None:
    filters = help_sections(keys_with({LOG.id: "0"}), actions_at(Place.CONFERENCE))[-1]
    assert any("In the log (0)," in words for _, words in filters.lines)
