"""Target 16: a recording of an hour, from the command to its first picture, and leaps in it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench import hour
from tests.bench.figures import Measured, of_middle_turn
from tests.bench.naive.empty_app import WORD
from tests.bench.processes import PROGRAM, python, result_of
from tests.bench.programs import empty_app
from tests.bench.terminals import terminal


async def measure(*, quick: bool) -> dict[str, Measured]:
    """The empty app is the limit of the picture; playing from the beginning is the naive leap."""
    opened: dict[str, list[float]] = {"ours": [], "limit": []}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hour.ndjson"
        hour.write(path)
        for _ in range(2 if quick else 8):
            async with terminal(*empty_app()) as shown:
                opened["limit"].append((await shown.shows(WORD) - shown.started) * 1000)
            async with terminal(PROGRAM, "replay", str(path)) as shown:
                opened["ours"].append((await shown.shows("A marker") - shown.started) * 1000)
        leaps = await result_of(*python("jumping", str(path), "40" if quick else "200"))
    slowest = leaps["ours"][int(len(leaps["ours"]) * 0.99)]
    return {
        "replay.open": of_middle_turn(opened),
        "replay.jump": Measured(slowest, naive=leaps["naive"][0]),
    }
