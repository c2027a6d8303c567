"""A key that is held acts once in a dialog too, and does not answer the one that it opened."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen

from pexdash.errors import IdentityProvider
from pexdash.node.breakout_room import RoomPlan
from pexdash.session.membership.invitation import PinQuestion, ProviderQuestion
from pexdash.session.moderation.calls import MediaCall
from pexdash.session.moderation.settings import BANNER, GUESTS_SEE_GUESTS
from pexdash.ui.dialogs.calls import CallsDialog
from pexdash.ui.dialogs.confirm import Confirm
from pexdash.ui.dialogs.form import FormDialog
from pexdash.ui.dialogs.pin import PinDialog
from pexdash.ui.dialogs.providers import ProviderDialog
from pexdash.ui.dialogs.settings import SettingsDialog
from tests.eventually import eventually
from tests.ui.dashboard import ALIAS, Dashboard, dashboard
from tests.ui.typed_keys import hold, presses, typed

PROVIDERS = (IdentityProvider("one", "Company"), IdentityProvider("two", "Partner"))


def changes(shown: Dashboard) -> list[str]:
    """The requests that change something."""
    return [one for one in shown.requests() if not one.startswith(("get_", "available_"))]


async def settled(shown: Dashboard) -> None:
    """Wait until no key is awaited and no request is under way."""
    await eventually(lambda: shown.app._awaited is None)
    await eventually(lambda: not shown.membership.moderation.has_pending)


async def open_setting(shown: Dashboard, title: str) -> SettingsDialog:
    """Open the settings with the cursor on one of them."""
    await shown.press("e")
    await shown.shows(title)
    await eventually(lambda: not shown.membership.settings._asking)
    dialog = shown.app.screen
    assert isinstance(dialog, SettingsDialog)
    titles = [one.setting.title for one in shown.membership.settings.rows()]
    dialog.action_move(titles.index(title))
    return dialog


async def test_an_enter_that_opened_a_form_does_not_send_it() -> None:
    async with dashboard("Bob") as shown:
        await open_setting(shown, BANNER.title)
        await hold(shown, "enter")
        await settled(shown)
        form = shown.app.screen
        assert isinstance(form, FormDialog)
        assert changes(shown) == []
        await typed(shown, *presses("x", 8), *presses("enter", 9))
        await eventually(lambda: changes(shown) == ["set_message_text"])


async def test_an_enter_that_sends_a_form_does_not_open_it_again() -> None:
    async with dashboard("Bob") as shown:
        settings = await open_setting(shown, GUESTS_SEE_GUESTS.title)
        await typed(shown, *presses("enter", 1))
        assert shown.app.screen is not settings
        await hold(shown, "enter", after=9)
        await settled(shown)
        assert shown.app.screen is settings
        assert changes(shown) == ["set_guests_can_see_guests"]


async def test_an_enter_that_is_held_does_not_answer_what_comes_up_meanwhile() -> None:
    questions: tuple[Screen[Any], ...] = (
        PinDialog(ALIAS, PinQuestion(False, False, 3)),
        ProviderDialog(ProviderQuestion(ALIAS, PROVIDERS)),
        Confirm("Really?", [], yes="Yes", no="No"),
    )
    async with dashboard("Ann") as shown:
        for dialog in questions:
            answers: list[object] = []
            await shown.app.push_screen(dialog, answers.append)
            held = (0.5 + repeat / 30 for repeat in range(20))
            await typed(shown, *presses("enter", *held))
            await settled(shown)
            assert shown.app.screen is dialog
            await typed(shown, *presses("enter", 9))
            await eventually(lambda answers=answers: len(answers) == 1)  # type: ignore[misc]


async def test_a_held_key_of_the_calls_asks_once() -> None:
    asked: list[str] = []
    call = MediaCall("ann", "RTMP", "rtmp://node/ann")
    async with dashboard("Ann") as shown:
        await shown.app.push_screen(
            CallsDialog(
                lambda: [call], lambda what, _: asked.append(what), being_made=int, player=True
            )
        )
        for number, key in enumerate(("x", "p", "n", "d", "u", "s", "enter")):
            await hold(shown, key, after=3.0 * number + 1)
            await settled(shown)
        assert asked == ["end", "play", "new", "digits", "url", "secure", "url"]


async def test_a_held_key_of_the_layouts_asks_once() -> None:
    async with dashboard("Bob") as shown:
        await shown.press("l")
        await shown.shows("▸1:7")
        for number, key in enumerate(("enter", "n", "R", "space"), start=1):
            await hold(shown, key, after=5.0 * number)
            await settled(shown)
            await eventually(lambda: not shown.membership.layouts.sending)
            assert changes(shown).count("transform_layout") == number


async def test_a_held_key_of_the_rooms_acts_once() -> None:
    async with dashboard("Ann") as shown:
        red = shown.meeting.open_room(RoomPlan("Red"))
        await eventually(lambda: red.uuid in shown.feed.conference.rooms)
        await shown.press("B")
        await shown.shows("Breakout rooms")
        await hold(shown, "L")
        await shown.shows("locked")
        await settled(shown)
        assert changes(shown) == [f"breakouts/{red.uuid}/lock"]
        before = shown.app.screen
        for number, key in enumerate("XED", start=2):
            await hold(shown, key, after=5.0 * number)
            await settled(shown)
            assert isinstance(shown.app.screen, Confirm)
            await typed(shown, *presses("escape", 5.0 * number + 3))
            await eventually(lambda: shown.app.screen is before)
        assert len(changes(shown)) == 1


async def test_an_enter_that_is_late_for_a_closed_pin_dialog_does_nothing() -> None:
    dialog = PinDialog(ALIAS, PinQuestion(False, False, 3))
    async with dashboard("Ann") as shown:
        await shown.app.push_screen(dialog)
        dialog.dismiss(None)
        await eventually(lambda: not dialog.is_running)
        dialog.action_submit()
