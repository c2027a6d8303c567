"""Target 2: what an event costs the model, and that the screen does not hear of it."""

from __future__ import annotations

from tests.bench.feeding import feeding
from tests.bench.figures import Measured, medians
from tests.bench.modelling import PEOPLE
from tests.bench.processes import python, result_of


async def measure(*, quick: bool) -> dict[str, Measured]:
    """Every contender in turn in one process; the calls in another, with the screen open."""
    took = await result_of(*python("modelling", "cost", "5000" if quick else "20000"))
    async with feeding("--participants", str(PEOPLE)) as feed:
        calls = await result_of(*python("modelling", "calls", feed.url))
    return {
        "model.event": medians(took),
        "model.textual": Measured(float(calls), 0.0, None),
    }
