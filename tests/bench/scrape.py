"""Target 17: what a scrape of a thousand conferences takes, and for how long at a time."""

from __future__ import annotations

from tests.bench.figures import Measured, of_middle_turn
from tests.bench.processes import python, result_of


async def measure(*, quick: bool) -> dict[str, Measured]:
    """Scrapes and the bare library in turn in one process."""
    found = await result_of(*python("scraping", "3" if quick else "15"))
    return {
        "scrape.blocked": Measured(found["blocked"]),
        "scrape.cpu": of_middle_turn(found["took"]),
    }
