"""Target 9: from the command to the first paint, and to the roster of a node on loopback."""

from __future__ import annotations

from tests.bench.feeding import feeding
from tests.bench.figures import Measured, of_middle_turn
from tests.bench.naive.empty_app import WORD
from tests.bench.programs import app, empty_app, joined
from tests.bench.stream import ALIAS
from tests.bench.terminals import terminal

PEOPLE = 24


async def measure(*, quick: bool) -> dict[str, Measured]:
    """Each started in turn; the table app is the naive one."""
    turns = 4 if quick else 15
    paint: dict[str, list[float]] = {"ours": [], "limit": [], "naive": []}
    roster: dict[str, list[float]] = {"ours": [], "naive": []}
    async with feeding("--participants", str(PEOPLE)) as feed:
        naive = app("naive.table_app", "--follow", feed.events_url)
        for _ in range(turns):
            async with terminal(*empty_app()) as shown:
                paint["limit"].append((await shown.shows(WORD) - shown.started) * 1000)
            for name, command in (("ours", joined(feed.url)), ("naive", naive)):
                async with terminal(*command) as shown:
                    paint[name].append((await shown.shows(ALIAS) - shown.started) * 1000)
                    roster[name].append((await shown.shows("A marker") - shown.started) * 1000)
    roster["limit"] = paint["limit"]
    return {
        "start.paint": of_middle_turn(paint),
        "start.roster": of_middle_turn(roster),
    }
