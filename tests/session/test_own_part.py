"""What the node does with our own part in the meeting is told once each time."""

from __future__ import annotations

from tests.eventually import eventually
from tests.session.host import hosting


async def test_hold_is_told_when_it_begins_and_when_it_ends() -> None:
    async with hosting() as host:
        for setting in (False, True, True, False, False):
            host.conference.publish("on_hold", {"setting": setting})
        await eventually(lambda: "You are no longer on hold" in host.said)
        assert host.said == ["You are on hold", "You are no longer on hold"]


async def test_a_screen_in_place_of_the_video_is_told_in_words() -> None:
    async with hosting() as host:
        shown = {"screen_key": "direct_media_welcome"}
        for data in (None, shown, shown, None, shown):
            host.conference.publish("splash_screen", data)
        host.conference.publish("on_hold", {"setting": True})
        await eventually(lambda: "You are on hold" in host.said)
        splash = "In place of the video the node shows: direct media welcome"
        assert host.said == [splash, splash, "You are on hold"]
