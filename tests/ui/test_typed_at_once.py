"""Text that came in one go, keys that are held, and keys typed before there was a picture."""

from __future__ import annotations

import pytest
from textual.events import Key, Paste
from textual.widgets import Input

from pexdash.session.feed.link import LinkState
from pexdash.session.feed.told import Line
from pexdash.ui.app import DashboardApp
from pexdash.ui.commands.bindings import keys_with
from pexdash.ui.framework.burst import Burst
from pexdash.ui.framework.held_keys import THIRD_SECONDS
from pexdash.ui.framework.key_place import event_time
from pexdash.ui.framework.key_press import KeyPress
from pexdash.ui.framework.ordered_keys import NO_KEYS
from tests.eventually import eventually
from tests.session.host import hosting
from tests.ui.dashboard import dashboard, line
from tests.ui.typed_keys import presses, typed

# Text in one go


@pytest.mark.parametrize("text", ["Marcus", "mmm"])
async def test_text_in_one_go_is_no_order_and_that_is_said_once(text: str) -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.put_cursor_on("Bob")
        await typed(shown, Burst(text), Burst(text))
        await shown.shows(NO_KEYS[:30])
        assert shown.told() == NO_KEYS
        assert shown.requests() == []
        assert shown.app.screen is shown.screen
        shown.app.clear_notifications()
        later = event_time() + 0.2
        await typed(shown, Key("down", None), Burst(text), at=later)
        await shown.shows(NO_KEYS[:30])
        await typed(shown, Burst("chello"), at=later + 0.05)
        assert not isinstance(shown.app.focused, Input), "the rest of the same text"


async def test_a_key_right_behind_text_in_one_go_is_the_rest_of_it() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.put_cursor_on("Bob")
        now = event_time()
        await typed(shown, Burst("Marcu"), Key("s", "s"), at=now)
        assert shown.requests() == []
        await typed(shown, Key("m", "m"), at=now + 0.2)
        await eventually(lambda: len(shown.requests()) == 1)


@pytest.mark.parametrize("pasted", [Paste("Marcus"), Burst("Marcus")])
async def test_a_key_right_behind_a_paste_that_nobody_heard_is_the_rest_of_it(
    pasted: Paste,
) -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.put_cursor_on("Bob")
        now = event_time()
        hears_from, shown.app._hears_from = shown.app._hears_from, now + 0.01
        await typed(shown, pasted, at=now)
        shown.app._hears_from = hears_from
        await typed(shown, Key("m", "m"), at=now + 0.05)
        assert shown.requests() == []


async def test_a_line_that_may_not_be_opened_gets_no_text_and_no_other_does() -> None:
    async with dashboard("Ann", "Bob") as shown:
        shown.feed.tell(Line(LinkState.LOST, "gone"))
        await typed(shown, Burst("c/bob"))
        await shown.shows("Not connected to the node")
        assert not isinstance(shown.app.focused, Input)
        assert NO_KEYS[:30] not in shown.text()


@pytest.mark.parametrize(("text", "value"), [("chello m", "hello m"), ("/bob", "bob")])
async def test_text_whose_first_character_opens_a_line_is_text_in_it(text: str, value: str) -> None:
    async with dashboard("Ann", "Bob") as shown:
        await typed(shown, Burst(text))
        assert line(shown) == value
        assert shown.requests() == []
        await typed(shown, Burst(" and so on"))
        assert line(shown) == f"{value} and so on"


@pytest.mark.parametrize("text", ["", " ", "   ", " chello", "\u2003c", ",hello", "\xa0\xa0\xa0"])
async def test_text_that_begins_with_no_key_opens_no_line(text: str) -> None:
    async with dashboard("Ann", "Bob") as shown:
        await typed(shown, Burst(text))
        assert not isinstance(shown.app.focused, Input)
        assert shown.requests() == []


