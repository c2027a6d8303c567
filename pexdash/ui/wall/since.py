"""What was raised and returned while nobody was at the keys."""

from __future__ import annotations

from collections.abc import Iterable

from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.edge import Edge
from pexdash.ui.drawing.times import clock_time

AWAY_SECONDS = 600.0
"""After how long without a key the screen tells what happened meanwhile."""
_TOLD = (Change.RAISED, Change.RETURNED, Change.CLEARED)


class SinceLastKey:
    """Counts what happens to alarms from the last key on; times are of the estate's clock."""

    def __init__(self, now: float) -> None:
        self._at = now
        self._counts = dict.fromkeys(_TOLD, 0)

    def key_pressed(self, now: float) -> None:
        """Somebody is here: count from now on."""
        self._at = now
        self._counts = dict.fromkeys(_TOLD, 0)

    def take(self, edges: Iterable[Edge]) -> None:
        """Take what happened to alarms."""
        for edge in edges:
            if edge.change in self._counts:
                self._counts[edge.change] += 1

    def told(self, now: float, wall: float) -> tuple[str, ...]:
        """What happened, the lead first; () while somebody was here lately."""
        if now - self._at < AWAY_SECONDS:
            return ()
        numbers = [f"{count} {change.value}" for change, count in self._counts.items() if count]
        at = clock_time(wall - (now - self._at))
        return f"since {at}, your last key:", ", ".join(numbers) or "no alarm came or went"
