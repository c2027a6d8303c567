"""How much an operator is asked to hear: floods of alarms, and when the bell rings."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

LOAD_SECONDS = 600.0
"""The time over which raised alarms are counted."""
FLOOD_BEGINS = 10
"""More raised alarms than these are a flood (ISA-18.2)."""
_FLOOD_ENDS = 5
"""With fewer than these a flood is over."""
_BELL_SECONDS = 10.0
"""The bell rings at most once in this time."""
_FLOOD_BELL_SECONDS = 60.0
"""The bell rings at most once in this time while there is a flood."""
_MOST_COUNTED = 10_000
"""As many alarms are counted at most: a node that tells nonsense must not fill the memory."""
AGAIN_SECONDS = 60.0
"""How long after the last bell it rings again for what is critical and not acknowledged."""


class Flood:
    """Counts the alarms that were raised within ten minutes; more than 10 are a flood."""

    def __init__(self) -> None:
        self._raised: deque[float] = deque(maxlen=_MOST_COUNTED)
        self._is_on = False

    def count(self, now: float) -> int:
        """How many were raised within ten minutes."""
        while self._raised and now - self._raised[0] >= LOAD_SECONDS:
            self._raised.popleft()
        if len(self._raised) < _FLOOD_ENDS:
            self._is_on = False
        return len(self._raised)

    def is_on(self, now: float) -> bool:
        """Whether there is a flood, which ends with fewer than 5 in ten minutes."""
        self.count(now)
        return self._is_on

    def add(self, now: float) -> None:
        """One more was raised."""
        self.count(now)
        self._raised.append(now)
        if len(self._raised) > FLOOD_BEGINS:
            self._is_on = True


class Bell:
    """Decides whether the bell rings for an alarm that may ring.

    `rings` takes the id of a rule, and says whether the user wants to hear it at all.
    """

    def __init__(self) -> None:
        self.rings: Callable[[str], bool] = lambda rule: True
        self._rang_at: float | None = None

    def ring(self, rule: str, now: float, *, is_flood: bool) -> bool:
        """Whether it rings now; what comes too soon after the last time is dropped."""
        apart = _FLOOD_BELL_SECONDS if is_flood else _BELL_SECONDS
        if not self.rings(rule) or (self._rang_at is not None and now - self._rang_at < apart):
            return False
        self._rang_at = now
        return True

    def rings_again_at(self, now: float) -> float:
        """When it may ring again for an alarm that has rung: many alarms ring no more than one."""
        return now if self._rang_at is None else max(now, self._rang_at + AGAIN_SECONDS)
