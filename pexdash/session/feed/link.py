"""The state of the line to the node, as the status line shows it."""

from __future__ import annotations

from enum import Enum

from pexdash.clock import Clock
from pexdash.log import logger


class LinkState(Enum):
    """The words are what a host reads."""

    JOINING = "joining"
    CONNECTING = "connecting"
    LIVE = "live"
    LOST = "reconnecting"
    ENDED = "ended"


class Link:
    """What is known of the line; times are the clock's monotonic seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.state = LinkState.JOINING
        self.fault = ""
        self._last_byte: float | None = None

    @property
    def age(self) -> float | None:
        """Seconds since the node was last heard on the event stream; None before the first."""
        return None if self._last_byte is None else self._clock.monotonic() - self._last_byte

    @property
    def is_live(self) -> bool:
        return self.state is LinkState.LIVE

    def shows_life(self) -> None:
        """Bytes came, or the node proved in another way that what we show holds."""
        self._last_byte = self._clock.monotonic()

    def become(self, state: LinkState, why: str = "") -> None:
        """Take a new state, with the fault that led to it.

        A line that was lost stays so until it is live again, however often it is tried.
        """
        if state is LinkState.CONNECTING and self.state is LinkState.LOST:
            return
        if (state, why) != (self.state, self.fault):
            logger.info("link %s", f"{state.value}: {why}" if why else state.value)
        self.state, self.fault = state, why
        if state is LinkState.LIVE:
            self.shows_life()
