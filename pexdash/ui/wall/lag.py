"""Tells how far behind a screen is: what it shows may not be so any more."""

from __future__ import annotations

from collections.abc import Callable

BEHIND_SECONDS = 5.0
"""From how far behind on the screen says so."""


class Lag:
    """Measures by a tick that is due every `interval` seconds; the clock of `now` never jumps.

    `unsent` returns for how long a frame waits for the terminal.
    """

    def __init__(
        self, now: Callable[[], float], unsent: Callable[[], float], interval: float
    ) -> None:
        self._now = now
        self._unsent = unsent
        self._interval = interval
        self._ticked_at = now()
        self.behind = 0.0

    def tick(self) -> float:
        """A tick came; returns by how many seconds it was late, or how long a frame waits."""
        now = self._now()
        late = now - self._ticked_at - self._interval
        self._ticked_at = now
        self.behind = max(0.0, late, self._unsent())
        return self.behind

    @property
    def words(self) -> str:
        """What to say of it, "" where it is nothing."""
        return f"this screen is {self.behind:.0f} s behind" if self.behind >= BEHIND_SECONDS else ""
