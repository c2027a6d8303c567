"""Names, cameras, direct messages and our own role: for one person, and only where it suits."""

from __future__ import annotations

import json

from pexdash.model.participant import Role
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard


def last_body(shown: Dashboard) -> object:
    """The JSON body of the last request, None where it had none."""
    body = shown.node.received[-1].body
    return json.loads(body) if body else None


async def command(shown: Dashboard, words: str, found: str) -> None:
    """Choose a command of the palette."""
    await shown.press("ctrl+p", *words)
    await shown.shows(found)
    await shown.press("down", "enter")


async def test_a_name_on_the_picture_is_given_and_taken_back() -> None:
    async with dashboard("Bob") as shown:
        bob = await shown.put_cursor_on("Bob")
        await shown.press("n")
        await shown.shows("Name on the picture", "sip:Bob@example.com")
        await eventually(shown.takes_keys)
        await shown.press("ctrl+u", *"Bobby", "enter")
        await eventually(lambda: "shown as Bobby" in shown.row("Bob"))
        assert shown.requests() == [f"participants/{bob}/overlaytext"]
        assert last_body(shown) == {"text": "Bobby"}
        await shown.press("n")
        await eventually(shown.takes_keys)
        await shown.press("ctrl+u", "enter")
        await eventually(lambda: "Bobby" not in shown.row("Bob"))
        assert last_body(shown) is None


async def test_what_is_for_one_person_is_not_for_the_marked() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.press("asterisk", "n")
        await shown.shows("This is for one person at a time")
        assert shown.requests() == []


async def test_a_camera_goes_off_and_on() -> None:
    async with dashboard("Bob") as shown:
        bob = await shown.put_cursor_on("Bob")
        await shown.press("V")
        await eventually(lambda: "camera off" in shown.row("Bob"))
        await shown.press("V")
        await eventually(lambda: "camera" not in shown.row("Bob"))
        assert shown.requests() == [
            f"participants/{bob}/video_muted",
            f"participants/{bob}/video_unmuted",
        ]
        await shown.put_cursor_on("Alice")
        await shown.press("V")
        await shown.shows("Alice sends no picture")


async def test_a_direct_message_goes_to_one_and_the_chat_says_to_whom() -> None:
    async with dashboard("Bob", "Eve") as shown:
        bob = await shown.put_cursor_on("Bob")
        await shown.press("i")
        await shown.shows("Bob takes no direct messages")
        shown.meeting.update(bob, supports_direct_chat=True)
        await eventually(lambda: shown.feed.conference.participants[bob].supports_direct_chat)
        await shown.press("i")
        await shown.shows("CHAT  to Bob alone")
        await shown.press(*"psst", "enter")
        await shown.shows("you (to Bob alone) psst")
        assert shown.requests() == [f"participants/{bob}/message"]
        await shown.press(*"more", "escape", "c")
        # What was begun for one is never sent to all.
        await eventually(lambda: "alone" not in shown.lines()[shown.screen._chat.region.y])
        await shown.press(*"all", "enter")
        await shown.shows("you all")
        assert shown.requests()[-1] == "message"


async def test_a_direct_message_to_somebody_who_has_left_stays_in_the_line() -> None:
    async with dashboard("Bob") as shown:
        bob = await shown.put_cursor_on("Bob")
        shown.meeting.update(bob, supports_direct_chat=True)
        await eventually(lambda: shown.feed.conference.participants[bob].supports_direct_chat)
        await shown.press("i", *"psst")
        shown.meeting.leave(bob)
        await eventually(lambda: bob not in shown.feed.conference.participants)
        await shown.press("enter")
        await shown.shows("Already left, nothing was sent", "psst")
        assert shown.requests() == []


async def test_our_own_role_is_asked_for_as_we_cannot_take_that_back() -> None:
    async with dashboard("Bob") as shown:
        me = await shown.put_cursor_on("Alice")
        await shown.press("r")
        await shown.shows("Make Guest?", "Alice (you)", "You cannot take this back yourself.")
        await eventually(shown.takes_keys)
        await shown.press("escape")
        await shown.put_cursor_on("Bob")
        await shown.press("r")
        await eventually(lambda: shown.requests())
        await shown.put_cursor_on("Alice")
        await shown.press("r")
        await eventually(shown.takes_keys)
        await shown.press("y")
        await eventually(lambda: shown.feed.role is Role.GUEST)
        assert shown.requests()[-1] == f"participants/{me}/role"


async def test_what_the_palette_alone_has_is_named_for_whom_it_suits() -> None:
    async with dashboard("Bob") as shown:
        bob = shown.uuid_of("Bob")
        await command(shown, "hold: bob", "Hold: Bob")
        await shown.shows("on hold")
        assert shown.requests() == [f"participants/{bob}/hold"]
        await shown.press("ctrl+p", *"mute yourself: ")
        await shown.shows("Mute yourself: Alice")
        assert "Mute yourself: Bob" not in shown.text()


async def test_a_camera_is_moved_by_keys_and_always_stops() -> None:
    async with dashboard("Bob") as shown:
        bob = shown.uuid_of("Bob")
        shown.meeting.update(bob, fecc_supported="YES")
        await eventually(lambda: shown.feed.conference.participants[bob].fecc_supported)
        await command(shown, "zoom the camera: bob", "Turn and zoom the camera: Bob")
        await shown.shows("Camera of Bob", "still")
        await eventually(shown.takes_keys)
        await shown.press("left")
        await shown.shows("turning left")
        await eventually(lambda: len(shown.requests()) == 2)
        await shown.press("plus", "escape")
        await eventually(lambda: len(shown.requests()) == 4)
        assert set(shown.requests()) == {f"participants/{bob}/fecc"}
        bodies = [json.loads(one.body) for one in shown.node.received[-4:]]
        left, closer = {"axis": "pan", "direction": "left"}, {"axis": "zoom", "direction": "in"}
        assert [(one["action"], one["movement"]) for one in bodies] == [
            ("start", [left]),
            ("stop", [left]),
            ("start", [closer]),
            ("stop", [closer]),
        ]
        assert [one.get("timeout") for one in bodies] == [1000, None, 1000, None]
        assert {one["target"] for one in bodies} == {bob}
