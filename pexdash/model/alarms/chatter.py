"""Whether an alarm comes and goes, and is kept active for longer because of that."""

from __future__ import annotations

from msgspec import Struct

_RAISES_SECONDS = 60.0
"""Within how long an alarm that is raised several times chatters."""
_RAISES = 3
_QUIET_SECONDS = 300.0
"""After how long without a turn an alarm chatters no more."""
_FIRST_SECONDS = 10.0
"""The off-delay that is doubled where a rule has a shorter one."""
_LONGEST_OFF_SECONDS = 600.0
"""The longest off-delay of an alarm that chatters."""


class Chatter(Struct, frozen=True, array_like=True):
    """When an alarm was raised lately, how often it has turned since it chatters, and when last.

    Times are seconds of the handed clock.
    """

    raises: tuple[float, ...] = ()
    count: int = 0
    flapped_at: float = 0.0

    def raised(self, now: float) -> Chatter:
        """As it is once the alarm is raised."""
        raises = (*(at for at in self.raises if now - at < _RAISES_SECONDS), now)
        if len(raises) < _RAISES:
            return Chatter(raises, self.count, self.flapped_at)
        return Chatter(raises, self.count + 1, now)

    def turned(self, now: float) -> Chatter:
        """As it is once the condition of an active alarm holds again."""
        return Chatter(self.raises, self.count + 1, now) if self.count else self

    def calmed(self, now: float) -> Chatter:
        """As it is after the time up to now."""
        due = self.due()
        if due is None or now < due:
            return self
        return Chatter()

    def due(self) -> float | None:
        """When `calmed` has something to do, None for never."""
        if self.count:
            return self.flapped_at + _QUIET_SECONDS
        return self.raises[-1] + _RAISES_SECONDS if self.raises else None

    def off(self, off: float) -> float:
        """The off-delay in place of that of the rule."""
        if not self.count:
            return off
        first = max(off, _FIRST_SECONDS)
        return max(off, min(_LONGEST_OFF_SECONDS, first * 2.0 ** min(self.count, 10)))

    def later(self, by: float) -> Chatter:
        """With all its times later by some seconds."""
        raises = tuple(at + by for at in self.raises)
        return Chatter(raises, self.count, self.flapped_at + by)
