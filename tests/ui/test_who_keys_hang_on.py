"""Keys and details are drawn anew where they may differ, and not for everybody's changes."""

from __future__ import annotations

import pytest
from textual.screen import Screen

from pexdash.model.conference import Conference
from pexdash.session.feed.feed import Feed
from pexdash.ui.calling import Calling
from pexdash.ui.commands import screen_alarms
from pexdash.ui.commands.host_call import HostCall
from pexdash.ui.commands.keybar import KeyBar
from pexdash.ui.commands.screen_alarms import ScreenAlarms
from pexdash.ui.screens.conference import ConferenceScreen
from pexdash.ui.widgets.details import DetailsPane
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.ui.dashboard import Dashboard, dashboard


async def drawn_for(shown: Dashboard, name: str, **fields: object) -> set[str]:
    """Which of both are drawn for a change of somebody."""
    drawn: set[str] = set()
    uuid, people = shown.uuid_of(name), shown.feed.conference.participants
    before, revision = people[uuid], shown.screen.revision
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shown.screen.query_one(KeyBar), "redraw", lambda: drawn.add("keys"))
        patch.setattr(shown.screen.query_one(DetailsPane), "redraw", lambda: drawn.add("details"))
        shown.meeting.update(uuid, **fields)
        await eventually(lambda: people[uuid] is not before)
        await eventually(lambda: shown.screen.revision > revision)
    shown.screen.query_one(KeyBar).redraw()
    return drawn


async def test_only_those_on_whom_keys_hang_have_them_drawn_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Each second the details are drawn for the times in them.
    monkeypatch.setattr(ConferenceScreen, "_each_second", lambda screen: None)
    async with dashboard("Ann", "Bob", "Eve", size=(200, 60)) as shown:
        await eventually(lambda: shown.screen._alarms.are_at_work)
        await shown.put_cursor_on("Bob")
        assert await drawn_for(shown, "Eve", is_muted="YES") == set()
        assert await drawn_for(shown, "Bob", is_muted="YES") == {"keys", "details"}
        assert await drawn_for(shown, "Eve", spotlight=1) == {"keys", "details"}
        assert "keys" in await drawn_for(shown, "Eve", buzz_time=1), "a hand can be lowered"
        await shown.press("space")
        await shown.put_cursor_on("Ann")
        assert await drawn_for(shown, "Bob", is_muted="NO") == {"keys"}, "he is marked"
        assert await drawn_for(shown, "Alice", is_client_muted=True) == {"keys", "details"}


async def test_the_title_changes_at_most_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[float] = []
    clock = ManualClock()

    def show(call: HostCall, conference: Conference, alarms: int = 0) -> bool:
        shown.append(clock.monotonic())
        return True

    monkeypatch.setattr(HostCall, "show", show)
    monkeypatch.setattr(screen_alarms, "monotonic", clock.monotonic)
    feed = Feed("meet.alice", clock)
    alarms = ScreenAlarms(Screen(), feed, None, None, Calling(titles=True))
    began = clock.monotonic()
    for seconds in (0.0, 0.9, 0.1, 0.5):
        await clock.advance(seconds)
        alarms.show_title()
    assert shown == [began, began + 1.0]
