"""Keys at the wrong moment, and people who could be taken for one another."""

from __future__ import annotations

import asyncio
import errno
import os
import subprocess
import sys
from collections.abc import Sequence
from time import monotonic
from types import ModuleType

import pytest
from textual.events import Key
from textual.widgets import Input

from pexdash.secret import Secret
from pexdash.session.membership.invitation import PinQuestion
from pexdash.ui.dialogs.guarded import GUARD_SECONDS
from pexdash.ui.dialogs.pin import PinDialog
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard
from tests.ui.typed_keys import presses, typed


async def type_in_one_burst(shown: Dashboard, *keys: str) -> None:
    """Have keys arrive as a slow line brings them: all before the first has had its effect."""
    for key in keys:
        shown.app.simulate_key(key)
    await shown.pilot.pause()


@pytest.mark.parametrize("size", [(39, 30), (120, 9), (20, 5)])
@pytest.mark.parametrize("opener", ["c", "slash"])
async def test_letters_typed_while_the_terminal_is_too_small_are_no_commands(
    opener: str, size: tuple[int, int]
) -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.put_cursor_on("Bob")
        await shown.press(opener, "h")
        await shown.pilot.resize_terminal(*size)
        await shown.press(*"mrsGL")
        assert shown.requests() == []
        await shown.pilot.resize_terminal(120, 40)
        await shown.shows("STAGE", "CHAT")
        await shown.press("i")
        focused = shown.screen.focused
        assert isinstance(focused, Input)
        assert focused.value == "hi"
        assert shown.requests() == []


async def test_nothing_is_done_unseen_but_leaving() -> None:
    async with dashboard("Ann", "Bob") as shown:
        shown.meeting.join("Hanna", role="chair")
        await shown.put_cursor_on("Bob")
        await shown.shows("HOSTS 2")
        await shown.pilot.resize_terminal(30, 8)
        await shown.press("m", "G", "L", "asterisk", "D")
        assert "too small" in shown.text()
        assert shown.requests() == []
        await shown.press("q")
        await eventually(lambda: shown.app.return_value == 0)


async def test_what_lies_under_a_question_is_laid_out_for_the_terminal_as_it_is_now() -> None:
    async with dashboard("Ann", "Bob", size=(120, 40)) as shown:
        await shown.put_cursor_on("Bob")
        await shown.press("D")
        await shown.shows("Disconnect?")
        await shown.pilot.resize_terminal(80, 24)
        # Its side is under the roster, and as broad as the terminal.
        await eventually(lambda: shown.app.screen_stack[-2].query_one("#side").size.width == 80)
        await eventually(shown.takes_keys)
        await shown.press("n")
        await eventually(lambda: shown.screen.query_one("#side").size.width == 80)


@pytest.mark.parametrize(
    ("keys", "requests", "filter_left"),
    [
        (("slash", *"bob", "enter", "m"), 1, "bob"),
        (("slash", *"bob", "escape", "f"), 0, ""),
        (("slash", *"bob", "enter", "space", "m"), 1, "bob"),
    ],
)
async def test_a_burst_goes_where_it_would_have_gone_slowly(
    keys: tuple[str, ...], requests: int, filter_left: str
) -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.put_cursor_on("Ann")
        bob = shown.uuid_of("Bob")
        await type_in_one_burst(shown, *keys)
        await eventually(lambda: not shown.app._waiting_keys)
        await eventually(lambda: len(shown.requests()) == requests)
        assert shown.screen._roster.filter == filter_left
        assert shown.requests() == [f"participants/{bob}/mute"] * requests


async def test_what_is_typed_elsewhere_is_no_pin() -> None:
    async with dashboard("Ann") as shown:
        await shown.press("c", *"hello ")
        question = PinQuestion(guest_needs_pin=True, wrong=False, tries_left=3)
        given: list[Secret] = []

        async def ask() -> None:
            given.append(await shown.app.ask_pin(question))

        shown.app.run_worker(ask())
        await eventually(lambda: isinstance(shown.app.screen, PinDialog))
        await shown.press(*"world", "enter", "escape")
        assert given == []
        assert isinstance(shown.app.screen, PinDialog)
        assert shown.app.screen.query_one(Input).value == ""
        await shown.press("tab", *"1234", "enter")
        await eventually(lambda: given)
        assert given == [Secret("1234")]


