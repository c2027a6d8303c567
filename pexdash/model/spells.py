"""How long something was so, from the moments at which it began and ended."""

from __future__ import annotations

from collections.abc import Hashable
from heapq import heappop, heappush
from typing import Generic, TypeVar

from msgspec import Struct

_Key = TypeVar("_Key", bound=Hashable)


class Spell(Struct):
    """The seconds in which at least one of several things was so; moments are of one clock.

    What overlaps counts once. `count` is how many of them are so now, `most` the most at once.
    """

    seconds: float = 0.0
    count: int = 0
    most: int = 0
    since: float = 0.0

    def begin(self, now: float) -> None:
        """One more is so from `now` on."""
        if not self.count:
            self.since = now
        self.count += 1
        self.most = max(self.most, self.count)

    def end(self, now: float) -> None:
        """One of them is so no more since `now`."""
        self.count -= 1
        if not self.count:
            self.seconds += max(0.0, now - self.since)

    def put(self, is_so: bool, now: float) -> None:
        """Begin or end, where there is only one thing that is so or not."""
        if is_so and not self.count:
            self.begin(now)
        elif self.count and not is_so:
            self.end(now)

    def total(self, now: float) -> float:
        """The seconds until `now`."""
        return self.seconds + (max(0.0, now - self.since) if self.count else 0.0)


class Overlaps(Generic[_Key]):
    """The seconds of each key's intervals, what of them lies within another key's, and of all.

    Intervals come in any order. What of one lies before the moment of the last `advance` is left
    out, and only what ends after that moment is kept.
    """

    def __init__(self) -> None:
        self.seconds: dict[_Key, float] = {}
        self.within_others: dict[_Key, float] = {}
        self.together = 0.0
        self._bounds: list[tuple[float, int, int, _Key]] = []
        self._order = 0
        self._open: dict[_Key, int] = {}
        self._at = 0.0

    def add(self, key: _Key, began: float, ended: float) -> None:
        """Take an interval of `key`."""
        began = max(began, self._at)
        if ended <= began:
            return
        for moment, change in ((began, 1), (ended, -1)):
            self._order += 1
            heappush(self._bounds, (moment, change, self._order, key))

    def advance(self, now: float) -> None:
        """Count what lies before `now`: every interval that begins earlier has been added."""
        bounds = self._bounds
        while bounds and bounds[0][0] <= now:
            moment, change, _, key = heappop(bounds)
            self._count(moment - self._at)
            self._at = moment
            many = self._open.get(key, 0) + change
            if many:
                self._open[key] = many
            else:
                self._open.pop(key, None)
        self._count(now - self._at)
        self._at = max(self._at, now)

    def _count(self, seconds: float) -> None:
        if seconds <= 0 or not self._open:
            return
        self.together += seconds
        for key in self._open:
            self.seconds[key] = self.seconds.get(key, 0.0) + seconds
            if len(self._open) > 1:
                self.within_others[key] = self.within_others.get(key, 0.0) + seconds
