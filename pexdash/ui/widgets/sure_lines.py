"""Whether a click on a line of a list was meant for whoever stands there now."""

from __future__ import annotations

from collections.abc import Sequence

SURE_SECONDS = 0.3
"""How long a line must have been the same person's for a click on it to be meant for them."""


class SureLines:
    """Remembers who stands on each line, and which lines became somebody else's just now."""

    def __init__(self) -> None:
        self._uuids: Sequence[str] = ()
        self._unsure_until: dict[int, float] = {}

    def note(self, uuids: Sequence[str], now: float) -> None:
        """Take who stands on each line from `now`, in seconds, on; "" is nobody."""
        for y, (was, uuid) in enumerate(zip(self._uuids, uuids, strict=False)):
            if was and was != uuid:
                self._unsure_until[y] = now + SURE_SECONDS
        self._uuids = uuids

    def are_sure(self, y: int, moment: float) -> bool:
        """Whether line `y` has not been another's in the time before `moment`, in seconds."""
        return moment >= self._unsure_until.get(y, moment)