async def test_keys_do_nothing_to_a_dialog_in_its_first_moment() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.put_cursor_on("Bob")
        await type_in_one_burst(shown, "D", "y", "enter", "y")
        await shown.shows("Disconnect?")
        assert shown.requests() == []


@pytest.mark.parametrize("is_soon", [True, False])
async def test_a_dialog_hears_a_key_by_when_it_was_typed(is_soon: bool) -> None:
    """However late a busy program reads it, and however early its own timers are."""
    async with dashboard("Ann", "Bob") as shown:
        typed_at = monotonic() + GUARD_SECONDS
        await shown.press("asterisk", "D")
        await shown.shows("Disconnect 2 people?")
        if is_soon:
            await eventually(shown.takes_keys)
        else:
            typed_at = monotonic() + GUARD_SECONDS
        key = Key("y", "y")
        key.time = typed_at
        await shown.app.on_event(key)
        await shown.pilot.pause()
        assert (shown.app.screen is not shown.screen) is is_soon


async def test_a_palette_closed_while_it_searches_is_no_crash() -> None:
    async with dashboard(*(f"P{n}" for n in range(30))) as shown:
        for turns in (0, 1, 2, 4, 8, 16, 32):
            # Each time a little later in its search.
            shown.app.simulate_key("ctrl+p")
            shown.app.simulate_key("p")
            shown.app.simulate_key("1")
            for _ in range(turns):
                await asyncio.sleep(0)
            shown.app.simulate_key("escape")
            await eventually(lambda: not shown.app._waiting_keys)
        await eventually(lambda: shown.app.screen is shown.screen)
        assert shown.app.crash is None


@pytest.mark.parametrize("paging", ["pageup", "pagedown"])
async def test_a_palette_paged_through_before_it_stands_is_no_crash(paging: str) -> None:
    async with dashboard("Ann", "Bob", size=(80, 24)) as shown:
        await type_in_one_burst(shown, "ctrl+p", paging)
        await eventually(lambda: not shown.app._waiting_keys)
        # Seen whether the list was there in time to be paged through or not.
        await shown.shows("Admit from the waiting room")
        await shown.press("escape")
        await eventually(lambda: shown.app.screen is shown.screen)
        assert shown.app.crash is None


async def test_keys_wait_for_a_dialog_that_is_being_built() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.put_cursor_on("Bob")
        for opener in ("v", "o", "y", "j", "question_mark", "enter"):
            await type_in_one_burst(shown, opener, "escape", "escape", "escape")
            await eventually(lambda: not shown.app._waiting_keys)
            while shown.app.screen is not shown.screen:
                await eventually(lambda: shown.takes_keys() or shown.app.screen is shown.screen)
                await shown.press("escape")
        assert shown.app.crash is None


class NoDescriptorLeft:
    """Finds no module of a dialog, as where no file can be opened."""

    def find_spec(self, name: str, path: Sequence[str] | None, _: ModuleType | None = None) -> None:
        if opened_late(name):
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), name)


def opened_late(module: str) -> bool:
    late = ("dialogs.", "commands.request_dialogs", "commands.questions")
    return module.startswith(tuple(f"pexdash.ui.{one}" for one in late))


