"""The chat: scrolled back, read whole, and what of it is new."""

from __future__ import annotations

import re

import pytest

from pexdash.model.chat import MOST_MESSAGES, Message
from pexdash.ui.dialogs.log import LogDialog
from pexdash.ui.widgets.chat import ChatLog, ChatPane
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard

SMALL = (80, 24)


def title(shown: Dashboard) -> str:
    """What the chat says of itself, without the rule."""
    area = shown.screen.query_one(ChatPane).region
    lines = [line[area.x : area.right] for line in shown.lines()[area.y : area.bottom]]
    words = lines[0] if "CHAT" in lines[0] else lines[-1]
    return re.sub("[ ╌─┌┐]+", " ", words).strip()


async def say(shown: Dashboard, *texts: str) -> None:
    """Have Bob say these lines, and wait until they are here."""
    bob, chat = shown.uuid_of("Bob"), shown.feed.conference.chat
    total = chat.total + len(texts)
    for text in texts:
        shown.meeting.say(bob, text)
    await eventually(lambda: chat.total == total)
    await shown.pilot.pause()


async def test_who_writes_scrolls_back_and_what_comes_meanwhile_is_new() -> None:
    async with dashboard("Bob", size=SMALL) as shown:
        await say(shown, *(f"line {number:02}" for number in range(39)), "x" * 200)
        assert title(shown).endswith(" 40 new")
        await shown.press("c")
        assert title(shown) == "CHAT"
        assert "…" not in shown.text(), "a bar beside the lines cuts none"
        log = shown.screen.query_one(ChatLog)
        page = log.size.height - 1
        await shown.press("pageup", "pageup", "up")
        assert title(shown) == f"CHAT {2 * page + 1} below"
        await say(shown, "at last", "and more")
        assert title(shown) == f"CHAT 2 new {2 * page + 3} below"
        assert "at last" not in shown.text()
        await shown.press("pagedown", "pagedown", "down")
        assert title(shown) == "CHAT 2 new 2 below"
        await shown.press("pagedown")
        assert title(shown) == "CHAT"
        await shown.shows("and more")


async def test_the_line_says_what_its_keys_do_while_it_takes_them() -> None:
    async with dashboard("Bob") as shown:
        await shown.shows("c to write")
        await shown.press("c")
        await shown.shows("enter Send  esc Back")
        assert "c to write" not in shown.text()
        await shown.press(*"hi", "enter")
        await shown.shows("you hi", "enter Send  esc Back")
        await shown.press("escape")
        await shown.shows("c to write")


async def test_a_message_to_one_person_hides_no_news() -> None:
    async with dashboard("Bob", size=SMALL) as shown:
        bob = await shown.put_cursor_on("Bob")
        shown.meeting.update(bob, supports_direct_chat=True)
        await eventually(lambda: shown.feed.conference.participants[bob].supports_direct_chat)
        await shown.press("i")
        await shown.shows("to Bob alone")
        await say(shown, *(f"line {number:02}" for number in range(40)))
        await shown.press("pageup")
        await say(shown, "news")
        assert title(shown).startswith("CHAT to Bob alone 1 new")


@pytest.mark.parametrize("size", [(40, 12), SMALL, (200, 60)])
async def test_all_of_it_can_be_read_and_narrowed_and_counts_as_read(size: tuple[int, int]) -> None:
    async with dashboard("Bob", size=size) as shown:
        await say(shown, "the first", "x" * 3 * size[0], *["more"] * size[1], "the last")
        await shown.press("C")
        await shown.shows("the last")
        await shown.press("home")
        await shown.shows("the first")
        view = shown.app.screen.query_one("#log-view")
        assert view.size.height >= size[1] * 0.9 - 3
        await shown.press("slash", *"!more", "enter")
        await shown.shows("the first", "filter !more")
        await shown.press("escape")
        assert not isinstance(shown.app.screen, LogDialog)
        if size[1] > 20:
            assert "new" not in title(shown)


async def test_what_is_not_read_to_its_end_stays_new() -> None:
    async with dashboard("Bob", size=SMALL) as shown:
        await say(shown, *["more"] * 60)
        await shown.press("C", "home")
        await say(shown, "news")
        await shown.press("escape")
        assert title(shown).endswith("1 new")


async def test_nothing_written_and_nothing_found_are_said() -> None:
    async with dashboard("Bob") as shown:
        await shown.press("C")
        await shown.shows("Nobody wrote.")
        await shown.press("slash", *"is:direct")
        await shown.shows("Nothing passes the filter is:direct.")


async def test_the_whole_of_a_full_chat_is_there() -> None:
    async with dashboard("Bob", size=SMALL) as shown:
        for number in range(MOST_MESSAGES + 3):
            line = Message(1_700_000_000.0, "Bob", "bob", f"line {number:04}")
            shown.feed.conference.chat.add(line)
        await shown.press("C", "home")
        await shown.shows("line 0003")
        await shown.press("end")
        await shown.shows(f"line {MOST_MESSAGES + 2:04}")
