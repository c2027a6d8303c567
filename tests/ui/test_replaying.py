"""A recorded meeting on the real screen, without a node and without a way to act on anybody."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from pexdash.session.feed.playback import playback_of
from pexdash.session.feed.tape import tape_of
from pexdash.session.membership.membership import Membership
from pexdash.session.membership.recording import record as begin_recording
from pexdash.session.moderation.action import Place
from pexdash.ui.commands.bindings import keys_over, keys_with
from pexdash.ui.dialogs.form import FormDialog
from pexdash.ui.framework.key_place import event_time
from pexdash.ui.replay_app import ReplayApp
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
        assert await host.membership.moderation.send_message("hello from the past")
        await host.someone("Wendy Waits", waiting=True)
        await host.clock.advance(10)


@dataclass
class Replayed:
    app: ReplayApp
    pilot: Pilot[int]
    clock: ManualClock

    def text(self) -> str:
        return "\n".join(lines_of(self.app))

    async def shows(self, *texts: str) -> None:
        await eventually(lambda: all(text in self.text() for text in texts), f"{texts}")

    def takes_keys(self) -> bool:
        return isinstance(self.app.screen, FormDialog) and self.app.screen.hears(event_time())

    async def go_to(self, time: str) -> None:
        await self.pilot.press("g")
        await self.shows("Go to a time")
        await eventually(self.takes_keys)
        await self.pilot.press(*time)
        await self.shows(time)
        await self.pilot.press("enter")


@asynccontextmanager
async def replaying(path: Path) -> AsyncIterator[Replayed]:
    tape, real = tape_of([path]), ManualClock()
    playback = playback_of(tape, real)
    keys = keys_over(keys_with({}), keys_with({}, Place.REPLAY))
    app = ReplayApp(playback, keys=keys, frame_seconds=0.0)
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
        await shown.shows(
            "Wendy Waits", "hello from the past", "at the end  0:00:20 of 0:00:20 ", "unknown since"
        )
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


async def test_keys_move_the_time_of_a_recording(tmp_path: Path) -> None:
    await recorded_meeting(tmp_path / "meeting")
    async with replaying(tmp_path / "meeting") as shown:
        await shown.shows("Ann Smith", "playing", "0:00:00 of 0:00:20 ")
        await shown.pilot.press("space")
        await shown.shows("paused", "space Pause")
        await shown.pilot.press("right")
        await shown.shows("0:00:10 of", "Wendy Waits", "hello from the past")
        await shown.pilot.press("<")
        await shown.shows("0:00:00 of")
        gone = ("Wendy Waits", "hello from the past")
        await eventually(lambda: not any(one in shown.text() for one in gone))
        await shown.pilot.press("+", "+", "-")
        await shown.shows("paused 2x")
        await shown.pilot.press("]")
        await shown.shows("Lock", "done", "LOCKED")
        await shown.go_to("+20s")
        await shown.pilot.press("]")
        await shown.shows("No marker after this")
        await shown.go_to("+7s")
        await shown.shows("0:00:07 of", "LOCKED")
        await shown.go_to("noon")
        await shown.shows("'noon' is no time of a recording")
        await shown.pilot.press("escape", "question_mark")
        await shown.shows("Pause, or go on", "Filter")
        assert "Disconnect" not in shown.text(), "the help has what can be done"


async def test_a_recording_in_which_nobody_is_ever_seen_can_be_gone_through_and_left(
    tmp_path: Path,
) -> None:
    started = {"pexdash-recording": 2, "alias": "meet.a", "started": "2026-11-30T10:00:00.000Z"}
    marks = [started, {"t": 0, "line": "live", "why": ""}, {"t": 9, "mark": "nobody came"}]
    (tmp_path / "empty").write_text("".join(json.dumps(one) + "\n" for one in marks))
    async with replaying(tmp_path / "empty") as shown:
        await shown.shows("0:00:00 of 0:00:09 ")
        await shown.pilot.press("]")
        await shown.shows("nobody came")
        await shown.pilot.press("q")
        await eventually(lambda: not shown.app.is_running)
