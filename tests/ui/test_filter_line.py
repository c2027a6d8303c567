"""The filter of the roster while it is typed: what it finds, how it ends, what is wrong with it."""

from __future__ import annotations

from tests.eventually import eventually
from tests.ui.dashboard import dashboard


async def test_what_is_not_known_is_told_while_it_is_typed_and_after() -> None:
    async with dashboard("Ann", "Bob", size=(80, 24)) as shown:
        await shown.press("slash", *"is:hnad")
        await shown.shows("is:hnad is not known; did you mean is:hand?")
        await shown.press("enter")
        await shown.shows("is:hnad is not known; did you mean is:hand?")
        await shown.press("escape")
        await shown.shows("Bob")
        assert "not known" not in shown.text()


async def test_tab_ends_a_word_with_what_there_is() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.press("slash", *"dom", "tab")
        await shown.shows("tab domain:example.com")
        await shown.press("tab")
        await eventually(lambda: "Bob" in shown.text() and not shown.row("Alice"))
        await shown.press("enter")
        await shown.shows("/ domain:example.com   2 of 3 shown")
        assert "tab" not in shown.text()


async def test_who_speaks_comes_and_goes_with_the_voice() -> None:
    async with dashboard("Ann", "Bob", "Cleo") as shown:
        bob, cleo = shown.uuid_of("Bob"), shown.uuid_of("Cleo")
        shown.meeting.speak({bob: 50})
        await eventually(lambda: shown.feed.conference.speakers)
        await shown.press("slash", *"is:speaking", "enter")
        await eventually(lambda: shown.row("Bob") and not shown.row("Ann"))
        shown.meeting.speak({bob: 50, cleo: 50})
        await eventually(lambda: shown.row("Cleo"))
        shown.meeting.speak({bob: 50})
        await eventually(lambda: not shown.row("Cleo"))