async def test_lines_are_opened_by_the_keys_of_the_settings() -> None:
    changed = {"chat": ".", "filter": ",", "copy": "c", "mute": "/"}
    async with dashboard("Ann", keys=keys_with(changed)) as shown:
        now = event_time()
        await typed(shown, Burst("chello"), at=now)
        await typed(shown, Burst("/bob"), at=now + 1)
        assert not isinstance(shown.app.focused, Input)
        await typed(shown, Burst(".hello"), at=now + 2)
        assert line(shown) == "hello"
        await typed(shown, KeyPress("escape", None), Burst(",ann"), at=now + 3)
        assert line(shown) == "ann"
        assert shown.requests() == []


async def test_a_question_is_not_answered_by_text_in_one_go() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.put_cursor_on("Bob")
        await shown.press("D")
        await eventually(shown.takes_keys)
        asks = shown.app.screen
        for text in ("yyy", "y y", "qqq", "meet.alice", "nnn"):
            await typed(shown, Burst(text))
            assert shown.app.screen is asks
        assert shown.requests() == []
        assert shown.app.return_value is None


# Keys that are held


async def test_a_held_key_acts_once() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.put_cursor_on("Bob")
        repeats = [0.5 + number / 30 for number in range(45)]
        await typed(shown, *presses("m", 0, *repeats))
        await eventually(lambda: len(shown.requests()) == 1)
        await typed(shown, KeyPress("m", "m"), at=event_time() + 10)
        await eventually(lambda: len(shown.requests()) == 2)


async def test_a_held_key_whose_repeats_come_together_acts_once() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.put_cursor_on("Bob")
        (first,) = presses("m", 0)
        await typed(shown, first)
        for after in (0.5, 0.6, 0.7, 2.0):
            await typed(shown, Burst("mmmm"), at=first.time + after)
        await eventually(lambda: len(shown.requests()) == 1)
        assert NO_KEYS[:30] not in shown.text()


async def test_a_held_key_acts_once_by_the_marks_of_the_terminal() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.put_cursor_on("Bob")
        await typed(shown, *presses("m", 0, 5, 10, 15, repeat=True))
        await eventually(lambda: len(shown.requests()) == 1)
        (again,) = presses("m", 15.1, repeat=True)
        await typed(shown, again)
        await eventually(lambda: len(shown.requests()) == 2)


async def test_a_second_press_is_for_whom_it_was_pressed_for() -> None:
    async with dashboard("Ann", "Bob") as shown:
        bob = await shown.put_cursor_on("Bob")
        await typed(shown, *presses("s", 0))
        await shown.shows("★1")
        (second,) = presses("s", THIRD_SECONDS / 2)
        await typed(shown, second)
        await shown.put_cursor_on("Ann")
        await eventually(lambda: len(shown.requests()) == 2)
        assert shown.requests() == [
            f"participants/{bob}/spotlighton",
            f"participants/{bob}/spotlightoff",
        ]


async def test_another_key_ends_the_wait_of_the_second_press() -> None:
    async with dashboard("Ann", "Bob") as shown:
        ann, bob = shown.uuid_of("Ann"), await shown.put_cursor_on("Bob")
        await typed(shown, *presses("s", 0))
        await eventually(lambda: len(shown.requests()) == 1)
        await shown.put_cursor_on("Ann")
        await typed(shown, *presses("s", 0.01), KeyPress("down", None), *presses("m", 0.02))
        await eventually(lambda: len(shown.requests()) == 3)
        assert shown.requests()[:2] == [
            f"participants/{bob}/spotlighton",
            f"participants/{ann}/spotlighton",
        ]
        assert shown.requests()[2] == f"participants/{bob}/mute"


async def test_a_held_q_does_not_answer_its_own_question() -> None:
    async with dashboard("Ann", "Bob") as shown:
        (first,) = presses("q", 0)
        await typed(shown, first)
        await eventually(shown.takes_keys)
        until_now = int((event_time() - first.time) * 30)
        repeats = [KeyPress("q", "q") for _ in range(until_now + 30)]
        for number, one in enumerate(repeats):
            one.time = first.time + 0.5 + number / 30
        await typed(shown, *repeats)
        assert shown.app.return_value is None
        await typed(shown, KeyPress("q", "q"), at=repeats[-1].time + 5)
        await eventually(lambda: shown.app.return_value == 0)