@pytest.mark.parametrize("key", ["enter", "y", "j", "question_mark", "v", "o", "D", "t", "d", "X"])
async def test_a_dialog_no_file_of_which_can_be_opened_is_said_to_be_so(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.put_cursor_on("Bob")
        with monkeypatch.context() as patched:
            for name in filter(opened_late, list(sys.modules)):
                patched.delitem(sys.modules, name)
            patched.setattr(sys, "meta_path", [NoDescriptorLeft(), *sys.meta_path])
            await shown.press(key)
            await shown.shows("cannot be opened now", "many open files")
            assert shown.app.screen is shown.screen
        await shown.press(key)
        await eventually(lambda: shown.app.screen is not shown.screen)
        await eventually(lambda: shown.app.screen.is_mounted)
        assert shown.app.crash is None


def test_every_dialog_is_loaded_before_there_may_be_no_file_to_load_it_from() -> None:
    look = """
import pkgutil, sys
from pexdash.ui import dialogs
from pexdash.ui import wall_app
from pexdash.ui.commands.loading import load_dialogs
load_dialogs()
wall_app.load_dialogs()
names = {one.name for one in pkgutil.iter_modules(dialogs.__path__, dialogs.__name__ + ".")}
print(*sorted(names - sys.modules.keys()))
"""
    ran = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""


async def test_admitting_everybody_says_nothing_of_those_who_are_in() -> None:
    async with dashboard(*(f"P{n}" for n in range(30)), waiting=("Wendy",)) as shown:
        await shown.press("asterisk", "a")
        await eventually(lambda: shown.requests())
        await eventually(lambda: "WAITING" not in shown.text())
        assert len(shown.requests()) == 1
        assert "is not waiting" not in shown.text()
        await shown.press("asterisk", "a")
        await shown.shows("is not waiting, and 30 others")
        assert len(shown.requests()) == 1


async def test_a_long_list_of_people_can_be_read_to_its_end() -> None:
    async with dashboard(*(f"Person {n:02}" for n in range(40)), size=(80, 24)) as shown:
        await shown.press("asterisk", "D")
        await shown.shows("Disconnect 40 people?", "Person 00")
        await eventually(shown.takes_keys)
        assert "Person 39" not in shown.text()
        for _ in range(6):
            await shown.press("pagedown")
        await shown.shows("Person 39")


async def test_ourselves_are_named_so_before_we_are_disconnected() -> None:
    async with dashboard("Ann") as shown:
        await shown.put_cursor_on("Alice")
        await shown.press("D")
        await shown.shows("you, watching")


async def test_the_palette_tells_people_of_one_name_apart() -> None:
    async with dashboard("Bob", size=(120, 50)) as shown:
        shown.meeting.join("Bob", uri="sip:evil@example.org")
        await eventually(lambda: len(shown.feed.conference.participants) == 3)
        await shown.press("ctrl+p", *"mute: bob")
        await shown.shows("sip:Bob@example.com", "sip:evil@example.org")


async def test_flags_are_never_left_out_for_a_long_alias() -> None:
    async with dashboard("Ann", alias="quarterly.business.review.emea.2026@example.com") as shown:
        shown.meeting.set_locked(True)
        shown.meeting.mute_guests(True)
        await shown.shows("HOST", "LOCKED", "GUESTS MUTED", "quarterly")


async def test_who_waits_on_a_terminal_that_is_too_small_is_told_what_matters_now() -> None:
    async with dashboard("Ann") as shown:
        me = shown.feed.conference.me
        shown.meeting.update(me, service_type="waiting_room")
        await shown.shows("Waiting to be let in")
        await shown.pilot.resize_terminal(39, 9)
        await shown.shows("39x9 is too small")
        shown.screen._each_second()
        await shown.pilot.pause()
        assert "too small" in shown.text()
        await shown.pilot.resize_terminal(120, 40)
        await shown.shows("Waiting to be let in")
        shown.meeting.update(me, service_type="conference")
        await shown.shows("Ann")


async def test_a_question_about_somebody_who_leaves_while_a_key_waits_is_not_asked() -> None:
    async with dashboard("Ann", "Bob") as shown:
        bob = await shown.put_cursor_on("Bob")
        shown.app.may_be_held("D")
        await typed(shown, *presses("D", 0.6))
        assert shown.app._awaited is not None
        shown.meeting.leave(bob)
        await eventually(lambda: bob not in shown.feed.conference.participants)
        await eventually(lambda: shown.app._awaited is None)
        await shown.shows("Already left, nothing was sent")
        assert shown.app.screen is shown.screen


async def test_a_key_that_waits_says_what_one_that_does_not_says_of_nobody() -> None:
    async with dashboard("Ann") as shown:
        await shown.press("slash", *"nobody", "enter")
        await shown.shows("Nobody passes")
        for key in "mDtis":
            shown.app.clear_notifications()
            shown.app.may_be_held(key)
            await typed(shown, *presses(key, 0.6))
            await eventually(lambda: shown.app._awaited is None)
            assert shown.told() == "Nobody is under the cursor"
        assert shown.requests() == []
