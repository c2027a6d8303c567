"""The clock of a recording, which can stand still, run at any speed, and be set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pexdash.clock import Clock


class PlayedClock:
    """The time within a recording, which runs `speed` times as fast as `clock`.

    `started` is the Unix time at which the recording begins. The time runs from `play` to `stop`
    and stands still otherwise.
    """

    def __init__(self, started: float, clock: Clock, *, speed: float = 1.0) -> None:
        self._speed = speed
        self._started = started
        self._clock = clock
        self._position = 0.0
        self._playing_since: float | None = None
        self._held: float | None = None

    @property
    def position(self) -> float:
        """Seconds since the recording began."""
        if self._held is not None:
            return self._held
        if self._playing_since is None:
            return self._position
        return self._position + (self._clock.monotonic() - self._playing_since) * self._speed

    @property
    def is_playing(self) -> bool:
        return self._playing_since is not None

    @property
    def speed(self) -> float:
        """How many times as fast as life it runs."""
        return self._speed

    def run_at(self, speed: float) -> None:
        """Run at another speed from where it is."""
        if self.is_playing:
            self.play()
        self._speed = speed

    def play(self) -> None:
        """Let the time run on from where it stands."""
        self._position, self._playing_since = self.position, self._clock.monotonic()

    def stop(self) -> None:
        """Let the time stand still where it is."""
        self._position, self._playing_since = self.position, None

    def go_to(self, position: float) -> None:
        """Set the time, whether it runs or stands."""
        self._position = position
        if self.is_playing:
            self._playing_since = self._clock.monotonic()

    @contextmanager
    def held_at(self, position: float) -> Iterator[None]:
        """Hold the time at `position` within the block."""
        self._held = position
        try:
            yield
        finally:
            self._held = None

    def wall(self) -> float:
        return self._started + self.position

    def monotonic(self) -> float:
        return self.position

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds / self._speed)
