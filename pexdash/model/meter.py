"""The voice-activity meter: up at once, down smoothly."""

from __future__ import annotations

FALL_PER_SECOND = 160.0
"""How much of the level a silent meter loses in a second."""
FULL = 100.0


class Meter:
    """A level from 0 to 100 that follows voice activity; times are monotonic seconds."""

    def __init__(self) -> None:
        self._target = 0.0
        self._level = 0.0
        self._at = 0.0

    def hear(self, vad: float, now: float) -> None:
        """Take the voice activity of the time `now`."""
        vad = min(max(vad, 0.0), FULL)
        self._level = max(self.level(now), vad)
        self._target = vad
        self._at = now

    def level(self, now: float) -> float:
        """The level to show at `now`."""
        fallen = self._level - FALL_PER_SECOND * max(0.0, now - self._at)
        return min(FULL, max(self._target, fallen))

    def is_falling(self, now: float) -> bool:
        """Whether the level will still change without new activity."""
        return self.level(now) > self._target
