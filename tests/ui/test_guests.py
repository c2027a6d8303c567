"""What the screen offers to whom: to a Guest what the node would do for one, and no more."""

from __future__ import annotations

from pexdash.model.participant import Role
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard


async def become_a_guest(shown: Dashboard) -> None:
    shown.meeting.change_role(shown.feed.conference.me, "guest")
    await eventually(lambda: shown.feed.role is Role.GUEST)
    await shown.shows("GUEST")


async def test_a_guest_mutes_themselves_and_nobody_else() -> None:
    async with dashboard("Bob") as shown:
        await become_a_guest(shown)
        await shown.put_cursor_on("Bob")
        await shown.press("m")
        await shown.shows("Only a Host can do this")
        assert "m Mute" not in shown.text()
        shown.meeting.update(shown.feed.conference.me, mute_supported="YES")
        me = await shown.put_cursor_on("Alice")
        await shown.shows("m Mute")
        await shown.press("m")
        await eventually(lambda: shown.feed.conference.participants[me].is_muted)
        assert shown.requests() == [f"participants/{me}/mute"]
        await eventually(lambda: "m Mute" not in shown.text())


async def test_a_guest_raises_and_lowers_their_own_hand() -> None:
    async with dashboard("Bob") as shown:
        await become_a_guest(shown)
        await shown.put_cursor_on("Bob")
        await shown.press("h")
        await shown.shows("Only a Host can do this")
        me = await shown.put_cursor_on("Alice")
        await shown.shows("h Raise hand")
        answer = shown.node.faults.hold("buzz")
        await shown.press("h")
        await eventually(lambda: "raising ha" in shown.row("Alice"))
        answer.set()
        await shown.shows("HANDS 1")
        await shown.shows("h Lower")
        # Until the node has answered, a second press would be for the same request.
        await eventually(lambda: "raising" not in shown.text())
        await eventually(lambda: not shown.membership.moderation.has_pending)
        await shown.press("h")
        await eventually(lambda: "HANDS" not in shown.text())
        assert shown.requests() == [f"participants/{me}/buzz", f"participants/{me}/clearbuzz"]


async def test_the_key_lowers_the_hands_that_are_up_before_it_raises_our_own() -> None:
    async with dashboard("Bob", "Carol") as shown:
        bob = shown.uuid_of("Bob")
        shown.meeting.update(bob, buzz_time=1.5)
        await shown.shows("HANDS 1")
        for name in ("Alice", "Bob", "Carol"):
            await shown.put_cursor_on(name)
            await shown.press("space")
        await shown.shows("3 marked", "h Lower")
        await shown.press("h")
        await eventually(lambda: "HANDS" not in shown.text())
        assert shown.requests() == [f"participants/{bob}/clearbuzz"]


async def test_the_palette_raises_no_hand_but_our_own() -> None:
    async with dashboard("Bob") as shown:
        await shown.press("ctrl+p", *"hand: ")
        await shown.shows("Raise hand: Alice")
        assert "hand: Bob" not in shown.text()
        await shown.press("escape")
        shown.meeting.update(shown.uuid_of("Bob"), buzz_time=1.5)
        await shown.shows("HANDS 1")
        await shown.press("ctrl+p", *"hand: ")
        await shown.shows("Raise hand: Alice", "Lower hand: Bob")


async def test_a_guest_who_disconnects_themselves_leaves() -> None:
    async with dashboard("Bob") as shown:
        await become_a_guest(shown)
        await shown.put_cursor_on("Alice")
        await shown.press("D")
        await shown.shows("Disconnect?", "(you)")
        await eventually(shown.takes_keys)
        await shown.press("y")
        await eventually(lambda: shown.app.return_value == 0)
        assert shown.requests() == []
