"""Draws the pictures of a wall at each density, from the seeded meetings of `demo --wall`."""

from __future__ import annotations

import random
from dataclasses import replace

from pexdash.api.address import parse_node
from pexdash.api.tls import trust
from pexdash.model.alarms.policy import policy_of
from pexdash.model.line import LineState
from pexdash.node.many_meetings import MOST_MEETINGS, many_meetings
from pexdash.node.server import EmbeddedNode
from pexdash.session.alarms.at_work import AlarmsAtWork
from pexdash.session.estate.fleet import Fleet
from pexdash.session.estate.joining import Joining
from pexdash.session.estate.wanted import Plan, Wanted
from pexdash.session.moderation.action import Place
from pexdash.ui.calling import Calling
from pexdash.ui.commands.bindings import keys_with
from pexdash.ui.drawing.times import clock_seconds
from pexdash.ui.features import TerminalFeatures
from pexdash.ui.wall_app import WallApp
from tests.eventually import a_moment
from tests.manual_clock import ManualClock

SEED = 7
DRAWN_SECONDS = 1.2
"""How long a wall is given until its clock is drawn once more."""
WALLS = {
    "wall-6": (6, (80, 24), 500),
    "wall-24": (24, (200, 60), 500),
    "wall-100": (100, (200, 60), 250),
    "wall-1000": (1000, (200, 60), 45),
}
"""How many meetings each picture shows, in which size, and after how many seconds."""


async def draw_wall(name: str, wall: float, port: int) -> str:
    """One picture as SVG, with clocks that stand still."""
    count, size, seconds = WALLS[name]
    clock = ManualClock(wall=wall)
    meetings = many_meetings(count, SEED, 1.0)
    if count >= MOST_MEETINGS:
        # A picture of so many shows no voices, which are most of what they would tell.
        meetings = tuple(
            replace(one, habits=replace(one.habits, voices_every=3600.0)) for one in meetings
        )
    async with EmbeddedNode(*meetings, clock=clock, port=port, keep_received=False) as node:
        joining = Joining(
            "Alice", lambda _: lambda: trust(None, insecure=False), parse_node(node.url)
        )
        plan = Plan("demo", "", tuple(Wanted(one.alias) for one in meetings))

        def moment(at: float) -> str:
            return clock_seconds(at - clock.monotonic() + clock.wall())

        alarms = AlarmsAtWork(clock, operator="alice", policy=policy_of(), moment=moment)
        fleet = Fleet(plan, joining, alarms, clock=clock, rng=random.Random(SEED))
        keys = {Place.WALL: keys_with({}, Place.WALL), Place.CONFERENCE: keys_with({})}
        features = TerminalFeatures(calling=Calling(rings=True))
        app = WallApp(fleet, keys=keys, features=features)
        try:
            async with app.run_test(size=size, notifications=False) as pilot:
                await _pass_time(clock, fleet, seconds)
                await pilot.press("n")
                await pilot.pause(DRAWN_SECONDS)
                picture = app.export_screenshot(title="pexdash")
        finally:
            await fleet.close()
    return picture


async def _pass_time(clock: ManualClock, fleet: Fleet, seconds: float) -> None:
    """Let all be joined, and then so much time pass."""
    left = seconds
    while left > 0:
        await clock.advance(1.0)
        for _ in range(3):
            await a_moment()
        if all(one is None or one.line.state is LineState.LIVE for one in fleet.slots):
            left -= 1
