"""What the screen says of a line that is gone, and of who we were before."""

from __future__ import annotations

from tests.eventually import eventually
from tests.ui.dashboard import dashboard

REFUSED = {"status": "success", "result": "Invalid token"}


async def test_who_we_were_is_told_from_who_we_are() -> None:
    async with dashboard("Ann") as shown:
        first = shown.feed.conference.me
        shown.node.faults.answer("refresh_token", 403, REFUSED)
        await shown.clock.advance(60)
        await shown.shows("you, earlier", "you, watching")
        assert first in shown.feed.conference.participants
        await shown.put_cursor_on("Ann")
        shown.meeting.leave(first)
        await eventually(lambda: "you, earlier" not in shown.text())
        assert "you, watching" in shown.text()


async def test_a_roster_that_may_be_old_stays_and_tells_how_old() -> None:
    async with dashboard("Ann") as shown:
        shown.node.faults.answer("events", 502, b"", "", times=99)
        shown.node.faults.cut_streams()
        await shown.shows("▲ stale")
        await shown.clock.advance(42)
        await shown.shows("▲ stale 0:42", "Ann")
