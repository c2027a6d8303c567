"""What terminals send by themselves, cut into reads anywhere: no key may come of it."""

from __future__ import annotations

import random
from dataclasses import dataclass

from textual import events

from tests.ui.framework.input.answers import ANSWERS, UNKNOWN
from tests.ui.framework.input.typing_in import SHORT, cut, told

MOST_ANSWERS = 5
MOST_CUTS = 8
STALLED_SECONDS = 0.25
"""A pause after which an ESC counts as pressed, but nothing else does."""


@dataclass(frozen=True)
class Figures:
    """How many inputs were tried, and how many keys and texts were taken for typed."""

    tried: int
    keys: int
    texts: int

    def __str__(self) -> str:
        return (
            f"{self.tried:,} answers and splits tried, keys made of them: {self.keys + self.texts}"
        )


def cut_answers(count: int, rng: random.Random) -> Figures:
    """Try `count` inputs: half in many reads that follow soon, half with one long pause."""
    sent = [*ANSWERS.values(), *UNKNOWN.values()]
    keys = texts = 0
    for number in range(count):
        data = b"".join(rng.choices(sent, k=rng.randint(1, MOST_ANSWERS)))
        stalls = number % 2
        places = rng.choices(range(1, len(data) + 1), k=1 if stalls else rng.randint(0, MOST_CUTS))
        terminal = told(*cut(data, places), pause=STALLED_SECONDS if stalls else SHORT)
        typed = [key for key in terminal.keys if not (stalls and key == "escape")]
        keys += len(typed)
        texts += sum(isinstance(one, events.Paste) for one in terminal.told)
    return Figures(count, keys, texts)
