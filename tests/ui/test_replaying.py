"""A recorded meeting on the real screen, without a node and without a way to act on anybody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from pexdash.session.feed.feed import Feed
from pexdash.session.feed.recorded import Recorded
from pexdash.session.feed.replay_source import PlayedClock, ReplaySource
from pexdash.session.membership.membership import Membership
from pexdash.session.membership.recording import record as begin_recording
from pexdash.ui.app import DashboardApp
from pexdash.ui.commands.bindings import keys_with
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.host import hosting
from tests.ui.dashboard import lines_of


async def recorded_meeting(path: Path) -> None:
    """Ann and Bob, a lock, our own chat line, and Wendy who waits, over twenty seconds."""

    def record(membership: Membership) -> None:
        begin_recording(membership, path, keep=None, say=lambda _: None)

    async with hosting(before=record) as host:
        ann = await host.someone("Ann Smith")
        await host.clock.advance(5)
        await host.act("lock")
        host.conference.update(ann.uuid, is_muted="YES")
        await eventually(lambda: host.shown(ann.uuid).is_muted)
        await host.clock.advance(5)
        assert await host.membership.send_message("hello from the past")
        await host.someone("Wendy Waits", waiting=True)
        await host.clock.advance(10)


@dataclass
class Replayed:
    app: DashboardApp
    pilot: Pilot[int]
    clock: ManualClock

    def text(self) -> str:
        return "\n".join(lines_of(self.app))

    async def shows(self, *texts: str) -> None:
        await eventually(lambda: all(text in self.text() for text in texts), f"{texts}")


@asynccontextmanager
async def replaying(path: Path) -> AsyncIterator[Replayed]:
    recorded, real = Recorded(path), ManualClock()
    clock = PlayedClock(recorded.started, real)
    feed = Feed(recorded.alias, clock)
    source = ReplaySource(recorded, feed, clock)
    app = DashboardApp(feed, None, source=source, keys=keys_with({}), frame_seconds=0.0)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        yield Replayed(app, pilot, real)


async def test_a_recorded_meeting_plays_on_the_real_screen(tmp_path: Path) -> None:
    await recorded_meeting(tmp_path / "meeting")
    async with replaying(tmp_path / "meeting") as shown:
        await shown.shows("Ann Smith", "HOST", "live", "you, watching")
        assert "LOCKED" not in shown.text()
        assert " old " not in shown.text(), "what a recording told does not grow old"
        await shown.clock.advance(5.5)
        await shown.shows("LOCKED", "muted")
        assert "hello from the past" not in shown.text()
        await shown.clock.advance(5)
        await shown.shows("hello from the past", "Wendy Waits", "WAITING 1")
        await shown.clock.advance(60)
        await shown.shows("Ann Smith", "Wendy Waits")


async def test_no_key_acts_on_anybody_in_a_recording(tmp_path: Path) -> None:
    await recorded_meeting(tmp_path / "meeting")
    async with replaying(tmp_path / "meeting") as shown:
        await shown.clock.advance(30)
        await shown.shows("Wendy Waits", "hello from the past")
        shown.app.clear_notifications()
        await eventually(lambda: "is waiting" not in shown.text())
        before = shown.text()
        for key in "asmprtdDLGoSXvchH":
            await shown.pilot.press(key)
            await shown.shows("In a recording nothing is sent")
            assert len(shown.app.screen_stack) == 2, key
            shown.app.clear_notifications()
            await eventually(lambda: "nothing is sent" not in shown.text())
        assert shown.text() == before


async def test_looking_goes_on_in_a_recording(tmp_path: Path) -> None:
    await recorded_meeting(tmp_path / "meeting")
    async with replaying(tmp_path / "meeting") as shown:
        await shown.clock.advance(30)
        await shown.shows("Wendy Waits")
        await shown.pilot.press("enter")
        await shown.shows("no picture")
        await shown.pilot.press("escape", "slash", *"ann", "enter")
        await shown.shows("/ ann")
        assert "WAITING 1" not in shown.text()
        await shown.pilot.press("q")
        await eventually(lambda: not shown.app.is_running)
        assert shown.app.return_value == 0
