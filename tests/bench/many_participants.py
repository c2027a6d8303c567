"""Target 11: 5,000 people, from the opened stream to the complete roster, and what they weigh."""

from __future__ import annotations

from tests.bench.cells import Cells
from tests.bench.feeding import feeding
from tests.bench.figures import BESIDE, Measured, medians, of_middle_turn
from tests.bench.processes import python, resident_mb, result_of
from tests.bench.programs import app, joined
from tests.bench.terminals import SIZE, Terminal, terminal

PEOPLE = 5000


async def measure(*, quick: bool) -> dict[str, Measured]:
    """Each in turn; the limit is to decode the same bytes in memory, and the unstyled screen.

    They are decoded in a process of their own, that has decoded nothing before: nobody joins twice.
    """
    turns = 2 if quick else 8
    took: dict[str, list[float]] = {name: [] for name in BESIDE}
    weighs: dict[str, list[float]] = {name: [] for name in BESIDE}
    async with feeding("--participants", str(PEOPLE)) as feed:
        contenders = {
            "ours": (joined(feed.url), f"GUESTS {PEOPLE - 2}"),
            "naive": (app("naive.table_app", "--follow", feed.events_url), f"complete: {PEOPLE}"),
        }
        for _ in range(turns):
            took["limit"].append(await result_of(*python("modelling", "list", str(PEOPLE))))
            async with terminal(*app("limits.screen", "--follow", feed.events_url)) as shown:
                await shown.shows("A marker")
                weighs["limit"].append(resident_mb(shown.process.pid))
            for name, (command, complete) in contenders.items():
                async with terminal(*command) as shown:
                    await shown.shows("A marker")
                    await shown.quiet()
                    asked = (await feed.opened())[-1][0]
                    took[name].append((_first_with(shown, complete) - asked) * 1000)
                    weighs[name].append(resident_mb(shown.process.pid))
    return {
        "many_participants.roster": of_middle_turn(took),
        "many_participants.memory": medians(weighs),
    }


def _first_with(shown: Terminal, text: str) -> float:
    """When a text was first on the screen, however it came there."""
    cells = Cells(*SIZE)
    for at, written in shown.chunks:
        cells.feed(written)
        if any(text in line for line in cells.lines()):
            return at
    raise AssertionError(f"{text!r} was never shown")
