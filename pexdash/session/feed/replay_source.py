"""The source that plays a recording back, at the pace of the recording."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from pexdash.clock import Clock
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.recorded import Record


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

    def play(self) -> None:
        """Let the time run on from where it stands."""
        self._position, self._playing_since = self.position, self._clock.monotonic()

    def stop(self) -> None:
        """Let the time stand still where it is."""
        self._position, self._playing_since = self.position, None

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


class ReplaySource:
    """Gives `feed` each record of a recording when `clock` reaches the time of the record.

    After the last record the clock stands still.
    """

    def __init__(self, records: Iterable[Record], feed: Feed, clock: PlayedClock) -> None:
        self._records = records
        self._feed = feed
        self._clock = clock

    async def run(self) -> None:
        """Play the recording to its end; raises UsageFault where the recording is broken."""
        clock = self._clock
        clock.play()
        try:
            await self._play(clock)
        finally:
            clock.stop()

    async def _play(self, clock: PlayedClock) -> None:
        for record in self._records:
            while (wait := record.t - clock.position) > 0:
                await clock.sleep(wait)
            # The record may be late, but the feed must stamp it with its own time.
            with clock.held_at(record.t):
                self._feed.tell(record.told)
            # A recording without pauses must not keep the screen from drawing.
            await asyncio.sleep(0)
