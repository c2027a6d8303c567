"""What is pasted or typed into a line: cut, cleaned, and never a fault or a command."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input

from pexdash.session.moderation.calls import MediaCall
from pexdash.text import CHAT_LIMIT
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard


async def paste(shown: Dashboard, text: str) -> Input:
    """Have the terminal hand `text` over as pasted into whatever has the focus."""
    field = shown.screen.focused
    assert isinstance(field, Input)
    shown.app.post_message(events.Paste(text))
    await shown.pilot.pause()
    await shown.pilot.pause()
    return field


@pytest.mark.fault(101)
async def test_a_megabyte_pasted_into_the_chat_is_cut_and_that_is_said() -> None:
    async with dashboard("Ann") as shown:
        await shown.press("c")
        field = await paste(shown, "x" * 1_000_000)
        assert field.value == "x" * (CHAT_LIMIT - 1) + "…"
        await shown.shows("Cut to what fits: 2,000")
        await shown.press("enter")
        await eventually(lambda: shown.requests() == ["message"])
        assert shown.node.received[-1].body.count(b"x" * (CHAT_LIMIT - 1)) == 1
        assert shown.app.crash is None


@pytest.mark.fault(101)
async def test_what_is_pasted_after_what_was_typed_loses_neither() -> None:
    async with dashboard("Ann") as shown:
        await shown.press("c", *"hello")
        field = await paste(shown, "y" * CHAT_LIMIT)
        assert field.value == "hello" + "y" * (CHAT_LIMIT - 6) + "…"
        field = await paste(shown, "z")
        assert "z" not in field.value
        await shown.press("shift+home")
        field = await paste(shown, "short")
        assert field.value == "short"


@pytest.mark.fault(102)
@pytest.mark.parametrize(
    ("pasted", "sent"),
    [
        ("one\ntwo\r\nthree\tfour", "one two  three four"),
        ("\x1b[2J\x1b]52;c;eA==\x07", "␛[2J␛]52;c;eA==␇"),
        ("a\x00b\x7fc\x9bd", "a␀b␡c\ufffdd"),
        ("\u202eright\u2066", "right"),
        ("Tom [b]Sales[/b] [/]", "Tom [b]Sales[/b] [/]"),
    ],
)
async def test_what_is_pasted_into_the_chat_is_one_clean_line(pasted: str, sent: str) -> None:
    async with dashboard("Ann") as shown:
        await shown.press("c")
        field = await paste(shown, pasted)
        assert field.value == sent
        await shown.press("enter")
        await eventually(lambda: shown.requests() == ["message"])
        await shown.shows(f"you {sent}")


@pytest.mark.fault(102)
async def test_escape_and_tab_in_the_chat_line_are_keys_and_send_nothing() -> None:
    async with dashboard("Ann") as shown:
        await shown.press("c", *"hi", "tab", "escape")
        await eventually(lambda: shown.screen.focused is shown.roster)
        assert shown.requests() == []
        await shown.press("c", "enter")
        await eventually(lambda: shown.requests() == ["message"])
        assert b'"hi"' in shown.node.received[-1].body


@pytest.mark.parametrize(
    "text",
    [
        "!" * 1999 + "x",
        "(.*)+$[a-z]{9999999}\\1(?P<n>",
        "is:" * 600,
        "👩‍👩‍👧‍👦" * 1500,
        "ann " * 2500,
        "[/][@click=app.quit]x",
        "\x1b[2J\n\t\x00",
    ],
)
async def test_an_absurd_filter_is_only_a_filter(text: str) -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.press("slash")
        await paste(shown, text)
        await shown.press("enter", "m", "escape")
        await eventually(lambda: shown.row("Bob"))
        assert shown.app.crash is None
        assert shown.screen._roster.filter == ""


@pytest.mark.parametrize("player", ['vlc "{url}', "/nonexistent/player"])
async def test_a_player_that_cannot_be_started_is_said(player: str) -> None:
    async with dashboard("Ann") as shown:
        dialogs = shown.screen.host.dialogs
        dialogs._player = player
        await dialogs._play(MediaCall("uuid", "RTMP", url="rtmp://127.0.0.1/x"))
        await shown.shows("cannot be", "started")
        assert shown.app.crash is None
