"""Targets 3 and 4: a lively meeting of 500, beside a limit that draws the same cells."""

from __future__ import annotations

from tests.bench.feeding import feeding
from tests.bench.figures import Measured, middle, middle_turn
from tests.bench.programs import app, played
from tests.bench.screen import window

PEOPLE = 500
ROUND_SECONDS = 8.0
"""The scenario begins again after so long: a part of it has many hands up, or few."""


async def measure(*, quick: bool) -> dict[str, Measured]:
    """Ours and the limit in turn, each on a terminal of its own."""
    turns = 1 if quick else 5
    wrote: dict[str, list[float]] = {"ours": [], "limit": []}
    used: dict[str, list[float]] = {"ours": [], "limit": []}
    async with feeding("--participants", str(PEOPLE)) as feed:
        contenders = {
            "ours": played(feed.url, PEOPLE, lively=True),
            "limit": app("limits.screen", "--play", str(PEOPLE), "--lively"),
        }
        for _ in range(turns):
            for name, command in contenders.items():
                bytes_a_second, percent = await window(command, ROUND_SECONDS)
                wrote[name].append(bytes_a_second)
                used[name].append(percent)
    cpu = middle_turn(used)
    return {
        "lively.bytes": Measured(middle(wrote["ours"]), middle(wrote["limit"])),
        "lively.cpu": Measured(cpu["ours"], cpu["limit"]),
    }
