"""What is known of each shard by its pulse: who holds it, how old that is, and what was missed."""

from __future__ import annotations

from enum import Enum

from pexdash.bus.messages import Epoch, Stamp

SILENT_SECONDS = 3.0
"""After how long without a pulse nobody holds a shard, as far as a reader knows."""
STEP_SECONDS = 1.0
"""By how much a holder's clock was set where that counts; less is what messages need."""

Position = tuple[Epoch, int]
"""Which message of a shard it was; of two the greater one is newer."""


class Heard(Enum):
    """What a pulse was: of a collector that has lost the shard, the next one, or not the next."""

    OLD = "old"
    NEXT = "next"
    MISSED = "missed"


def position_of(stamp: Stamp) -> Position:
    """Which message a stamp is of."""
    return stamp.epoch, stamp.n


class Shard:
    """A shard as its holder tells of it; times are the reader's monotonic seconds.

    `heard_at` is when the last pulse came, None before the first. `ahead` is how far the holder's
    Unix time is ahead of the reader's clock, None before that is known.
    """

    __slots__ = ("_at", "ahead", "heard_at", "position")

    def __init__(self) -> None:
        self.position: Position | None = None
        self.heard_at: float | None = None
        self.ahead: float | None = None
        self._at = 0.0

    @property
    def epoch(self) -> Epoch | None:
        """The epoch of its holder, None before the first pulse."""
        return None if self.position is None else self.position[0]

    def take(self, stamp: Stamp, now: float) -> Heard:
        """Take the stamp of a pulse; what was MISSED, or is of a clock that was set, is listed."""
        position, before = position_of(stamp), self.position
        if before is not None and stamp.epoch < before[0]:
            return Heard.OLD
        is_same = before is not None and before[0] == stamp.epoch
        was_set = self._learn(stamp.at, now, is_same=is_same)
        self.position, self.heard_at = position, now
        if before is None or not is_same:
            return Heard.MISSED
        return Heard.NEXT if stamp.n == before[1] + 1 and not was_set else Heard.MISSED

    def _learn(self, at: float, now: float, *, is_same: bool) -> bool:
        """Take how far the holder's clock is ahead; returns whether it was set meanwhile.

        A pulse may come late and never early, so that the most is the nearest.
        """
        ahead, known = at - now, self.ahead
        was_set_back = is_same and at < self._at
        self._at = at
        if known is None or not is_same or was_set_back or ahead > known:
            self.ahead = ahead
        assert self.ahead is not None
        return known is not None and abs(self.ahead - known) > STEP_SECONDS
