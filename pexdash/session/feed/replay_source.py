"""The source that plays a recording back, from any moment of it and at any speed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import perf_counter

from pexdash.session.feed.keyframes import SLICE_SECONDS, Keyframe, Keyframes
from pexdash.session.feed.played_clock import PlayedClock
from pexdash.session.feed.recorded import Record
from pexdash.session.feed.replay_feeds import ReplayFeeds
from pexdash.session.feed.tape import BEGIN, Tape, TapeMark

SLOWEST, FASTEST = 0.5, 64.0
"""How many times as fast as life a recording can be played."""
LONGEST_IDLE_SECONDS = 30.0
"""A longer time of a recording in which nothing happens is passed over."""
IDLE_SECONDS = 3.0
"""How much of such a time is played: at its end."""


class ReplaySource:
    """Gives `feeds` each record of a recording when `clock` reaches the time of the record.

    After the last record the clock stands still, and `run` goes on: the host may go back. With
    `keyframes` going to a moment takes some milliseconds, as far as they have been read.
    """

    def __init__(
        self,
        tape: Tape,
        feeds: ReplayFeeds,
        clock: PlayedClock,
        keyframes: Keyframes | None = None,
    ) -> None:
        self._tape = tape
        self._feeds = feeds
        self._clock = clock
        self._keyframes = keyframes
        self._begin = Keyframe(0.0, feeds.snapshot(), BEGIN)
        self._touched = asyncio.Event()
        self.goal: float | None = None
        """The moment that is to be gone to next."""
        self._next: Record | None = None
        self._told_until = 0.0
        self._reading = tape.read()
        self._is_paused = False
        self.is_at_end = False
        self.is_going = False
        """Whether it is on its way to a moment that was asked for."""

    # What the host does

    @property
    def is_paused(self) -> bool:
        return self._is_paused and not self.is_at_end

    def pause(self) -> None:
        """Let the time stand still, or go on; at the end, begin anew."""
        if self.is_at_end:
            self._is_paused = False
            self.go_to(0.0)
            return
        self._is_paused = not self._is_paused
        if self._is_paused:
            self._clock.stop()
        elif not self.is_going:
            self._clock.play()
        self._touch()

    def go_to(self, position: float) -> None:
        """Go to a moment, in seconds since the recording began."""
        self.goal = max(0.0, position)
        self._touch()

    def run_at(self, speed: float) -> None:
        """Play at another speed, from 0.5 to 64."""
        self._clock.run_at(min(max(speed, SLOWEST), FASTEST))
        self._touch()

    def _touch(self) -> None:
        was, self._touched = self._touched, asyncio.Event()
        was.set()

    # What plays

    async def run(self) -> None:
        """Play until cancelled; raises UsageFault where the recording is broken."""
        try:
            self._read_from(BEGIN)
            self._clock.play()
            while True:
                await self._play_on()
        finally:
            self._clock.stop()
            self._reading.close()

    async def _play_on(self) -> None:
        if self.goal is not None:
            goal, self.goal = self.goal, None
            await self._go(goal)
        elif self._next is None:
            self._end()
            await self._touched.wait()
        elif (wait := self._next.t - self._clock.position) > 0:
            await self._wait(wait)
        else:
            self._tell_what_is_due()
            # A recording without pauses must not keep the screen from drawing.
            await asyncio.sleep(0)

    def _end(self) -> None:
        if not self.is_at_end:
            self.is_at_end = True
            self._clock.stop()
            self._clock.go_to(min(self._clock.position, self._told_until))
            self._feeds.touch()

    async def _wait(self, seconds: float) -> None:
        """Wait for the next record, at most until somebody touches the source."""
        touched = self._touched
        if not self._clock.is_playing:
            await touched.wait()
            return
        assert self._next is not None
        if seconds > LONGEST_IDLE_SECONDS:
            self._clock.go_to(self._next.t - IDLE_SECONDS)
            return
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        waking = asyncio.ensure_future(touched.wait())
        try:
            await asyncio.wait({sleeping, waking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waking.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(sleeping, waking, return_exceptions=True)

    def _tell_what_is_due(self) -> None:
        """Tell the next records as far as their time has come, for a moment."""
        began = perf_counter()
        while self._next is not None and self._next.t <= self._clock.position:
            self._tell_next()
            if perf_counter() - began > SLICE_SECONDS:
                return

    def _tell_next(self) -> None:
        record = self._next
        assert record is not None
        # The record may be late, but the feed must stamp it with its own time.
        with self._clock.held_at(record.t):
            self._feeds.tell(record)
        self._told_until = record.t
        self._advance()

    def _advance(self) -> None:
        found = next(self._reading, None)
        self._next = None if found is None else found[0]

    def _read_from(self, mark: TapeMark) -> None:
        self._reading.close()
        self._reading = self._tape.read(mark)
        self._advance()

    async def _go(self, goal: float) -> None:
        """Tell the feed at once all that happened until `goal`, and let the time go on there."""
        back_to = self._keyframe(goal)
        self.is_going, self.is_at_end = True, False
        self._clock.stop()
        try:
            with self._feeds.leaping(None if back_to is None else back_to.snapshots):
                if back_to is not None:
                    self._read_from(back_to.mark)
                    self._clock.go_to(back_to.at)
                await self._tell_until(goal)
                if self._next is not None:
                    self._clock.go_to(goal)
        finally:
            self.is_going = False
            if not self._is_paused:
                self._clock.play()

    async def _tell_until(self, goal: float) -> None:
        began = perf_counter()
        while self._next is not None and self._next.t <= goal and self.goal is None:
            self._clock.go_to(self._next.t)
            self._tell_next()
            if perf_counter() - began > SLICE_SECONDS:
                await asyncio.sleep(0)
                began = perf_counter()

    def _keyframe(self, goal: float) -> Keyframe | None:
        """Where to begin, None where that is from here on."""
        nearest = self._begin if self._keyframes is None else self._keyframes.before(goal)
        if self._clock.position <= goal and nearest.at <= self._clock.position:
            return None
        return nearest
