"""A month of a wall of a hundred conferences on two nodes, and nobody at its keys.

`python -m tests.trust.wall_month [DAYS]` prints a line now and then, and the figures as JSON at the
end. Some minutes of each day pass second by second, with all that befalls a wall; the rest passes
in leaps of hours. In the middle of the month the clocks go back by an hour.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass

from pexdash.api.address import parse_node
from pexdash.api.http import kept_connections
from pexdash.api.tls import trust
from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.policy import policy_of
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.node.wire.connections import ConnectionEnd
from pexdash.session.alarms.at_work import AlarmsAtWork
from pexdash.session.estate.fleet import Fleet
from pexdash.session.estate.joining import Joining
from pexdash.session.estate.wanted import Cluster, Plan, Wanted
from pexdash.session.moderation.action import Place
from pexdash.ui.commands.bindings import keys_with
from pexdash.ui.wall_app import WallApp
from tests.eventually import a_moment
from tests.manual_clock import JumpingClock
from tests.trust.footprint import NOTHING, Footprint
from tests.trust.restless import change
from tests.ui.dashboard import lines_of

DAYS = 30.0
CONFERENCES = 100
ZONE = "Europe/Berlin"
BEGINS = 1_791_590_400.0
"""10 October 2026, 00:00 UTC; on the 25th the clocks of that zone go back."""
EXPIRES_SECONDS = 2 * 86_400.0
"""How long a token lives: a leap of hours must not outlast it."""
LEAPS_A_DAY = 2
WINDOW_SECONDS = 240
"""How much of each day passes second by second."""
STEP_SECONDS = 2.0
CHANGES_A_DAY = 60
WAITING_A_DAY = 3
MOVING_A_DAY = 5
DROPPED_A_DAY = 10
GONE_SECONDS = 75.0
"""How long a node is gone: long enough for its alarm."""
MOST_RSS = 15 * 1024 * 1024
MOST_OBJECTS = 30_000
PATIENCE_SECONDS = 120.0
_SIZE = (200, 60)
_OF_LINES = ("node-down", "line-stale")
_NOT_OF_PEOPLE = (*_OF_LINES, "refused", "removed", "clock-skew", "program-behind")


@dataclass
class Figures:
    """What a wall went through and showed in the end, and what grew after the first tenth.

    `worst_outage` is the most alarms that were announced for one node that was gone, and `left` how
    many alarms on lines, nodes and this program were active in the end.
    """

    days: float = 0.0
    changes: int = 0
    drops: int = 0
    outages: int = 0
    moves: int = 0
    jumps: int = 0
    announced: int = 0
    worst_outage: int = 0
    live: int = 0
    left: int = 0
    clock: str = ""
    is_clock_right: bool = False
    seconds: float = 0.0
    growth: Footprint = NOTHING

    @property
    def is_well(self) -> bool:
        """Whether all is live and quiet again, and nothing of it has grown."""
        return (
            self.live == CONFERENCES
            and self.left == 0
            and self.worst_outage == 1
            and self.is_clock_right
            and self.growth.is_flat(MOST_RSS, MOST_OBJECTS)
        )

    def __str__(self) -> str:
        return (
            f"{self.days:.0f} days of {CONFERENCES} conferences, {self.changes:,} changes, "
            f"{self.announced} alarms, {self.drops} drops, {self.outages} times a node gone "
            f"with {self.worst_outage} alarm each, {self.moves} moves, {self.jumps} jumps of the "
            f"clock: {self.live} live, {self.left} alarms on lines left, clock at {self.clock}, "
            f"{self.growth}"
        )


class Month:
    """The wall, its nodes and what befalls them."""

    def __init__(self, rng: random.Random) -> None:
        self.figures = Figures()
        self._rng = rng
        self._clock = JumpingClock(wall=BEGINS)
        self._settings = [
            ConferenceSettings(f"c{at:03}", participants=8, seed=at) for at in range(CONFERENCES)
        ]
        self._nodes: list[EmbeddedNode] = []
        self._at = [at % 2 for at in range(CONFERENCES)]
        """On which of the nodes each conference is."""
        self._edges: list[Edge] = []
        self._fleet: Fleet
        self._app: WallApp

    async def run(self, days: float) -> Figures:
        """Live through so many days."""
        began = time.monotonic()
        async with AsyncExitStack() as stack:
            for _ in range(2):
                node = EmbeddedNode(
                    *self._settings,
                    clock=self._clock,
                    expires=EXPIRES_SECONDS,
                    keep_received=False,
                    warn=lambda _: None,
                )
                self._nodes.append(await stack.enter_async_context(node))
            work = AlarmsAtWork(self._clock, operator="jo", policy=policy_of(), moment=_moment)
            work.on_edges(self._edges.extend)
            joining = Joining("Wall", lambda _: lambda: trust(None, insecure=False))
            rng = random.Random(self._rng.random())
            self._fleet = Fleet(self._plan(), joining, work, clock=self._clock, rng=rng)
            stack.push_async_callback(self._fleet.close)
            self._app = WallApp(
                self._fleet,
                keys={Place.WALL: keys_with({}, Place.WALL), Place.CONFERENCE: keys_with({})},
            )
            await stack.enter_async_context(self._app.run_test(size=_SIZE))
            await self._all_live()
            await self._live(days)
        self.figures.seconds = round(time.monotonic() - began, 1)
        return self.figures

    def _plan(self) -> Plan:
        clusters = [Cluster("main", parse_node(node.url)) for node in self._nodes]
        places = zip(self._settings, self._at, strict=True)
        return Plan("Month", "", tuple(Wanted(one.alias, clusters[at]) for one, at in places))

    async def _live(self, days: float) -> None:
        warm = None
        for day in range(1, int(days) + 1):
            await self._window(day)
            await self._leap()
            if day in (max(1, int(days) // 10), int(days)):
                footprint = await self._footprint()
                warm = warm or footprint
                self._look(day, warm.growth(footprint))
                print(f"{day / days:4.0%} {self.figures}", file=sys.stderr, flush=True)  # noqa: T201

    # What befalls it

    async def _window(self, day: int) -> None:
        """Some minutes in which much happens."""
        for _ in range(CHANGES_A_DAY):
            change(self._node_of(alias := self._any()).conference(alias), self._rng)
            self.figures.changes += 1
        waiting = await self._let_wait()
        self._drop()
        if day % 2 == 0:
            await self._outage()
        else:
            await self._pass(WINDOW_SECONDS / 2)
        for alias, uuid in waiting:
            self._node_of(alias).conference(alias).leave(uuid)
        self._take_note()
        await self._pass(WINDOW_SECONDS / 2)
        await self._move()
        if day % 5 == 0:
            # Of one that goes on, it looks as if the computer had slept.
            self._clock.jump(7200.0 if day % 10 else -3600.0)
            self.figures.jumps += 1
            await self._pass(20)
        await self._all_live()
        self._edges.clear()

    async def _let_wait(self) -> list[tuple[str, str]]:
        """Let somebody wait where nobody lets them in."""
        aliases = self._rng.sample([one.alias for one in self._settings], WAITING_A_DAY)
        return [
            (alias, self._node_of(alias).conference(alias).join("Wendy", waiting=True).uuid)
            for alias in aliases
        ]

    def _drop(self) -> None:
        """End some streams in any way."""
        places = [one for one in self._fleet.slots if one is not None]
        for place in self._rng.sample(places, DROPPED_A_DAY):
            how = self._rng.choice(list(ConnectionEnd))
            self._node_of(place.alias).faults.end_streams(how, place.feed.conference.me)
            self.figures.drops += 1

    async def _outage(self) -> None:
        """A node goes, and comes back; one alarm speaks for all lines to it."""
        node = self._rng.choice(self._nodes)
        since = len(self._edges)
        await node.faults.stop_listening()
        await self._pass(GONE_SECONDS)
        told = self._edges[since:]
        lines = [one for one in told if one.key.rule in _OF_LINES]
        announced = sum(one.change is Change.ANNOUNCED for one in lines)
        self.figures.worst_outage = max(self.figures.worst_outage, announced)
        self.figures.outages += 1
        await node.faults.listen_again()
        await self._all_live()

    async def _move(self) -> None:
        """The list says of some conferences that they are on the other node."""
        for at in self._rng.sample(range(CONFERENCES), MOVING_A_DAY):
            self._at[at] = 1 - self._at[at]
            self.figures.moves += 1
        self._fleet.adopt(self._plan())
        await self._pass(10)
        await self._all_live()

    def _take_note(self) -> None:
        """Acknowledge what there is, as somebody would who comes by."""
        self.figures.announced += sum(one.change is Change.ANNOUNCED for one in self._edges)
        self._fleet.acknowledge([one.key for one in self._fleet.alarms.listed()])

    def _any(self) -> str:
        return self._rng.choice(self._settings).alias

    def _node_of(self, alias: str) -> EmbeddedNode:
        return self._nodes[self._at[int(alias[1:])]]

    # Time

    async def _pass(self, seconds: float) -> None:
        """Let time pass second by second."""
        end = self._clock.monotonic() + seconds
        while self._clock.monotonic() < end:
            await self._clock.advance(STEP_SECONDS)
            await a_moment()

    async def _leap(self) -> None:
        """Let the rest of the day pass in hours."""
        hours = (86_400.0 - 2 * WINDOW_SECONDS) / LEAPS_A_DAY
        for _ in range(LEAPS_A_DAY):
            await self._clock.leap(hours)
            await self._all_live()

    async def _all_live(self) -> None:
        """Let time pass until every line is live, and the answers that are awaited are here."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        await self._pass(6)
        while self._live_lines() < CONFERENCES:
            assert time.monotonic() < deadline, f"{self._live_lines()} lines are live"
            await self._pass(STEP_SECONDS)

    def _live_lines(self) -> int:
        return sum(one.live for one in self._fleet.nodes())

    # What came of it

    async def _footprint(self) -> Footprint:
        """What it holds once it is quiet: alarms are over, and no connection is kept."""
        await self._pass(900)
        self._take_note()
        await self._pass(60)
        loop = asyncio.get_running_loop()
        let_go = loop.time() + kept_connections.KEPT_SECONDS * 1.2
        while loop.time() < let_go:
            await a_moment()
        await self._all_live()
        # The screen ticks by real seconds, in which hours of the meetings may pass.
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._is_near(self._clock_shown()) and time.monotonic() < deadline:
            await a_moment()
        return Footprint.now()

    def _look(self, day: int, growth: Footprint) -> None:
        figures = self.figures
        figures.days, figures.growth = float(day), growth
        figures.live = self._live_lines()
        listed = self._fleet.alarms.listed()
        figures.left = sum(one.is_active and one.key.rule in _NOT_OF_PEOPLE for one in listed)
        figures.clock = self._clock_shown()
        figures.is_clock_right = self._is_near(figures.clock)

    def _clock_shown(self) -> str:
        text = next(line for line in lines_of(self._app) if line.strip())
        shown = [word for word in text.split() if word.count(":") == 2]
        return shown[-1] if shown else "none"

    def _is_near(self, shown: str) -> bool:
        now = self._clock.wall()
        near = (time.localtime(now - ago) for ago in range(120))
        return shown in {time.strftime("%H:%M:%S", one) for one in near}


def _moment(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))


def main() -> None:
    days = float(sys.argv[1]) if len(sys.argv) > 1 else DAYS
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.environ["TZ"] = ZONE
    time.tzset()
    figures = asyncio.run(Month(random.Random(1)).run(max(2.0, days)))
    print(json.dumps({"said": str(figures), **asdict(figures)}))  # noqa: T201
    sys.exit(0 if figures.is_well else 1)


if __name__ == "__main__":
    main()
