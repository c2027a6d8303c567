"""A screen that nobody touches for weeks: nothing waits for a key, and what was said goes away."""

from __future__ import annotations

from pexdash.model.chat import MOST_MESSAGES, Message
from pexdash.session.feed.notices import Notice, Weight
from pexdash.ui.widgets.chat import ChatLog
from tests.eventually import eventually
from tests.ui.dashboard import dashboard


async def test_many_errors_are_seen_and_go_away_by_themselves_and_no_dialog_waits() -> None:
    async with dashboard("Ann Smith") as shown:
        for number in range(50):
            shown.feed.notify(Notice(f"Trouble {number}", Weight.ERROR))
        await shown.shows("Trouble 48", "Trouble 49")
        assert shown.app.screen is shown.screen
        await eventually(lambda: "Trouble" not in shown.text(), "all of it gone")


async def test_the_clock_moves_and_the_age_of_what_is_shown_is_told() -> None:
    async with dashboard("Ann Smith") as shown:
        noon = shown.lines()[0].split()[-1]
        await shown.clock.advance(61)
        shown.screen._each_second()
        await eventually(lambda: shown.lines()[0].split()[-1] != noon)
        days = 31 * 24 * 3600
        before = shown.lines()[0]
        shown.clock._monotonic += days
        shown.screen._each_second()
        await shown.pilot.pause()
        assert "31d ago" in shown.lines()[0]
        assert shown.lines()[0] != before


async def test_the_chat_pane_keeps_no_more_lines_than_the_chat_has_messages() -> None:
    async with dashboard("Ann Smith") as shown:
        chat, log = shown.feed.conference.chat, shown.screen.query_one(ChatLog)
        for number in range(MOST_MESSAGES):
            chat.add(_said(number))
        log.show()
        await shown.pilot.pause()
        await shown.shows(f"Line {MOST_MESSAGES - 1}")
        log.scroll_to(y=20, animate=False, immediate=True, force=True)
        await shown.shows("Line 20")
        for number in range(MOST_MESSAGES, MOST_MESSAGES + 15):
            chat.add(_said(number))
            log.show()
        await shown.pilot.pause()
        # Who reads further up goes on reading the same lines.
        assert "Line 20" in shown.text()
        assert log.virtual_size.height == MOST_MESSAGES
        log.scroll_to(y=0, animate=False, immediate=True, force=True)
        await shown.shows("Line 15")
        await eventually(lambda: log.allow_vertical_scroll)
        log.scroll_end(animate=False, immediate=True)
        await shown.shows(f"Line {MOST_MESSAGES + 14}")


async def test_notices_pass_and_leave_the_line_of_keys_as_it_was() -> None:
    async with dashboard("Ann Smith") as shown:
        before = shown.lines()[-1]
        for number in range(3):
            shown.app.notify(f"Trouble {number}", timeout=0.3)
            await shown.shows(f"Trouble {number}")
            await eventually(lambda: shown.lines()[-1] == before, "the notice is gone")
        shown.feed.notify(Notice("Trouble", Weight.INFORMATION))
        await shown.shows("Trouble")
        shown.app.clear_notifications()
        await eventually(lambda: shown.lines()[-1] == before, "the notice is gone")


def _said(number: int) -> Message:
    return Message(1_770_000_000.0, "Ann Smith", "uuid-of-ann", f"Line {number}")
