"""How many people were in each conference of recordings, minute by minute."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.summary import Summary
from pexdash.session.estate.replayed import ReplayedEstate
from pexdash.ui.wall.curves import MINUTE_SECONDS, MOST_MINUTES, Curves


class RecordedCurves(Curves):
    """The hour before the time at which the recordings are, as far as they have been read."""

    def __init__(self, estate: ReplayedEstate) -> None:
        super().__init__()
        self._estate = estate
        self._numbers = {place.key: place.number for place in estate.slots}
        self._minute = -1

    def take(self, summaries: Iterable[tuple[ConferenceKey, Summary]], now: float) -> bool:
        """Returns whether there is another minute to draw."""
        before, self._minute = self._minute, int(now / MINUTE_SECONDS)
        return before != self._minute

    def of(self, key: ConferenceKey) -> tuple[int | None, ...]:
        """The number of people in each minute, the latest last; None where it was not known."""
        people = self._estate.playback.keyframes.tracks[self._numbers[key]].people
        last = int(self._estate.clock.monotonic() / MINUTE_SECONDS)
        counts: list[int | None] = []
        for minute in range(max(0, last - MOST_MINUTES + 1), last + 1):
            at = bisect_right(people, minute * MINUTE_SECONDS, key=lambda one: one[0])
            counts.append(people[at - 1][1] if at else None)
        return tuple(counts)
