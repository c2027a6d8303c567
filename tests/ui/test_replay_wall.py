"""Recordings of several conferences on the real wall, which their keys take through time."""

from __future__ import annotations

from pathlib import Path

from pexdash.session.estate.replayed import ReplayedEstate
from pexdash.session.feed.playback import playback_of
from pexdash.session.feed.tape import tape_of
from pexdash.session.moderation.action import Place
from pexdash.ui.commands.bindings import keys_with
from pexdash.ui.replay_wall_app import ReplayWallApp
from pexdash.ui.screens.replay import ReplayScreen
from pexdash.ui.screens.replay_wall import ReplayWallScreen
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.several_recordings import two_recordings
from tests.ui.dashboard import lines_of


async def test_the_keys_take_all_recordings_of_a_wall_through_time(tmp_path: Path) -> None:
    real = ManualClock()
    estate = ReplayedEstate(playback_of(tape_of(two_recordings(tmp_path)), real), real)
    app = ReplayWallApp(
        estate, keys={place: keys_with({}, place) for place in Place}, frame_seconds=0.0
    )

    def text() -> str:
        return "\n".join(lines_of(app))

    async def shows(*texts: str) -> None:
        await eventually(lambda: all(one in text() for one in texts), f"{texts}")

    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        press = pilot.press
        await shows(
            "board.oslo", "board.bergen", "joining", "0:00:00 of 0:02:00 ", "replay   2 conferences"
        )
        await press("space", "]")
        await shows("paused", "0:00:20 of", "board.oslo@example.com: 1 waits, Wendy raised")
        await shows("1 UNACK", "1 WAIT", "BELL OFF")
        assert "Ack" not in text(), "no key is offered that can do nothing"
        for key in "kKzZ!":
            await press(key)
            await shows("In a recording nothing is sent")
            app.clear_notifications()
            await eventually(lambda: "nothing is sent" not in text())
        await press("b")
        await shows("In a recording no bell rings")
        await press("tab", "]")
        await shows("0:01:10 of", "CRITICAL")
        await press("<")
        await shows("0:01:00 of")
        await press("<")
        await shows("0:00:50 of", "acked jo")
        await press(*"[")
        await shows("0:00:20 of", "1 UNACK")
        await press("<")
        await shows("0:00:10 of", "no alarms")
        await eventually(lambda: "1 waits, Wendy" not in text(), "it has not happened yet")
        await press("tab", "]", *">" * 6)
        await shows("0:01:20 of", "2 live", "1 CRITICAL")
        await press("right", "enter")
        await eventually(lambda: isinstance(app.screen, ReplayScreen))
        await shows("board.bergen@example.com", "P3", "0:01:20 of", "w Wall")
        await press("<")
        await shows("0:01:10 of")
        await press("m")
        await shows("In a recording nothing is sent")
        await press("w")
        await eventually(lambda: isinstance(app.screen, ReplayWallScreen))
        await shows("0:01:10 of", "5 in")
        await press(*">" * 3)
        await shows("0:01:40 of", "ended", "1 live", "1 ended")
        await press("left", "enter")
        await eventually(lambda: isinstance(app.screen, ReplayScreen))
        await shows("board.oslo@example.com", "Wendy")
        await press("q")
        await eventually(lambda: not app.is_running)
        assert app.return_value == 0
