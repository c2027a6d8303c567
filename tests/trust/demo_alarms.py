"""The alarms of the demo's meetings: how many are announced in the worst hour.

`python -m tests.trust.demo_alarms [HOURS]` prints the figures as JSON.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from bisect import bisect_left
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace

from pexdash.api.address import parse_node
from pexdash.api.tls import trust
from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.policy import policy_of
from pexdash.node.many_meetings import RESTLESS, go_and_come, many_meetings
from pexdash.node.server import EmbeddedNode
from pexdash.session.alarms.at_work import AlarmsAtWork
from pexdash.session.estate.fleet import Fleet
from pexdash.session.estate.joining import Joining
from pexdash.session.estate.wanted import Cluster, Plan, Wanted
from tests.eventually import a_moment
from tests.manual_clock import ManualClock

MEETINGS, SEED = 24, 7
HOURS = 3.0
STEP_SECONDS = 2.0
HOUR_SECONDS = 3600.0
VOICES_SECONDS = 60.0
"""How far apart changes of the voices are here, of which no alarm of the usual ones hears."""
EXPIRES_SECONDS = 7200.0
MOST_ANNOUNCED = 6
"""In an hour: so many an operator can look into (ANSI/ISA-18.2)."""


@dataclass
class Figures:
    """When alarms were announced, in seconds since the wall was opened, and of which rules."""

    hours: int
    moments: list[float] = field(default_factory=list)
    rules: Counter[str] = field(default_factory=Counter)

    @property
    def worst(self) -> int:
        """The most in any hour, wherever it begins; the first one is no better than others."""
        ends = [bisect_left(self.moments, moment + HOUR_SECONDS) for moment in self.moments]
        return max((end - at for at, end in enumerate(ends)), default=0)

    @property
    def hold(self) -> bool:
        """Whether there were not too many in any hour."""
        return self.worst <= MOST_ANNOUNCED

    def __str__(self) -> str:
        told = ", ".join(f"{rule} {count}" for rule, count in self.rules.most_common())
        each = Counter(int(moment // HOUR_SECONDS) for moment in self.moments)
        hours = ", ".join(str(each[hour]) for hour in range(self.hours))
        return (
            f"{MEETINGS} meetings: at most {self.worst} announced in an hour, {hours} in each"
            f" ({told})"
        )


async def count_announced(hours: float, meetings: int = MEETINGS) -> Figures:
    """Watch the demo's meetings for some hours."""
    clock, figures = ManualClock(), Figures(max(1, round(hours)))
    opened_at = clock.monotonic()
    all_of_them = [
        replace(one, habits=replace(one.habits, voices_every=VOICES_SECONDS))
        for one in many_meetings(meetings, SEED)
    ]
    restless = all_of_them[RESTLESS]
    others = [one for one in all_of_them if one not in restless]
    async with AsyncExitStack() as stack:
        wanted = []
        for group in (restless, others):
            node = EmbeddedNode(
                *group, clock=clock, expires=EXPIRES_SECONDS, keep_received=False, warn=_ignore
            )
            await stack.enter_async_context(node)
            cluster = Cluster(node=parse_node(node.url))
            wanted += [Wanted(one.alias, cluster) for one in group]
            if group is restless:
                going = asyncio.ensure_future(go_and_come(node, clock))
                stack.callback(going.cancel)
        work = AlarmsAtWork(clock, operator="jo", policy=policy_of(), moment=str)

        def hear(edges: list[Edge]) -> None:
            announced = [one for one in edges if one.change is Change.ANNOUNCED]
            figures.moments.extend(one.at - opened_at for one in announced)
            figures.rules.update(one.key.rule for one in announced)

        work.on_edges(hear)
        joining = Joining("Wall", lambda _: lambda: trust(None, insecure=False))
        plan = Plan("wall", "", tuple(wanted))
        fleet = Fleet(plan, joining, work, clock=clock, rng=random.Random(1))
        stack.push_async_callback(fleet.close)
        following = asyncio.ensure_future(fleet.run())
        stack.callback(following.cancel)
        for _ in range(int(figures.hours * HOUR_SECONDS / STEP_SECONDS)):
            await clock.advance(STEP_SECONDS)
            await a_moment()
    return figures


def _ignore(_: str) -> None:
    """Who is a Host by everybody's leave is none of our worries here."""


def main() -> None:
    hours = float(sys.argv[1]) if len(sys.argv) > 1 else HOURS
    figures = asyncio.run(count_announced(hours))
    print(json.dumps({"said": str(figures)}))  # noqa: T201
    sys.exit(0 if figures.hold else 1)


if __name__ == "__main__":
    main()
