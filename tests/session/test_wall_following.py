"""What a wall has follow each of its conferences: recordings and rules."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from pathlib import Path

import pytest

from pexdash.files import open_private
from pexdash.model.line import LineState
from pexdash.node.settings import ConferenceSettings
from pexdash.session.alarms.disk_watch import (
    ENOUGH_BYTES,
    LEAST_BYTES,
    LOOK_SECONDS,
    DiskWatch,
)
from pexdash.session.estate.recordings import Recordings
from pexdash.session.estate.wall_rules import WallRules
from pexdash.session.feed import record_place
from pexdash.session.feed.recorded import Recorded
from pexdash.session.feed.recording import RETRY_SECONDS
from pexdash.session.feed.told import Acted, Alarmed
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.ruling import rules_of
from tests.session.walling import key, listed, walling

A, B = ConferenceSettings("a"), ConferenceSettings("b")
SHUT = """
    [[rule]]
    name = "shut"
    when = "alarm:waiting"
    do = "muteguests"
"""


def records_in(folder: Path, alias: str) -> list[object]:
    """What was recorded of a conference, in one file, once that is compressed."""
    for thread in threading.enumerate():
        if thread.name == record_place.COMPRESSING:
            thread.join()
    (path,) = (one for one in folder.iterdir() if one.name.startswith(f"{alias}-"))
    return [one.told for one in Recorded(path)]


async def test_each_conference_is_recorded_and_a_rule_on_an_alarm_acts_in_the_one_that_has_it(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "recordings"
    said: list[str] = []
    folder.mkdir()
    recordings = Recordings(folder)
    rules = WallRules(rules_of(tmp_path, SHUT), arm=True, say=said.append)
    begins = (recordings.begin, rules.begin)
    async with walling(listed("a", "b", "nobody"), A, B, begins=begins) as wall:
        await wall.live("a", "b")
        await wall.become("nobody", LineState.REFUSED)
        wall.node.conference("a").join("Wendy", waiting=True)
        await wall.pass_time_until(lambda: wall.fleet.summary(key("a")).waiting, 30)
        await wall.pass_time(45)
        assert not wall.node.conference("a").guests_muted
        await wall.pass_time_until(lambda: wall.node.conference("a").guests_muted, 30)
        assert not wall.node.conference("b").guests_muted
        (standing,) = rules.standings()
        assert (standing.conferences, standing.armed, standing.acted) == (2, 2, 1)
        assert any("shut" in one.happening.words for one in wall.fleet.incidents)
    told = records_in(folder, "a")
    alarms = [one for one in told if isinstance(one, Alarmed) and one.rule == "waiting"]
    (acted,) = (one for one in told if isinstance(one, Acted))
    assert (alarms[0].change, acted.request, acted.source) == ("raised", "muteguests", "rule:shut")
    assert told.index(alarms[0]) < told.index(acted)
    assert not any(isinstance(one, Alarmed | Acted) for one in records_in(folder, "b"))
    assert len(list(folder.iterdir())) == 2, "of who let us not in there is nothing to record"
    assert said == []


async def test_what_a_host_armed_or_a_rule_stopped_outlives_a_new_join(tmp_path: Path) -> None:
    said: list[str] = []
    text = SHUT.replace("alarm:waiting", "joined").replace("muteguests", "mute")
    text += '    limit = "1/min"\n'
    (rule,) = read = rules_of(tmp_path, text)
    rules = WallRules(read, arm=False, say=said.append)
    async with walling(listed("a", "b"), A, B, begins=(rules.begin,)) as wall:
        await wall.live("a", "b")
        rules.arm(rule)
        for name in ("Ann", "Bob"):
            wall.node.conference("a").join(name)
        await wall.pass_time_until(lambda: said)
        assert said == [
            "a: Rule shut has stopped itself: more than 1 in 60 s; arm it again if that was right"
        ]
        for alias in ("a", "b"):
            wall.fleet.leave(key(alias))
            await wall.become(alias, LineState.ENDED)
        assert rules.standings()[0].conferences == 0
        for alias in ("a", "b"):
            wall.fleet.try_again(key(alias))
        await wall.live("a", "b")
        (standing,) = rules.standings()
        assert (standing.armed, standing.stopped, standing.acted) == (1, 1, 1)
        rules.arm(rule, is_armed=False)
        (standing,) = rules.standings()
        assert (standing.armed, standing.stopped) == (0, 0)


async def test_a_full_disk_keeps_nobody_out_is_one_alarm_and_heals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, flags: int = 0) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(record_place, "open_private", full)
    recordings = Recordings(tmp_path)
    async with walling(listed("a", "b"), A, B, begins=(recordings.begin,)) as wall:
        looks: list[str] = []

        def lost() -> str:
            looks.append(recordings.lost)
            return recordings.lost

        def alarms() -> list[tuple[str, str]]:
            listed = wall.fleet.alarms.listed()
            return [(one.key.rule, wall.fleet.alarms.words(one, 0)) for one in listed]

        async def look() -> None:
            count = len(looks)
            await wall.clock.advance(LOOK_SECONDS)
            await eventually(lambda: len(looks) > count)

        watch = DiskWatch({}, wall.clock, tell=wall.alarms.take_disk, lost=lost)
        watching = asyncio.create_task(watch.run())
        await eventually(lambda: looks)
        await wall.live("a", "b")
        await look()
        ((rule, words),) = alarms()
        assert rule == "disk-full"
        assert words.startswith("2 recordings have stopped: ")
        assert words.endswith("No space left on device")
        monkeypatch.setattr(record_place, "open_private", open_private)
        await wall.pass_time(RETRY_SECONDS + 1)
        for alias in ("a", "b"):
            wall.node.conference(alias).join("Bob")
        await wall.pass_time_until(lambda: not recordings.lost)
        await look()
        assert [one.is_active for one in wall.fleet.alarms.listed()] == [False]
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    for alias in ("a", "b"):
        assert "Bob" in str(records_in(tmp_path, alias))


async def test_the_room_on_disks_is_told_once_and_until_there_is_enough(tmp_path: Path) -> None:
    clock = ManualClock()
    told: list[str] = []
    looked: list[Path] = []
    room = {tmp_path: ENOUGH_BYTES, tmp_path / "audit": ENOUGH_BYTES}
    (tmp_path / "audit").mkdir()

    def free(folder: Path) -> int:
        looked.append(folder)
        if folder not in room:
            raise OSError(errno.ENOENT, "gone")
        return room[folder]

    watch = DiskWatch(
        {"recordings": tmp_path, "audit": tmp_path / "audit" / "new.ndjson"},
        clock,
        tell=told.append,
        free=free,
    )
    watching = asyncio.create_task(watch.run())

    async def look() -> None:
        count = len(looked)
        await clock.advance(LOOK_SECONDS)
        await eventually(lambda: len(looked) == count + 2 and clock.sleepers == 1)

    await eventually(lambda: len(looked) == 2 and clock.sleepers == 1)
    assert told == []
    room[tmp_path / "audit"] = LEAST_BYTES - 1
    await look()
    await look()
    assert told == ["the disk is full, or nearly so: audit"]
    room[tmp_path / "audit"] = ENOUGH_BYTES - 1
    await look()
    assert len(told) == 1, "too little room to say that all is well"
    room[tmp_path] = 0
    await look()
    assert told[1:] == ["the disk is full, or nearly so: recordings, audit"]
    room.clear()
    await look()
    assert told[2:] == [""]
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
