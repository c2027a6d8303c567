"""How long to wait before the next try, so that many clients do not come back at once."""

from __future__ import annotations

import random

FIRST_SECONDS = 0.25
MOST_SECONDS = 15.0


class Backoff:
    """Delays in seconds that double from 0.25 to 15, each drawn from the upper half of its span."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.attempt = 0

    def next(self, at_least: float = 0.0) -> float:
        """The delay before the next try, never below what the node asked for."""
        span = min(MOST_SECONDS, FIRST_SECONDS * 2 ** min(self.attempt, 16))
        self.attempt += 1
        return max(at_least, self._rng.uniform(span / 2, span))

    def reset(self) -> None:
        """Start over after a try that held."""
        self.attempt = 0
