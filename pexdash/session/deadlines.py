"""One timer for the deadlines of any number of conferences, of which a quiet one costs nothing."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
from collections.abc import Callable

from pexdash.clock import Clock

LOOK_SECONDS = 1.0
"""The time between two looks at a conference; all are looked at in the same moments."""


class Deadline:
    """A call that is still to come, until it is cancelled."""

    __slots__ = ("_deadlines", "call")

    def __init__(self, deadlines: Deadlines, call: Callable[[], None]) -> None:
        self._deadlines = deadlines
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        """Do not call any more; safe to call more than once, and after the call."""
        if self.call is not None:
            self.call = None
            self._deadlines.one_less()


class Look:
    """A call at every whole second, until it is cancelled."""

    __slots__ = ("_deadlines", "call")

    def __init__(self, deadlines: Deadlines, call: Callable[[], None]) -> None:
        self._deadlines = deadlines
        self.call = call

    def cancel(self) -> None:
        """Do not call any more; safe to call more than once."""
        self._deadlines.drop(self)


class Deadlines:
    """Calls each function at its moment, in the clock's monotonic seconds.

    One task sleeps until the first of them; there is none while nothing is to come.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[tuple[float, int, Deadline]] = []
        self._order = itertools.count()
        self._coming = 0
        self._timer: asyncio.Task[None] | None = None
        self._wakes_at = math.inf
        self._looks: dict[Look, None] = {}
        self._next_look: Deadline | None = None

    def at(self, moment: float, call: Callable[[], None]) -> Deadline:
        """Have `call` called at `moment`, or soon where that is over."""
        deadline = Deadline(self, call)
        heapq.heappush(self._heap, (moment, next(self._order), deadline))
        self._coming += 1
        if moment < self._wakes_at:
            self._stop()
            self._wakes_at = moment
            self._timer = asyncio.get_running_loop().create_task(self._run())
        return deadline

    def each_look(self, call: Callable[[], None]) -> Look:
        """Have `call` called at every whole second from now on, together with all other looks."""
        look = Look(self, call)
        self._looks[look] = None
        if self._next_look is None:
            self._plan_look()
        return look

    def drop(self, look: Look) -> None:
        """Look there no more."""
        self._looks.pop(look, None)
        if not self._looks and self._next_look is not None:
            self._next_look.cancel()
            self._next_look = None

    def _plan_look(self) -> None:
        now = self._clock.monotonic()
        self._next_look = self.at((now // LOOK_SECONDS + 1) * LOOK_SECONDS, self._look)

    def _look(self) -> None:
        # One call for all: a thousand deadlines a second cost far more than a thousand looks.
        self._next_look = None
        for look in [*self._looks]:
            if look not in self._looks:
                continue
            try:
                look.call()
            except Exception as fault:  # noqa: BLE001 - the loop tells of it
                # What fails for one conference must not stop the others.
                loop = asyncio.get_running_loop()
                loop.call_exception_handler({"message": "a look failed", "exception": fault})
        if self._looks:
            self._plan_look()

    def one_less(self) -> None:
        """Take note that a deadline was cancelled."""
        self._coming -= 1
        if not self._coming:
            self._stop()
            self._heap.clear()

    def _stop(self) -> None:
        self._wakes_at = math.inf
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _run(self) -> None:
        while self._heap:
            self._wakes_at = self._heap[0][0]
            await self._clock.sleep(max(0.0, self._wakes_at - self._clock.monotonic()))
            self._call_due()
        self._wakes_at, self._timer = math.inf, None

    def _call_due(self) -> None:
        now, loop = self._clock.monotonic(), asyncio.get_running_loop()
        while self._heap and self._heap[0][0] <= now:
            _, _, deadline = heapq.heappop(self._heap)
            if (call := deadline.call) is not None:
                deadline.call = None
                self._coming -= 1
                # Not here: what fails for one conference must not stop the others.
                loop.call_soon(call)
