"""Target 10: what a meeting costs in which nothing happens."""

from __future__ import annotations

import asyncio

from tests.bench.feeding import feeding
from tests.bench.figures import Measured, middle
from tests.bench.naive.empty_app import WORD
from tests.bench.programs import empty_app, joined
from tests.bench.terminals import Terminal, terminal

PEOPLE = 24
_SETTLING_SECONDS = 3.0
_APART_SECONDS = 0.5


async def measure(*, quick: bool) -> dict[str, Measured]:
    """All at once, as none of them does anything; the naive one is Textual's header clock."""
    seconds = 6.0 if quick else 20.0
    async with (
        feeding("--participants", str(PEOPLE)) as feed,
        terminal(*joined(feed.url)) as ours,
        terminal(*empty_app()) as empty,
        terminal(*empty_app("--clock")) as clock,
    ):
        await ours.shows("A marker")
        await empty.shows(WORD)
        await clock.shows(WORD)
        await asyncio.sleep(_SETTLING_SECONDS)
        since = len(ours.chunks)
        figures = await asyncio.gather(*(one.usage(seconds) for one in (ours, empty, clock)))
        beside = _beside_the_clock(ours, since) / seconds
    (sent, cpu), (nothing, limit), (naive_sent, naive_cpu) = figures
    return {
        "idle.still": Measured(beside, nothing, None),
        "idle.clock": Measured(sent, nothing, naive_sent),
        "idle.cpu": Measured(cpu, limit, naive_cpu),
    }


def _beside_the_clock(shown: Terminal, since: int) -> int:
    """The bytes that do not belong to one small burst a second."""
    bursts: list[tuple[float, int]] = []
    for at, written in shown.chunks[since:]:
        if bursts and at - bursts[-1][0] < 0.1:
            bursts[-1] = (bursts[-1][0], bursts[-1][1] + len(written))
        else:
            bursts.append((at, len(written)))
    usual = middle([float(size) for _, size in bursts]) if bursts else 0.0
    beside, last = 0, float("-inf")
    for at, size in bursts:
        if at - last < _APART_SECONDS:
            beside += size
        else:
            # A burst twice as large carries something besides the time.
            beside += size if size > 2 * usual else 0
            last = at
    return beside
