"""The waits between tries to connect, spread so that many clients do not return at once."""

from __future__ import annotations

import random

FIRST_SECONDS = 0.25
"""The longest wait before the first new try."""
MOST_SECONDS = 15.0
"""The longest wait of all."""
_EASED_ATTEMPT = 2  # the attempt whose longest wait is 1 s


class Backoff:
    """Gives waits in seconds. Each is random, between half of a span and the whole span.

    The span doubles with each attempt, from 0.25 to 15 seconds.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.attempt = 0

    def next(self, at_least: float = 0.0) -> float:
        """The wait in seconds before the next try, never less than `at_least`."""
        span = min(MOST_SECONDS, FIRST_SECONDS * 2 ** min(self.attempt, 16))
        self.attempt += 1
        return max(at_least, self._rng.uniform(span / 2, span))

    def ease(self) -> None:
        """Limit the next wait to one second, after a stream that brought a whole list."""
        self.attempt = min(self.attempt, _EASED_ATTEMPT)

    def reset(self) -> None:
        """Begin with the shortest wait again, after a stream that held."""
        self.attempt = 0
