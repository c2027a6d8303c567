"""Target 6: from the node's event on the socket to the changed character on the terminal."""

from __future__ import annotations

import asyncio

from tests.bench.feeding import Feed, feeding
from tests.bench.figures import Measured, middle, share
from tests.bench.processes import cpu_seconds
from tests.bench.programs import app, joined
from tests.bench.terminals import Terminal, terminal

PEOPLE = 5000
_MARKER_SECONDS = 0.1
_QUIET_MARKER_SECONDS = 0.25
_LATE = 3000.0


async def measure(*, quick: bool) -> dict[str, Measured]:
    """The same floods for each contender, each alone on the feeder."""
    turns = 1 if quick else 2
    seconds = 3.0 if quick else 8.0
    delays: dict[tuple[str, float], list[float]] = {}
    used: dict[str, list[float]] = {}
    async with feeding("--participants", str(PEOPLE)) as feed:
        contenders = {
            "ours": joined(feed.url),
            "limit": app("limits.screen", "--follow", feed.events_url),
            "naive": app("naive.table_app", "--follow", feed.events_url),
        }
        for _ in range(turns):
            for name, command in contenders.items():
                async with terminal(*command) as shown:
                    await shown.shows("A marker")
                    await shown.quiet()
                    for rate in (0.0, 100.0, 1000.0, 5000.0):
                        late, percent = await _flood(shown, feed, rate, seconds)
                        delays.setdefault((name, rate), []).extend(late)
                    used.setdefault(name, []).append(percent)

    def told(rate: float, part: float) -> Measured:
        ours, limit, naive = (
            share(delays[name, rate], part) for name in ("ours", "limit", "naive")
        )
        return Measured(ours, limit, naive)

    return {
        "latency.quiet": told(0.0, 0.5),
        "latency.quiet95": told(0.0, 0.95),
        "latency.slow": told(100.0, 0.95),
        "latency.fast": told(1000.0, 0.95),
        "latency.flood50": told(5000.0, 0.5),
        "latency.flood95": told(5000.0, 0.95),
        "latency.flood": told(5000.0, 0.99),
        "latency.cpu": Measured(*(middle(used[name]) for name in ("ours", "limit", "naive"))),
    }


async def _flood(
    shown: Terminal, feed: Feed, rate: float, seconds: float
) -> tuple[list[float], float]:
    """The delay of every marker in ms, and the per cent of a core the program took."""
    since = len(shown.chunks)
    used, marker = cpu_seconds(shown.process.pid), _MARKER_SECONDS if rate else _QUIET_MARKER_SECONDS
    markers = await feed.flood(rate, seconds, marker)
    percent = (cpu_seconds(shown.process.pid) - used) / seconds * 100
    # What is still on its way counts too.
    await asyncio.sleep(0.2)
    await shown.quiet(0.2)
    return delays_of(markers, shown.chunks[since:]), percent


def delays_of(
    markers: list[tuple[str, float]], chunks: list[tuple[float, bytes]]
) -> list[float]:
    """How late each marker was shown, in ms; one that was left out is shown by the next.

    A marker that was never shown at all counts as three seconds.
    """
    shown: list[float | None] = []
    start = 0
    for sign, sent in markers:
        while start < len(chunks) and chunks[start][0] < sent:
            start += 1
        wanted, tail, found = sign.encode() * 8, b"", None
        for at, written in chunks[start:]:
            if at > sent + _LATE / 1000:
                break
            if wanted in tail + written:
                found = at
                break
            tail = written[-8:]
        shown.append(found)
    delays = []
    newer: float | None = None
    for (_, sent), at in zip(reversed(markers), reversed(shown), strict=True):
        newer = at if newer is None or (at is not None and at < newer) else newer
        delays.append(_LATE if newer is None else (newer - sent) * 1000)
    return delays[::-1]
