"""A conference whose alarms are at work, on an embedded node and a clock that a test moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.model.alarms.policy import Policy, policy_of
from pexdash.session.alarms.at_work import AlarmsAtWork, LineOf
from pexdash.session.alarms.kept_file import KeptFile
from tests.manual_clock import ManualClock
from tests.session.host import ALIAS, Host, hosting

KEY = ConferenceKey("", ALIAS)


@dataclass
class Wall:
    """Alarms at work, what happened to them, and what was said of their file."""

    work: AlarmsAtWork
    clock: ManualClock
    running: asyncio.Task[None]
    said: list[str]
    edges: list[Edge] = field(default_factory=list)

    def times(self, change: Change, rule: str) -> list[float]:
        """At which moments of the clock a change happened to alarms of a rule."""
        return [one.at for one in self.edges if (one.change, one.key.rule) == (change, rule)]

    def word(self, rule: str, subject: str = "", key: ConferenceKey = KEY) -> str:
        """The word for the state of an alarm, "" where it is not listed."""
        alarm = self.work.alarms.get(AlarmKey(rule, key, subject))
        return "" if alarm is None else alarm.state_word


@asynccontextmanager
async def at_work(
    clock: ManualClock,
    *,
    file: KeptFile | None = None,
    operator: str = "jo",
    policy: Policy | None = None,
) -> AsyncIterator[Wall]:
    """Alarms that run until the block ends."""
    said: list[str] = []
    work = AlarmsAtWork(
        clock,
        operator=operator,
        policy=policy or policy_of(),
        moment=lambda at: f"+{at - 1_700_000_000:.0f}",
        file=file,
        say=said.append,
    )
    wall = Wall(work, clock, asyncio.create_task(work.run()), said)
    work.on_edges(wall.edges.extend)
    try:
        yield wall
    finally:
        wall.running.cancel()
        await asyncio.gather(wall.running, return_exceptions=True)


@asynccontextmanager
async def watching(
    *, policy: Policy | None = None, file: KeptFile | None = None, expires: float = 120.0
) -> AsyncIterator[tuple[Host, Wall]]:
    """A host who is in, and the alarms of the conference."""
    async with hosting(expires=expires) as host, at_work(host.clock, file=file) as wall:
        wall.work.follow(KEY, host.feed, line_from(host), policy or policy_of())
        wall.work.mind(KEY, host.membership)
        yield host, wall


def line_from(host: Host) -> LineOf:
    """How to ask for our line to the conference of a host."""
    return lambda: host.membership.line
