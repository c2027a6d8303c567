"""Whether a click on a place was meant for what stands there now."""

from __future__ import annotations

from collections.abc import Sequence

SURE_SECONDS = 0.3
"""How long a place must have been the same one's for a click on it to be meant for that one."""


class SurePlaces:
    """Remembers what stands at each place, and which places became another's just now.

    A place is a line or a cell; what stands there is a uuid or an id, and "" is nothing.
    """

    def __init__(self) -> None:
        self._ids: Sequence[str] = ()
        self._unsure_until: dict[int, float] = {}

    def note(self, ids: Sequence[str], now: float) -> None:
        """Take what stands at each place from `now`, in seconds, on."""
        if ids == self._ids:
            return
        for place, (was, now_there) in enumerate(zip(self._ids, ids, strict=False)):
            if was and was != now_there:
                self._unsure_until[place] = now + SURE_SECONDS
        self._ids = ids

    def are_sure(self, place: int, moment: float) -> bool:
        """Whether `place` has not been another's in the time before `moment`, in seconds."""
        return moment >= self._unsure_until.get(place, moment)

    def at(self, place: int, moment: float) -> str:
        """What stands at `place`, "" for nothing and where that was another just before."""
        sure = 0 <= place < len(self._ids) and self.are_sure(place, moment)
        return self._ids[place] if sure else ""
