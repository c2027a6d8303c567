"""The scenario of the screen: a tenth of the rows changes ten times a second, twenty voices talk.

It is played inside of each program, by the same numbers for all, so that what is measured is the
way from a change of the model to the terminal and not the network before it.
"""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Callable
from typing import Any

from tests.bench import stream

CHANGES_A_SECOND = 10.0
CHANGING_PART = 0.1
VOICES_A_SECOND = 15.0
_TICKS = 40

Change = tuple[str, str, Any]
"""Whose, which field, and its new value as the node sends it."""


class Scenario:
    """Who changes in which tick; the same for the same roster."""

    def __init__(self, roster: list[dict[str, Any]]) -> None:
        rng = random.Random(5)
        self._values = {
            (one["uuid"], name): one[name] for one in roster for name in stream.CHANGING
        }
        others = [one["uuid"] for one in roster if one["uuid"] not in (stream.ME, stream.MARKER)]
        several = max(1, round(len(roster) * CHANGING_PART))
        self._ticks = [
            [(uuid, rng.choice(stream.CHANGING)) for uuid in rng.sample(others, several)]
            for _ in range(_TICKS)
        ]
        self._levels = [
            [rng.randrange(5, 101) for _ in range(stream.SPEAKERS)] for _ in range(_TICKS)
        ]
        self.speakers = stream.speakers_of(roster)

    def changes(self, tick: int) -> list[Change]:
        """What changes in a tick."""
        changes = []
        for uuid, name in self._ticks[tick % _TICKS]:
            value = stream.toggled(name, self._values[uuid, name])
            self._values[uuid, name] = value
            changes.append((uuid, name, value))
        return changes

    def levels(self, tick: int) -> list[int]:
        """How loud the speakers are in a tick, 0 to 100."""
        return self._levels[tick % _TICKS]


async def play(
    scenario: Scenario,
    change: Callable[[list[Change]], None],
    hear: Callable[[list[int]], None],
    finish: Callable[[str], None] | None = None,
) -> None:
    """Play until SIGUSR1; then `finish` is given the marker's last text."""
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, over.set)
    playing = [
        asyncio.ensure_future(_each(1 / CHANGES_A_SECOND, lambda n: change(scenario.changes(n)))),
        asyncio.ensure_future(_each(1 / VOICES_A_SECOND, lambda n: hear(scenario.levels(n)))),
    ]
    try:
        await over.wait()
    finally:
        for one in playing:
            one.cancel()
    if finish is not None:
        finish(LAST_TEXT)


LAST_TEXT = "N" * 8


async def _each(seconds: float, do: Callable[[int], None]) -> None:
    loop = asyncio.get_running_loop()
    began, tick = loop.time(), 0
    while True:
        do(tick)
        # What a program that is too slow has missed is not made up for.
        tick = max(tick + 1, int((loop.time() - began) / seconds))
        await asyncio.sleep(max(0.0, began + tick * seconds - loop.time()))
