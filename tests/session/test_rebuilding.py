"""A conference rebuilt from its recording is the live one, at every moment."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Iterator, Sequence
from copy import copy
from enum import Enum
from pathlib import Path
from types import MethodType
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import asdict, replace

from pexdash.model.conference import Conference
from pexdash.node.settings import ConferenceSettings
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.playback import playback_of
from pexdash.session.feed.played_clock import PlayedClock
from pexdash.session.feed.record_place import OneFile
from pexdash.session.feed.recorded import Recorded
from pexdash.session.feed.recording import Recording
from pexdash.session.feed.replay_feed import ReplayFeed
from pexdash.session.feed.snapshot import Snapshot
from pexdash.session.feed.tape import FileTape, tape_of
from pexdash.session.feed.told import Heard, Line, Listed, Me, Said, Stated, Told
from pexdash.session.membership.membership import Membership
from tests.eventually import eventually
from tests.examples import times
from tests.manual_clock import ManualClock
from tests.session.befalling import DEEDS, happen
from tests.session.host import ALIAS, hosting

CACHES = ("_headcount",)


def state_of(feed: Feed) -> tuple[dict[str, Any], dict[str, float]]:
    """All that a feed shows, whatever it comes to hold, but for its caches; and its moments."""
    shown, moments = state_of_conference(feed.conference)
    shown |= {"role": feed.role, "is listing": feed.is_listing}
    shown["line"] = (feed.link.state, feed.link.fault)
    return shown, moments


def state_of_conference(conference: Conference) -> tuple[dict[str, Any], dict[str, float]]:
    """All that a conference holds, with its rooms, but for its caches; and its moments."""
    shown = {name: copy(value) for name, value in vars(conference).items()}
    for cache in CACHES:
        shown.pop(cache)
    messages = list(shown.pop("chat").messages)
    moments = {f"first seen {uuid}": moment for uuid, moment in shown.pop("first_seen").items()}
    moments["synced"] = shown.pop("synced_at") or 0.0
    moments |= {f"message {at}": message.time for at, message in enumerate(messages)}
    shown["messages"] = [replace(message, time=0) for message in messages]
    captions = shown.pop("captions")
    lines = [*captions.lines, *filter(None, [captions.growing])]
    moments |= {f"caption {at}": line.time for at, line in enumerate(lines)}
    shown["captions"] = [replace(line, time=0) for line in lines]
    for uuid, room in shown.pop("rooms").items():
        of_room, when = state_of_conference(room)
        shown[f"room {uuid}"] = of_room
        moments |= {f"room {uuid} {name}": moment for name, moment in when.items()}
    return shown, moments


class Witness:
    """Records a feed, and remembers what it showed after so many records."""

    def __init__(self, membership: Membership, path: Path) -> None:
        self.path = path
        self.shown: dict[int, tuple[dict[str, Any], dict[str, float]]] = {}
        self.kinds: set[type] = set()
        self._feed = feed = membership.feed
        self._count = 0
        self._recording = Recording(OneFile(path), feed, node=lambda: "node", say=lambda _: None)
        feed.on_told(self._told)

    def _told(self, told: Told) -> None:
        self._recording.told(told)
        self._count += len(told.sent) if isinstance(told, Heard) else 1
        self.kinds.add(type(told))
        self.shown[self._count] = state_of(self._feed)


@pytest.mark.parametrize("seed", range(times(5)))
async def test_it_equals_the_live_one_at_every_moment(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    meeting = ConferenceSettings(ALIAS, participants=9, seed=seed, lively=True, speed=4)
    witnesses: list[Witness] = []

    def watch(membership: Membership) -> None:
        witnesses.append(Witness(membership, tmp_path / "meeting"))

    async with hosting(meeting, before=watch) as host:
        for deed in rng.sample([*DEEDS, *rng.choices(DEEDS, k=6)], k=len(DEEDS) + 6):
            await happen(host, deed, rng)
    (witness,) = witnesses
    assert witness.kinds >= {Heard, Listed, Stated, Line, Me, Said}
    recorded = Recorded(witness.path)
    clock = PlayedClock(recorded.started, ManualClock())
    rebuilt = Feed(recorded.alias, clock)
    compared = 0
    for count, record in enumerate(recorded, 1):
        with clock.held_at(record.t):
            rebuilt.tell(record.told)
        if count in witness.shown:
            (shown, moments), (live, live_moments) = state_of(rebuilt), witness.shown[count]
            assert shown == live, f"after record {count}"
            assert moments.keys() == live_moments.keys()
            # A recording's times are to the millisecond.
            assert all(abs(moments[one] - live_moments[one]) <= 0.001 for one in moments)
            compared += 1
    assert compared == len(witness.shown) > 100
    await leap_about(witness.path, rng)


async def leap_about(path: Path, rng: random.Random) -> None:
    """Go to one moment of a recording after the other, and compare with playing it up to there."""
    tape = tape_of([path])
    _, (feed,), source, played, keyframes = playback_of(tape, ManualClock())
    await keyframes.run()
    playing = asyncio.create_task(source.run())
    await asyncio.sleep(0)
    source.pause()
    goals = [rng.random() * keyframes.seconds for _ in range(12)]
    straight = dict(played_up_to(goals, tape.tapes[0]))
    for goal in goals:
        source.go_to(goal)
        await eventually(lambda: not source.is_going and source.goal is None)
        assert played.position == goal
        assert plain(feed.snapshot()) == straight[goal]
    playing.cancel()


def played_up_to(goals: Sequence[float], tape: FileTape) -> Iterator[tuple[float, Any]]:
    """Play a recording once; each of the moments, and all that is shown then."""
    clock = PlayedClock(tape.started, ManualClock())
    feed = ReplayFeed(tape.alias, clock)
    ahead = sorted(goals, reverse=True)
    for record, _ in tape.read():
        while ahead and record.t > ahead[-1]:
            yield ahead.pop(), plain(feed.snapshot())
        with clock.held_at(record.t):
            feed.tell(record.told)
    for goal in ahead:
        yield goal, plain(feed.snapshot())


def plain(value: Any) -> Any:
    """All that is in an object, as values that can be compared."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items() if key not in CACHES}
    if isinstance(value, list | tuple | deque):
        return [plain(one) for one in value]
    if isinstance(value, Snapshot) or (
        isinstance(value, Struct) and not value.__struct_config__.frozen
    ):
        return plain(asdict(value))
    is_value = isinstance(value, Struct | Enum | type | MethodType)
    if isinstance(value, MethodType):
        return value.__func__
    return plain(vars(value)) if hasattr(value, "__dict__") and not is_value else value
