"""The scenarios of the screen: rows change ten times a second, and twenty voices talk.

In the usual one a tenth of the rows changes each time. In the lively one it is a twentieth, and
each voice jumps between silence and its loudest.

It is played inside of each program, by the same numbers for all and made before, so that what is
measured is the way from a change of the model to the terminal and nothing before it.
"""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from typing import Any, TypeVar

from tests.bench import stream

CHANGES_A_SECOND = 10.0
CHANGING_PART, LIVELY_PART = 0.1, 0.05
_VOICES, _LIVELY_VOICES = range(5, 101), (0, 100)
VOICES_A_SECOND = 15.0
# The two never fall together: some programs would draw both in one frame, and some in two.
_APART_SECONDS = 1 / 60
_TICKS = 40

Change = tuple[str, str, Any]
"""Whose, which field, and its new value as the node sends it."""

Tick = TypeVar("Tick")


class Scenario:
    """What changes in each of `ticks`, and how loud, 0 to 100, who speaks is in each of `voices`.

    Both begin again at their end, where everybody is as in the beginning. The same for the same
    roster.
    """

    def __init__(self, roster: list[dict[str, Any]], *, lively: bool = False) -> None:
        rng = random.Random(5)
        others = [one["uuid"] for one in roster if one["uuid"] not in (stream.ME, stream.MARKER)]
        several = max(1, round(len(roster) * (LIVELY_PART if lively else CHANGING_PART)))
        changing = [
            [(uuid, rng.choice(stream.CHANGING)) for uuid in rng.sample(others, several)]
            for _ in range(_TICKS)
        ]
        self.ticks = list(_toggling(roster, changing + changing))
        self.voices = [
            [rng.choice(_LIVELY_VOICES if lively else _VOICES) for _ in range(stream.SPEAKERS)]
            for _ in range(_TICKS)
        ]
        self.speakers = stream.speakers_of(roster)


def _toggling(
    roster: list[dict[str, Any]], changing: list[list[tuple[str, str]]]
) -> Iterator[list[Change]]:
    values = {(one["uuid"], name): one[name] for one in roster for name in stream.CHANGING}
    for tick in changing:
        for key in tick:
            values[key] = stream.toggled(key[1], values[key])
        yield [(*key, values[key]) for key in tick]


async def play(
    ticks: Sequence[Tick],
    change: Callable[[Tick], None],
    voices: Sequence[list[int]],
    hear: Callable[[list[int]], None],
    finish: Callable[[str], None] | None = None,
) -> None:
    """Play until SIGUSR1; then `finish` is given the marker's last text."""
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, over.set)
    playing = [
        asyncio.ensure_future(_each(1 / CHANGES_A_SECOND, ticks, change)),
        asyncio.ensure_future(_each(1 / VOICES_A_SECOND, voices, hear, after=_APART_SECONDS)),
    ]
    try:
        await over.wait()
    finally:
        for one in playing:
            one.cancel()
    if finish is not None:
        finish(LAST_TEXT)


LAST_TEXT = "N" * 8


async def _each(
    seconds: float, ticks: Sequence[Tick], do: Callable[[Tick], None], after: float = 0.0
) -> None:
    loop = asyncio.get_running_loop()
    await asyncio.sleep(after)
    due = loop.time()
    for tick in cycle(ticks):
        do(tick)
        # What a program that is too slow has missed is not made up for.
        due = max(due + seconds, loop.time())
        await asyncio.sleep(due - loop.time())
