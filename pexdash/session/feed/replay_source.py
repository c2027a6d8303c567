"""A recording as a source: told again at its own pace."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from pexdash.clock import Clock
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.recorded import Record


class PlayedClock:
    """The time within a recording, which runs `speed` times as fast as `clock` once it plays.

    `started` is the Unix time at which the recording begins. Time stands still before `play` and
    after `stop`.
    """

    def __init__(self, started: float, clock: Clock, *, speed: float = 1.0) -> None:
        self.speed = speed
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
        return self._position + (self._clock.monotonic() - self._playing_since) * self.speed

    def play(self) -> None:
        """Let time go on from where it stands."""
        self._position, self._playing_since = self.position, self._clock.monotonic()

    def stop(self) -> None:
        """Let time stand still where it is."""
        self._position, self._playing_since = self.position, None

    @contextmanager
    def held_at(self, position: float) -> Iterator[None]:
        """Within the block it is that time, whatever passes meanwhile."""
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
        await self._clock.sleep(seconds / self.speed)


class ReplaySource:
    """Tells `feed` the records of a recording, each when `clock` has come to its time.

    At the end time stands still, and the last moment stays.
    """

    def __init__(self, records: Iterable[Record], feed: Feed, clock: PlayedClock) -> None:
        self._records = records
        self._feed = feed
        self._clock = clock

    async def run(self) -> None:
        """Play to the end; raises UsageFault where the recording is broken."""
        clock = self._clock
        clock.play()
        for record in self._records:
            while (wait := record.t - clock.position) > 0:
                await clock.sleep(wait)
            # However late it is told, it happened then.
            with clock.held_at(record.t):
                self._feed.tell(record.told)
            # A recording without pauses must not hold up the screen that shows it.
            await asyncio.sleep(0)
        clock.stop()
