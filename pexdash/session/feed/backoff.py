"""How long to wait before the next try, so that many clients do not come back at once."""

from __future__ import annotations

import random

FIRST_SECONDS = 0.25
MOST_SECONDS = 15.0
_EASED_ATTEMPT = 2  # spans of 0.25, 0.5 and 1 s


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

    def ease(self) -> None:
        """Wait a second at most after a try that got somewhere, and never less than a first."""
        self.attempt = min(self.attempt, _EASED_ATTEMPT)

    def reset(self) -> None:
        """Start over after a try that held."""
        self.attempt = 0
