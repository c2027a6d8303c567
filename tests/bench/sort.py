"""Target 5: from the key that sorts or filters 5,000 people to the first line in its new place."""

from __future__ import annotations

import asyncio

from tests.bench import stream
from tests.bench.feeding import feeding
from tests.bench.figures import Measured, medians
from tests.bench.programs import app, joined
from tests.bench.terminals import Terminal, terminal

PEOPLE = 5000
_ORDERS = {
    "ours": (
        (1, stream.FIRST_BY_NEWEST),
        (1, stream.FIRST_BY_NAME),
        (5, stream.FIRST_BY_PROTOCOL),
        (1, stream.FIRST_BY_NAME),
    ),
    "naive": ((1, stream.FIRST_BY_NEWEST), (2, stream.FIRST_BY_NAME)),
}
"""After so many keys the first person is another, in the order of the roster's orders.

Of those between, no text tells when one is in force.
"""
_REST_SECONDS = 0.3
"""Between keys nobody waits for: a burst of them would be no typing."""
_BACKSPACE = b"\x7f"


async def measure(*, quick: bool) -> dict[str, Measured]:
    """Every order and a filter, several times; only its first person says that one is in force."""
    turns = 2 if quick else 6
    sorting: dict[str, list[float]] = {}
    filtering: dict[str, list[float]] = {}
    async with feeding("--participants", str(PEOPLE)) as feed:
        contenders = {
            "ours": joined(feed.url),
            "naive": app("naive.table_app", "--follow", feed.events_url),
        }
        for name, command in contenders.items():
            async with terminal(*command) as shown:
                await shown.shows("A marker")
                await shown.quiet()
                for _ in range(turns):
                    for keys, first in _ORDERS[name]:
                        for _ in range(keys - 1):
                            shown.press(b"f")
                            await asyncio.sleep(_REST_SECONDS)
                        sorting.setdefault(name, []).append(await _press(shown, b"f", first))
                shown.press(b"/")
                for _ in range(turns):
                    took = await _press(shown, b"z", stream.FIRST_BY_PROTOCOL)
                    filtering.setdefault(name, []).append(took)
                    await _press(shown, _BACKSPACE, stream.FIRST_BY_NAME)
    return {"sort.sort": medians(sorting), "sort.filter": medians(filtering)}


async def _press(shown: Terminal, key: bytes, until: str) -> float:
    """Milliseconds from a key to a text on the screen."""
    await shown.quiet(0.15)
    since = len(shown.chunks)
    pressed = shown.press(key)
    return (await shown.shows(until, since) - pressed) * 1000
