"""The alarms of one conference on its screen: the top line, the title and the key bar."""

from __future__ import annotations

from tests.eventually import eventually
from tests.ui.dashboard import dashboard

GONE = "recording ended while 2 are in"


async def test_an_alarm_is_told_in_the_top_line_until_its_key_takes_note_of_it() -> None:
    async with dashboard("Ann", "Ben") as shown:
        await eventually(lambda: shown.screen._alarms.are_at_work)
        assert " k Ack" not in shown.lines()[-1]
        await shown.press("k")
        assert "There is no alarm to acknowledge" in shown.told()
        recorder = shown.meeting.join("Recorder", protocol="sip", is_recording=True)
        await shown.shows("Recorder")
        shown.meeting.leave(recorder.uuid)
        await eventually(lambda: recorder.uuid not in shown.feed.conference.participants)
        assert GONE not in shown.lines()[0]
        await shown.clock.advance(5)
        await eventually(lambda: GONE in shown.lines()[0])
        await eventually(lambda: " k Ack" in shown.lines()[-1])
        await shown.press("k")
        await eventually(lambda: GONE not in shown.lines()[0])
        await eventually(lambda: " k Ack" not in shown.lines()[-1])
        await shown.press("T")
        await shown.shows(f"Alarm: {GONE}")
