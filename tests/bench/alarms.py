"""Target 14: what a change of a conference costs the alarms and the summary of a wall."""

from __future__ import annotations

from tests.bench.figures import Measured, of_middle_turn
from tests.bench.processes import python, result_of


async def measure(*, quick: bool) -> dict[str, Measured]:
    """Every contender in turn in one process."""
    took = await result_of(*python("alarming", "4000" if quick else "20000"))
    return {"alarms.change": of_middle_turn(took)}
