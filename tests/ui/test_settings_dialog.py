"""What is set once a meeting, on the screen: the node's own values, and changes in place."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pexdash.model.participant import Role
from pexdash.model.status import ConferenceStatus
from pexdash.session.moderation.meeting_settings import NO_CAPTIONS, NOT_ANSWERED
from pexdash.ui.dialogs.settings import SettingsDialog
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard

LEVELS = ("Official", "Secret")
CONFIGS = ("Panel of four", "Speakers first")


@asynccontextmanager
async def settings_of(
    size: tuple[int, int] = (120, 40), *, guest: bool = False
) -> AsyncIterator[Dashboard]:
    """The dialog of a conference that has everything, once the node has answered."""
    async with dashboard(
        "Bob",
        size=size,
        classification_levels=LEVELS,
        pinning_configs=CONFIGS,
        live_captions=True,
    ) as shown:
        if guest:
            shown.meeting.change_role(shown.feed.conference.me, "guest")
            await eventually(lambda: shown.feed.role is Role.GUEST)
        await shown.press("e")
        await shown.shows("Conference settings", "Clock over the video")
        await eventually(shown.takes_keys)
        yield shown


def row(shown: Dashboard, title: str) -> str:
    """What stands after the title of a setting."""
    found = [line for line in shown.lines() if f" {title}  " in line]
    return found[0].partition(title)[2].partition("│")[0].strip() if found else ""


async def go_to(shown: Dashboard, title: str) -> None:
    """Put the cursor on a setting."""
    dialog = shown.app.screen
    assert isinstance(dialog, SettingsDialog)
    rows = shown.membership.settings.rows()
    (place,) = (at for at, one in enumerate(rows) if one.setting.title.startswith(title))
    dialog.action_move(-len(rows))
    dialog.action_move(place)


async def change(shown: Dashboard, title: str) -> None:
    await go_to(shown, title)
    await shown.press("enter")


async def fill(shown: Dashboard, title: str, *keys: str) -> None:
    """Open the form of a setting, type into it, and send it."""
    await change(shown, title)
    await shown.shows("esc back")
    await eventually(shown.takes_keys)
    await shown.press(*keys)
    await shown.press("enter")


async def test_each_line_has_the_node_s_own_value_and_follows_what_others_change() -> None:
    async with settings_of() as shown:
        assert row(shown, "Locked") == row(shown, "Guests may unmute") == "no"
        assert row(shown, "Guests may present") == "yes"
        assert row(shown, "Banner over the video") == row(shown, "Pinning") == "none"
        assert row(shown, "Classification") == "Official"
        assert row(shown, "Live captions for us") == "not shown"
        assert row(shown, "Silent video detection") == "the node does not tell"
        shown.meeting.set_locked(True)
        shown.meeting.set_for_all(level=1, guests_can_unmute=True, banner="Back at 12")
        await eventually(lambda: row(shown, "Locked") == "yes")
        await eventually(lambda: row(shown, "Classification") == "Secret")
        await eventually(lambda: row(shown, "Guests may unmute") == "yes")
        await eventually(lambda: row(shown, "Banner over the video") == "Back at 12")


async def test_enter_turns_a_setting_round_and_marks_it_until_the_node_answers() -> None:
    async with settings_of() as shown:
        await turn(shown, "Locked", "lock", "no", "yes")
        await turn(shown, "Guests may unmute", "set_guests_can_unmute", "no", "yes")
        await turn(shown, "Guests may present", "set_guests_can_present", "yes", "no")
        asked = [one for one in shown.requests() if not one.startswith(("get_", "available_"))]
        assert asked == ["lock", "set_guests_can_unmute", "set_guests_can_present"]


async def turn(shown: Dashboard, title: str, request_name: str, before: str, after: str) -> None:
    """Turn a setting round while the node holds its answer back for a while."""
    answer = shown.node.faults.hold(request_name)
    await change(shown, title)
    await eventually(lambda: row(shown, title) in (f"{before}…", f"{after}…"))
    answer.set()
    await eventually(lambda: row(shown, title) == after)


async def test_forms_open_with_the_value_of_now_and_send_what_was_filled_in() -> None:
    async with settings_of() as shown:
        await fill(shown, "Banner", *"Hi")
        await eventually(lambda: row(shown, "Banner over the video") == "Hi")
        await fill(shown, "Banner", *"!")
        await eventually(lambda: row(shown, "Banner over the video") == "Hi!")
        await shown.shows("Set at ")
        await fill(shown, "Classification", "right")
        await eventually(lambda: row(shown, "Classification") == "Secret")
        await fill(shown, "Pinning", "left")
        await eventually(lambda: row(shown, "Pinning") == CONFIGS[1])
        await fill(shown, "Clock", "right", "tab", *"90")
        await eventually(lambda: row(shown, "Clock over the video") == "elapsed")
        sent = {
            one.path.rpartition("/")[2]: json.loads(one.body)
            for one in shown.node.received
            if one.path.rpartition("/")[2].startswith("set_")
        }
        assert sent == {
            "set_message_text": {"text": "Hi!"},
            "set_classification_level": {"level": 1},
            "set_pinning_config": {"pinning_config": CONFIGS[1]},
            "set_clock": {"type": "elapsed", "starting_value": 90},
        }


async def test_what_no_node_tells_says_what_was_asked() -> None:
    async with settings_of() as shown:
        await fill(shown, "Silent video", "right", "tab", *"121")
        await shown.shows("from 1 to 120")
        await shown.press("backspace", "enter")
        title = "Silent video detection"
        await eventually(lambda: row(shown, title) == "asked for on; the node does not tell")
        (asked,) = (one for one in shown.node.received if one.path.endswith("video_detection"))
        config = {"enable": True, "require_no_faces": False, "silent_after": 12}
        assert json.loads(asked.body) == {"config": config}


async def test_a_refusal_stands_in_the_line_and_in_no_notice() -> None:
    async with settings_of() as shown:
        shown.node.faults.answer(
            "lock", 403, json.dumps({"status": "success", "result": "Invalid role"}).encode()
        )
        await change(shown, "Locked")
        await eventually(lambda: "no  ✕ Lock: Invalid role" in row(shown, "Locked"))
        assert shown.told() == ""
        await shown.press("enter")
        await eventually(lambda: row(shown, "Locked") == "yes")


async def test_what_the_node_has_not_is_said_in_its_line_and_asked_once() -> None:
    async with settings_of() as shown:
        await fill(shown, "Guests see Guests", "right")
        await shown.shows("This node does not have this")
        await shown.press("enter", "enter")
        await eventually(lambda: not shown.membership.moderation.has_pending)
        assert shown.requests().count("set_guests_can_see_guests") == 1


async def test_a_node_of_the_guide_shows_only_what_it_told() -> None:
    async with dashboard("Bob") as shown:
        old = {"locked": False, "guests_muted": False, "started": True}
        shown.meeting.status = lambda: dict(old)  # type: ignore[method-assign]
        assert await shown.membership.source.fetcher.everything()
        shown.feed.conference.status = ConferenceStatus(
            locked=False, guests_muted=False, started=True
        )
        for name in (
            "get_classification_level",
            "get_message_text",
            "available_pinning_configs",
            "get_pinning_config",
            "get_clock",
        ):
            shown.node.faults.answer(name, 404, b"")
        await shown.press("e")
        await shown.shows("Guests muted")
        await eventually(lambda: "asking" not in shown.text())
        assert row(shown, "Locked") == "no"
        for title in ("Guests may unmute", "Guests may present", "Banner", "Classification"):
            assert f" {title}" not in shown.text()
        assert "Pinning" not in shown.text()
        assert "Clock" not in shown.text()


async def test_a_guest_reads_everything_and_changes_what_is_their_own() -> None:
    async with settings_of(guest=True) as shown:
        assert row(shown, "Classification") == "Official"
        await change(shown, "Locked")
        await shown.shows("Only a Host can do this")
        assert not shown.meeting.locked
        assert "lock" not in shown.requests()
        await change(shown, "Live captions")
        await eventually(lambda: row(shown, "Live captions for us") == "shown")


async def test_a_setting_is_not_changed_before_the_node_has_told_it() -> None:
    async with dashboard("Bob", classification_levels=LEVELS) as shown:
        shown.feed.conference.status = ConferenceStatus()
        asked = ("classification_level", "message_text", "clock")
        answers = [shown.node.faults.hold(f"get_{name}") for name in asked]
        await shown.press("e")
        await shown.shows("Clock over the video")
        await eventually(shown.takes_keys)
        dialog = shown.app.screen
        for title in ("Classification", "Banner over the video", "Clock over the video"):
            await go_to(shown, title)
            assert row(shown, title) == "asking"
            await change(shown, title)
            await shown.shows(NOT_ANSWERED)
            await shown.press("down")
            assert shown.app.screen is dialog
        for answer in answers:
            answer.set()
        await eventually(lambda: row(shown, "Classification") == "Official")
        await fill(shown, "Classification", "right")
        await eventually(lambda: row(shown, "Classification") == "Secret")


async def test_a_setting_that_has_gone_since_it_was_drawn_is_not_changed() -> None:
    async with settings_of() as shown:
        dialog = shown.app.screen
        assert isinstance(dialog, SettingsDialog)
        await go_to(shown, "Classification")
        shown.feed.conference.status = ConferenceStatus()
        dialog.action_change()
        dialog.deed_of("enter")()
        assert shown.app.screen is dialog
        assert "set_classification_level" not in shown.requests()


async def test_what_the_conference_has_not_is_not_asked_for() -> None:
    async with dashboard("Bob") as shown:
        await shown.press("e")
        await shown.shows("Live captions")
        await eventually(shown.takes_keys)
        shown.feed.conference.status = ConferenceStatus(live_captions_available=False)
        await change(shown, "Live captions")
        await shown.shows(NO_CAPTIONS)
        await shown.press("down")
        assert [one for one in shown.requests() if "captions" in one] == []


@pytest.mark.parametrize("size", [(80, 18), (40, 10)])
async def test_the_line_under_the_cursor_is_seen_at_every_size(size: tuple[int, int]) -> None:
    async with dashboard("Bob", size=size, classification_levels=LEVELS) as shown:
        await shown.press("e")
        await shown.shows("▸ Locked")
        await eventually(shown.takes_keys)
        await eventually(lambda: not shown.membership.settings._asking)
        await shown.press("end")
        await shown.shows("▸ Clock")
        await shown.press("home")
        await shown.shows("▸ Locked")