async def test_a_letter_held_in_a_line_is_that_letter_again() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await typed(shown, *presses("c", 0), *presses("m", 0.1, 0.6, 0.63, 0.66))
        assert line(shown) == "mmmm"
        assert shown.requests() == []


# Keys before the picture


async def test_keys_before_the_first_roster_do_nothing_and_are_not_kept() -> None:
    async with dashboard("Ann", "Bob") as shown:
        before = shown.screen._seen_since - 0.001
        await typed(shown, *(Key(key, key) for key in "mrsGLaSDXtdochP"), at=before)
        await typed(shown, Key("slash", "/"), Key("ctrl+p", None), Burst("chello"), at=before)
        assert shown.requests() == []
        assert shown.app.screen is shown.screen
        assert not isinstance(shown.app.focused, Input)
        assert shown.told() == ""
        # Held until there is something to act on, they still act on nobody.
        held = [KeyPress("m", "m") for _ in range(60)]
        for number, one in enumerate(held):
            one.time = before + (number - 30) / 30
        await typed(shown, *held)
        assert shown.requests() == []


@pytest.mark.parametrize(("key", "status"), [("q", None), ("ctrl+c", 130)])
async def test_leaving_goes_before_the_first_roster(key: str, status: int | None) -> None:
    async with dashboard("Ann", "Bob") as shown:
        before = shown.screen._seen_since - 0.001
        await typed(shown, Key(key, key), at=before)
        if status is None:
            await shown.shows("You are the last Host")
        else:
            await eventually(lambda: shown.app.return_value == status)


async def test_leaving_goes_before_there_is_a_screen_of_the_conference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def nothing_yet(_: DashboardApp) -> None: ...

    monkeypatch.setattr(DashboardApp, "on_ready", nothing_yet)
    async with hosting() as host:
        keys = keys_with({"leave": ".", "mute": "q"})
        await is_left_by_its_key(DashboardApp(host.feed, host.membership, keys=keys))


async def is_left_by_its_key(app: DashboardApp) -> None:
    async with app.run_test() as pilot:
        await pilot.press("q", "m", "escape")
        assert app.is_running
        await pilot.press(".")
        await eventually(lambda: app.return_value == 0)


async def test_who_waits_to_be_let_in_acts_on_nobody_until_then() -> None:
    async with dashboard("Ann", "Bob") as shown:
        me = shown.feed.conference.me
        shown.meeting.update(me, service_type="waiting_room")
        await shown.shows("Waiting to be let in")
        await shown.press(*"mGLr")
        early = Key("m", "m")
        shown.meeting.update(me, service_type="conference")
        await shown.shows("HOSTS")
        await typed(shown, early)
        assert shown.requests() == []
        await shown.put_cursor_on("Bob")
        await shown.press("m")
        await eventually(lambda: len(shown.requests()) == 1)


async def test_a_lost_line_leaves_the_picture_that_keys_are_for() -> None:
    async with dashboard("Ann", "Bob") as shown:
        shown.feed.tell(Line(LinkState.LOST, "gone"))
        await shown.press("j")
        await shown.shows("Journal of requests")


# What the stage that reads bytes asks


async def test_which_keys_act_is_read_from_the_table_and_the_settings() -> None:
    async with dashboard("Ann", keys=keys_with({"mute": "?", "help": "m"})) as shown:
        assert [key for key in ("m", "question_mark", "s", "X", "D") if shown.app.acts(key)] == [
            "question_mark",
            "s",
            "X",
            "D",
        ]
        assert not any(map(shown.app.acts, ("c", "slash", "escape", "enter", "space", "down", "q")))
        # It may be Alt+s: the line is left by the escape that comes first.
        await shown.press("c")
        assert shown.app.acts("s")
        await shown.press("escape", "D")
        await shown.shows("Disconnect?")
        assert shown.app.acts("y")
