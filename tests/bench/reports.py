"""Target 15: what a report takes for each GB of recordings, and whether memory grows with them."""

from __future__ import annotations

from tests.bench.figures import Measured, of_middle_turn
from tests.bench.processes import python, result_of


async def measure(*, quick: bool) -> dict[str, Measured]:
    """Ours and the limit in turn in one process, and then ten times the recording."""
    events, turns = ("4000", "2") if quick else ("36000", "5")
    found = await result_of(*python("reporting", events, turns))
    return {
        "reports.speed": of_middle_turn(found["took"]),
        "reports.memory": Measured(found["grown"]),
    }
