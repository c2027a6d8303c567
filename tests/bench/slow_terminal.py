"""Target 8: a terminal that is read at 16 kB/s must not hold the program up."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from pathlib import Path

from tests.bench.feeding import feeding
from tests.bench.figures import BESIDE, Measured, medians
from tests.bench.heartbeat import blocked_ms
from tests.bench.programs import app, played
from tests.bench.scenario import LAST_TEXT
from tests.bench.terminals import Terminal, terminal

PEOPLE = 5000
READ_A_SECOND = 16_000
_NEVER_SECONDS = 8.0
_SETTLING_SECONDS = 1.5


async def measure(*, quick: bool) -> dict[str, Measured]:
    """The busy screen on a slow line, and how soon its last change is seen."""
    seconds, turns = (3.0, 1) if quick else (8.0, 2)
    figures: dict[str, dict[str, list[float]]] = {
        key: {name: [] for name in BESIDE} for key in ("blocked", "longest", "newest")
    }
    with tempfile.TemporaryDirectory(prefix="pexdash-bench-") as folder:
        async with feeding("--participants", str(PEOPLE)) as feed:
            for turn in range(turns):
                for name in BESIDE:
                    beats = Path(folder, f"{name}{turn}")
                    command = {
                        "ours": played(feed.url, PEOPLE, str(beats)),
                        "limit": app("limits.screen", "--play", str(PEOPLE), beats=str(beats)),
                        "naive": app("naive.table_app", "--play", str(PEOPLE), beats=str(beats)),
                    }[name]
                    async with terminal(*command) as shown:
                        newest = await _watch(shown, beats, seconds)
                    blocked, longest = blocked_ms(beats)
                    figures["blocked"][name].append(blocked)
                    figures["longest"][name].append(longest)
                    figures["newest"][name].append(newest)
    return {
        "slow_terminal.blocked": medians(figures["blocked"]),
        "slow_terminal.longest": medians(figures["longest"]),
        "slow_terminal.newest": medians(figures["newest"]),
    }


async def _watch(shown: Terminal, beats: Path, seconds: float) -> float:
    """Read slowly for a while; how long after the last change it could be seen, in s."""
    await shown.shows("A marker")
    await shown.usage(_SETTLING_SECONDS)
    shown.read_slowly(READ_A_SECOND)
    await shown.usage(_SETTLING_SECONDS)
    os.truncate(beats, 0)
    await shown.usage(seconds)
    changed, since = time.monotonic(), len(shown.chunks)
    os.kill(shown.process.pid, signal.SIGUSR1)
    try:
        return await shown.shows(LAST_TEXT, since, _NEVER_SECONDS) - changed
    except TimeoutError:
        return _NEVER_SECONDS
