"""Two dashboards in one meeting, a Host's and a Guest's: each sees what the other does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pexdash.model.participant import Role
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, another_dashboard, dashboard


@asynccontextmanager
async def host_and_guest() -> AsyncIterator[tuple[Dashboard, Dashboard]]:
    """Alice, a Host, and Bea, a Guest."""
    async with dashboard("Ann") as host, another_dashboard(host, "Bea") as guest:
        host.meeting.change_role(guest.feed.conference.me, "guest")
        await eventually(lambda: guest.feed.role is Role.GUEST)
        yield host, guest


async def test_each_sees_the_hands_names_and_messages_of_the_other() -> None:
    async with host_and_guest() as (host, guest):
        bea = await guest.put_cursor_on("Bea")
        await guest.press("h")
        for one in (host, guest):
            await one.shows("HANDS 1", "1 HAND")
        await host.put_cursor_on("Bea")
        await host.press("h")
        for one in (host, guest):
            await eventually(lambda one=one: "HANDS" not in one.text())  # type: ignore[misc]
        await host.press("n")
        await eventually(host.takes_keys)
        await host.press("ctrl+u", *"Beatrix", "enter")
        await host.shows("shown as B")
        for one in (host, guest):
            people = one.feed.conference.participants
            await eventually(lambda people=people: people[bea].overlay_text == "Beatrix")  # type: ignore[misc]
        await host.press("i", *"psst", "enter")
        await host.shows("you (to Bea alone)", "psst")
        await guest.shows("Alice (to you alone)", "psst")
        await guest.put_cursor_on("Alice")
        await guest.press("i", *"yes", "enter")
        await host.shows("Bea (to you alone)", "yes")
        await guest.press("escape", "n")
        await guest.shows("Only a Host can do this")


async def test_each_sees_the_layout_that_is_asked_and_the_one_in_force() -> None:
    async with host_and_guest() as (host, guest):
        for one in (host, guest):
            await one.shows("LAYOUT  1:7")
        await host.press("l")
        await eventually(host.takes_keys)
        await host.shows("▸1:7")
        await host.press("home", "enter", "escape")
        for one in (host, guest):
            await one.shows("LAYOUT  1:7", "asked 1:0")
        await host.clock.advance(0.5)
        for one in (host, guest):
            await one.shows("LAYOUT  1:0")
            await eventually(lambda one=one: "asked" not in one.text())  # type: ignore[misc]
        await guest.press("l")
        await guest.shows("Only a Host can do this")
