"""How long the loop is held by what comes at once: its longest turn while it takes each flood."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import dataclass

from pexdash.cli.process import YOUNG_OBJECTS
from pexdash.model.events import MessageReceived
from tests.bench.ours.client import membership_on
from tests.flooding import FLOODS, LAST_WORDS, flooding
from tests.turns import Turns

HELD_SECONDS = 0.020
"""How long the loop may stand still: a key waits for some turns of it."""

TAKEN_SECONDS = 60.0
"""Within how long each flood is taken, however busy the machine is."""


@dataclass(frozen=True)
class Held:
    """The longest turn of the loop in seconds of processor time, and the flood that took it."""

    seconds: float
    flood: str
    floods: int

    @property
    def hold(self) -> bool:
        """Whether no flood held the loop too long."""
        return self.seconds <= HELD_SECONDS

    def __str__(self) -> str:
        return f"{self.seconds * 1000:.0f} ms, by {self.flood}; {self.floods} floods"


async def longest_turn(flood: bytes) -> float:
    """The longest turn of the loop while a session takes `flood`, in seconds of processor time."""
    with flooding([flood]) as url:
        membership, turns, over = membership_on(url), Turns(), asyncio.Event()

        def hear(event: MessageReceived) -> None:
            if event.payload == LAST_WORDS:
                over.set()

        membership.feed.on_kind(MessageReceived, hear)
        tasks = [asyncio.ensure_future(membership.run()), asyncio.ensure_future(turns.watch())]
        try:
            async with asyncio.timeout(TAKEN_SECONDS):
                await over.wait()
        finally:
            tasks[1].cancel()
            await membership.close()
            await asyncio.gather(*tasks, return_exceptions=True)
    return turns.longest


async def longest_of_all() -> Held:
    """The longest turn over all floods."""
    gc.set_threshold(YOUNG_OBJECTS)
    took = {}
    for name, flood in FLOODS.items():
        gc.collect()
        took[name] = await longest_turn(flood())
    worst = max(took, key=lambda name: took[name])
    return Held(took[worst], worst, len(took))
