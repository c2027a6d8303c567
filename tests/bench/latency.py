"""Target 6: from the node's event on the socket to the changed character on the terminal."""

from __future__ import annotations

import asyncio

from tests.bench.feeding import Feed, feeding
from tests.bench.figures import BESIDE, Measured, medians, shares
from tests.bench.processes import cpu_seconds
from tests.bench.programs import app, joined
from tests.bench.terminals import Terminal, terminal

PEOPLE = 5000
_MARKER_SECONDS = 0.06
_QUIET_MARKER_SECONDS = 0.15
_DRAINED_SECONDS = 0.6
"""Less than the second between two paints of a clock."""
_LATE = 3000.0


async def measure(*, quick: bool) -> dict[str, Measured]:
    """The same floods for each contender, each alone on the feeder."""
    # Ours is measured before and after the others.
    turns = BESIDE if quick else (*BESIDE, "ours")
    seconds = 2.0 if quick else 6.0
    delays: dict[float, dict[str, list[float]]] = {
        rate: {name: [] for name in BESIDE} for rate in (0.0, 100.0, 1000.0, 5000.0)
    }
    used: dict[str, list[float]] = {name: [] for name in BESIDE}
    async with feeding("--participants", str(PEOPLE)) as feed:
        contenders = {
            "ours": joined(feed.url),
            "limit": app("limits.screen", "--follow", feed.events_url),
            "naive": app("naive.table_app", "--follow", feed.events_url),
        }
        for name in turns:
            async with terminal(*contenders[name]) as shown:
                await shown.shows("A marker")
                await shown.quiet()
                for rate, runs in delays.items():
                    late, percent = await _flood(shown, feed, rate, seconds)
                    runs[name] += late
                used[name].append(percent)
    return {
        "latency.quiet": shares(delays[0.0], 0.5),
        "latency.quiet95": shares(delays[0.0], 0.95),
        "latency.slow": shares(delays[100.0], 0.95),
        "latency.fast": shares(delays[1000.0], 0.95),
        "latency.flood50": shares(delays[5000.0], 0.5),
        "latency.flood95": shares(delays[5000.0], 0.95),
        "latency.flood": shares(delays[5000.0], 0.99),
        "latency.cpu": medians(used),
    }


async def _flood(
    shown: Terminal, feed: Feed, rate: float, seconds: float
) -> tuple[list[float], float]:
    """The delay of every marker in ms, and the per cent of a core the program took."""
    since = len(shown.chunks)
    used = cpu_seconds(shown.process.pid)
    marker = _MARKER_SECONDS if rate else _QUIET_MARKER_SECONDS
    markers = await feed.flood(rate, seconds, marker)
    # What is still on its way counts too, and so does what it costs.
    await asyncio.sleep(_DRAINED_SECONDS)
    await shown.quiet(_DRAINED_SECONDS)
    percent = (cpu_seconds(shown.process.pid) - used) / seconds * 100
    return delays_of(markers, shown.chunks[since:]), percent


def delays_of(markers: list[tuple[str, float]], chunks: list[tuple[float, bytes]]) -> list[float]:
    """How late each marker was shown, in ms; one that was left out is shown by the next.

    A marker that was never shown at all counts as three seconds.
    """
    shown: list[float | None] = []
    start = 0
    for sign, sent in markers:
        while start < len(chunks) and chunks[start][0] < sent:
            start += 1
        wanted, tail = sign.encode() * 8, b""
        found: float | None = None
        for read, written in chunks[start:]:
            if read > sent + _LATE / 1000:
                break
            if wanted in tail + written:
                found = read
                break
            tail = written[-8:]
        shown.append(found)
    delays = []
    newer: float | None = None
    for (_, moment), at in zip(reversed(markers), reversed(shown), strict=True):
        if at is not None and (newer is None or at < newer):
            newer = at
        delays.append(_LATE if newer is None else (newer - moment) * 1000)
    return delays[::-1]
