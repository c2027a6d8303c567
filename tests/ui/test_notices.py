"""Notices: they say what is not on the screen, once, and cover neither dialogs nor pictures."""

from __future__ import annotations

from collections.abc import Callable

from textual.timer import Timer

from tests.eventually import eventually
from tests.ui.dashboard import dashboard


async def test_somebody_who_waits_in_sight_is_not_said_again() -> None:
    async with dashboard("Ann") as shown:
        shown.meeting.join("Wendy", waiting=True)
        await shown.shows("WAITING 1", "Wendy")
        assert not shown.screen._telling.waiting
        assert shown.told() == ""


async def test_who_waits_from_the_start_and_is_in_sight_is_not_said() -> None:
    async with dashboard("Ann", waiting=("Wendy",)) as shown:
        await shown.shows("WAITING 1", "Wendy")
        # Her row may be drawn before the framework knows its place; until then the notice waits.
        await eventually(lambda: not shown.screen._telling.waiting)
        assert shown.told() == ""


async def test_somebody_who_waits_out_of_sight_is_said() -> None:
    async with dashboard(*(f"P{number:02}" for number in range(60)), size=(80, 24)) as shown:
        await shown.press("slash", *"p59", "enter")
        await shown.shows("P59")
        shown.meeting.join("Wendy", waiting=True)
        await eventually(lambda: shown.told() == "Wendy is waiting")


async def test_a_notice_over_a_dialog_stands_in_its_frame() -> None:
    async with dashboard("Ann", "Bob", size=(80, 24)) as shown:
        await shown.put_cursor_on("Bob")
        await shown.press("D")
        await shown.shows("Disconnect?")
        shown.meeting.join("Wendy", waiting=True)
        await shown.shows("─ Wendy is waiting ─")
        assert shown.told() == ""
        question = [line for line in shown.lines() if line.startswith(("╭", "│", "╰"))]
        assert any("Bob  sip:Bob@example.com" in line for line in question)
        assert any("esc Keep    y Disconnect" in line for line in question)


async def test_what_nobody_had_time_to_read_in_a_frame_is_said_again_below() -> None:
    async with dashboard("Ann", size=(80, 24)) as shown:
        await shown.press("question_mark")
        await shown.shows("esc closes")
        shown.app.notify("The line is bad", markup=False)
        await shown.shows("─ The line is bad ─")
        await shown.press("escape")
        await eventually(lambda: shown.told() == "The line is bad")


async def test_the_same_notice_is_not_shown_twice() -> None:
    async with dashboard("Ann") as shown:
        for _ in range(3):
            shown.app.notify("Nobody presents", markup=False)
        shown.app.notify("Nobody waits", markup=False)
        await eventually(lambda: "Nobody waits" in shown.told())
        assert shown.told() == "Nobody presents\nNobody waits"


async def test_a_notice_goes_though_its_timer_comes_a_little_early() -> None:
    async with dashboard("Ann") as shown:
        bar = shown.screen._key_bar
        set_timer = bar.set_timer

        def early(seconds: float, callback: Callable[[], None]) -> Timer:
            return set_timer(seconds - 0.03, callback)

        bar.set_timer = early  # type: ignore[assignment, method-assign]
        bar.say("Nobody presents", "information", 0.1)
        assert shown.told() == "Nobody presents"
        await eventually(lambda: not shown.told())
