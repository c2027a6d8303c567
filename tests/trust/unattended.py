"""A dashboard that runs for a month, and nobody at its keys."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from dataclasses import asdict, dataclass

from pexdash.api.http import kept_connections
from pexdash.node.wire.connections import ConnectionEnd
from tests.eventually import a_moment, eventually
from tests.trust.footprint import NOTHING, Footprint
from tests.trust.restless import change
from tests.ui.dashboard import Dashboard, dashboard

DAYS = 30.0
LEAP_SECONDS = 29.0
LEAPS_TO_A_CHANGE = 20
LEAPS_TO_A_DROP = 500
EXPIRES_SECONDS = 900.0
# The framework keeps what it has laid out and styled, up to a limit.
MOST_RSS = 15 * 1024 * 1024
MOST_OBJECTS = 30_000


@dataclass
class Figures:
    """What a dashboard went through and showed in the end, and what grew after the first tenth."""

    days: float = 0.0
    changes: int = 0
    drops: int = 0
    notices: int = 0
    screens: int = 0
    clock: str = ""
    seconds: float = 0.0
    growth: Footprint = NOTHING

    @property
    def is_well(self) -> bool:
        """Whether it shows the meeting, and nothing of it has grown."""
        return (
            self.screens == 0 and self.notices == 0 and self.growth.is_flat(MOST_RSS, MOST_OBJECTS)
        )

    def __str__(self) -> str:
        return (
            f"{self.days:.1f} days unattended, {self.changes:,} changes, {self.drops} drops: "
            f"{self.screens} dialogs, {self.notices} notices left, clock at {self.clock}, "
            f"{self.growth}"
        )


async def leave_alone(days: float, rng: random.Random) -> Figures:
    """Let a dashboard show a meeting for some days, untouched."""
    began = time.monotonic()
    figures, warm = Figures(), None
    leaps = int(days * 86400 / LEAP_SECONDS)
    async with dashboard("Ann", "Bob", expires=EXPIRES_SECONDS) as shown:
        # A pane that has come to scroll has a bar more, which is no growth.
        for number in range(60):
            shown.meeting.say(next(iter(shown.meeting.participants)), f"Line {number}")
        for leap in range(1, leaps + 1):
            await shown.clock.leap(LEAP_SECONDS)
            await asyncio.sleep(0)
            if leap % LEAPS_TO_A_CHANGE == 0:
                change(shown.meeting, rng)
                figures.changes += 1
            if leap % LEAPS_TO_A_DROP == 0:
                await _drop(shown, rng)
                figures.drops += 1
            if leap in (leaps // 10, leaps):
                await _settle(shown)
                footprint = Footprint.now()
                warm = warm or footprint
                figures.days = leap * LEAP_SECONDS / 86400
                figures.growth = warm.growth(footprint)
                figures.screens = len(shown.app.screen_stack) - 2
                figures.notices = len(shown.told().splitlines())
                figures.clock = shown.lines()[0].split()[-1]
                print(f"{leap / leaps:4.0%} {figures}", file=sys.stderr, flush=True)  # noqa: T201
    figures.seconds = round(time.monotonic() - began, 1)
    return figures


async def _drop(shown: Dashboard, rng: random.Random) -> None:
    synced_at = shown.feed.conference.synced_at
    await eventually(lambda: shown.feed.conference.me in shown.meeting.audience.listeners)
    shown.node.faults.end_streams(rng.choice(list(ConnectionEnd)))
    await _back(shown, synced_at)


async def _back(shown: Dashboard, synced_at: float | None) -> None:
    membership = shown.membership
    while membership.feed.conference.synced_at == synced_at or not membership.feed.link.is_live:
        await shown.clock.leap(1.0)
        await a_moment()


async def _settle(shown: Dashboard) -> None:
    """Wait until the notices have aged, and no connection is kept for another request.

    The node goes down and up, for those that it keeps open would count.
    """
    synced_at = shown.feed.conference.synced_at
    await shown.node.faults.stop_listening()
    await shown.node.faults.listen_again()
    await _back(shown, synced_at)
    await eventually(lambda: not shown.told(), "the notices have aged")
    await _let_go()
    while not shown.feed.link.is_live:
        # The line that went with the node was only missed now.
        await shown.clock.leap(1.0)
        await _let_go()
    await _alone(shown)
    await shown.pilot.pause()


async def _alone(shown: Dashboard) -> None:
    """Wait until nobody is left behind for whom the dashboard has joined anew.

    A node that goes down may have renewed a token and not said so; the token then lives on there.
    """
    people = shown.meeting.participants
    for _ in range(int(2 * EXPIRES_SECONDS)):
        if sum(one.protocol == "api" for one in people.values()) == 1:
            return
        await shown.clock.leap(1.0)
        await a_moment()


async def _let_go() -> None:
    let_go = asyncio.get_running_loop().time() + kept_connections.KEPT_SECONDS * 1.2
    await eventually(lambda: asyncio.get_running_loop().time() > let_go)


def main() -> None:
    days = float(sys.argv[1]) if len(sys.argv) > 1 else DAYS
    figures = asyncio.run(leave_alone(days, random.Random(1)))
    print(json.dumps({"said": str(figures), **asdict(figures)}))  # noqa: T201
    sys.exit(0 if figures.is_well else 1)


if __name__ == "__main__":
    main()
