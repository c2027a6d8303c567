"""A wall of a thousand conferences whose lines all break at once: how many requests come then.

`python -m tests.trust.storms [CONFERENCES]` prints the figures as JSON.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pexdash.api.address import parse_node
from pexdash.api.tls import trust
from pexdash.model.alarms.policy import policy_of
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.session.alarms.at_work import AlarmsAtWork
from pexdash.session.estate.fleet import Fleet
from pexdash.session.estate.joining import Joining
from pexdash.session.estate.wanted import Plan, Wanted
from tests.eventually import a_moment
from tests.manual_clock import ManualClock

CONFERENCES = 1000
MOST_REQUESTS = 400
"""In any second: fifty lines may come back, each with at most eight requests where its token is no
longer known. All at once would be thousands."""
MOST_SECONDS = 60.0
"""Until all lines are live again, a third of which fifty streams a second need anyhow."""
AWAY_SECONDS = 30.0
STEP_SECONDS = 0.2
PATIENCE_SECONDS = 600.0


class Storm(Enum):
    """Why all lines break at once; the values say so."""

    CUT = "all streams cut"
    AWAY = "the node gone for half a minute"
    ANEW = "the node started anew"


@dataclass
class Calm:
    """What one of them brought: the most requests in any second, and when all were live again."""

    storm: Storm
    requests: int
    seconds: float

    @property
    def holds(self) -> bool:
        return self.requests <= MOST_REQUESTS and self.seconds <= MOST_SECONDS

    def __str__(self) -> str:
        return (
            f"{self.storm.value}: {self.requests} requests a second, live in {self.seconds:.0f} s"
        )


class Wall:
    """A fleet on a node, both on a clock that is moved in small steps."""

    def __init__(self, count: int) -> None:
        self.clock = ManualClock()
        self._settings = [ConferenceSettings(f"c{at:04}", participants=2) for at in range(count)]
        self._life = AsyncExitStack()
        self._node: EmbeddedNode
        self._port = 0
        self._heard: Counter[int] = Counter()
        self._fleet: Fleet

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follow the conferences until the block ends."""
        await self._come()
        self._port = int(self._node.url.rpartition(":")[2])
        plan = Plan("wall", "", tuple(Wanted(one.alias) for one in self._settings))
        joining = Joining(
            "Wall", lambda _: lambda: trust(None, insecure=False), parse_node(self._node.url)
        )
        work = AlarmsAtWork(self.clock, operator="jo", policy=policy_of(), moment=str)
        self._fleet = Fleet(plan, joining, work, clock=self.clock, rng=random.Random(1))
        following = asyncio.create_task(self._fleet.run())
        try:
            await self._until(self._all_live)
            yield
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            await self._fleet.close()
            await self._life.aclose()

    async def befall(self, storm: Storm) -> Calm:
        """Have all lines break, and wait until they are live again."""
        how: dict[Storm, Callable[[], Coroutine[Any, Any, None]]] = {
            Storm.CUT: self._cut,
            Storm.AWAY: self._be_away,
            Storm.ANEW: self._start_anew,
        }
        await how[storm]()
        self._heard.clear()
        began = self.clock.monotonic()
        await self._until(self._all_live)
        return Calm(storm, max(self._heard.values()), self.clock.monotonic() - began)

    async def _cut(self) -> None:
        self._node.faults.cut_streams()
        await self._until(lambda: not self._live())

    async def _be_away(self) -> None:
        await self._node.faults.stop_listening()
        await self._until(lambda: not self._live())
        end = self.clock.monotonic() + AWAY_SECONDS
        await self._until(lambda: self.clock.monotonic() >= end)
        await self._node.faults.listen_again()

    async def _start_anew(self) -> None:
        await self._life.aclose()
        await self._until(lambda: not self._live())
        await self._come()

    async def _come(self) -> None:
        """Listen, as a node that has just started and knows no token."""
        node = EmbeddedNode(
            *self._settings,
            port=self._port,
            clock=self.clock,
            warn=lambda _: None,
        )
        self._node = await self._life.enter_async_context(node)

    def _live(self) -> int:
        return sum(one.live for one in self._fleet.nodes())

    def _all_live(self) -> bool:
        return self._live() == len(self._settings)

    async def _until(self, holds: Callable[[], bool]) -> None:
        """Let time pass until something holds, and count the requests of each second."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while not holds():
            assert asyncio.get_running_loop().time() < deadline, "it never came to that"
            await self.clock.advance(STEP_SECONDS)
            await self._caught_up()
            self._heard[int(self.clock.monotonic())] += len(self._node.received)
            self._node.received.clear()

    async def _caught_up(self) -> None:
        """Wait until no more requests come: the clock must not run away from the sockets."""
        heard = -1
        while heard != len(self._node.received):
            heard = len(self._node.received)
            for _ in range(3):
                await a_moment()


async def break_all_at_once(count: int = CONFERENCES) -> list[Calm]:
    """Each of the storms over a wall of so many."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    wall = Wall(count)
    async with wall.running():
        return [await wall.befall(storm) for storm in Storm]


def main() -> None:
    count = int(float(sys.argv[1])) if len(sys.argv) > 1 else CONFERENCES
    figures = asyncio.run(break_all_at_once(count))
    print(json.dumps({"said": "; ".join(map(str, figures))}))  # noqa: T201
    sys.exit(0 if all(one.holds for one in figures) else 1)


if __name__ == "__main__":
    main()
