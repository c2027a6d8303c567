"""The dashboard of a Guest: what the node would do for them is not refused on the screen."""

from __future__ import annotations

from pexdash.model.participant import Role
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard


async def become_a_guest(shown: Dashboard) -> None:
    shown.meeting.change_role(shown.session.conference.me, "guest")
    await eventually(lambda: shown.session.role is Role.GUEST)
    await shown.shows("GUEST")


async def test_a_guest_mutes_themselves_and_nobody_else() -> None:
    async with dashboard("Bob") as shown:
        await become_a_guest(shown)
        await shown.put_cursor_on("Bob")
        await shown.press("m")
        await shown.shows("Only a Host can do this")
        assert "m Mute" not in shown.text()
        me = await shown.put_cursor_on("Alice")
        await shown.shows("m Mute")
        await shown.press("m")
        await eventually(lambda: shown.session.conference.participants[me].is_muted)
        assert shown.requests() == [f"participants/{me}/mute"]
        await eventually(lambda: "m Mute" not in shown.text())


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
