"""The state of the line to the node, as the status line shows it."""

from __future__ import annotations

from enum import Enum

from pexdash.clock import Clock
from pexdash.log import logger


class LinkState(Enum):
    """The state of the line; the values are the words on the screen."""

    JOINING = "joining"
    CONNECTING = "connecting"
    LIVE = "live"
    LOST = "reconnecting"
    ENDED = "ended"


class Link:
    """The state of the line, its last fault, and the time since the node was last heard.

    A live line has a fault where the node took our request for events and sends none. `since` is
    when the state began, and `heard_at` when the node was last heard, None before the first time;
    both in the clock's monotonic seconds.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.state = LinkState.JOINING
        self.fault = ""
        self.since = clock.monotonic()
        self.heard_at: float | None = None

    @property
    def age(self) -> float | None:
        """Seconds since the node was last heard; None before the first time."""
        return None if self.heard_at is None else self._clock.monotonic() - self.heard_at

    @property
    def is_live(self) -> bool:
        return self.state is LinkState.LIVE

    @property
    def is_held_back(self) -> bool:
        """Whether the line is live and brings no events."""
        return self.is_live and bool(self.fault)

    @property
    def words(self) -> str:
        """The state and the fault in words."""
        return self.fault if self.is_held_back else f"{self.state.value} {self.fault}".strip()

    def shows_life(self) -> None:
        """Note the time: bytes came on the stream, or a fetched list proved the line."""
        self.heard_at = self._clock.monotonic()

    def become(self, state: LinkState, why: str = "") -> None:
        """Take a new state, with the fault that led to it, or "".

        A lost line stays LOST while the source tries to connect again.
        """
        if state is LinkState.CONNECTING and self.state is LinkState.LOST:
            return
        if (state, why) != (self.state, self.fault):
            logger.info("link %s", f"{state.value}: {why}" if why else state.value)
        if state is not self.state:
            self.since = self._clock.monotonic()
        self.state, self.fault = state, why
        if state is LinkState.LIVE and not why:
            self.shows_life()
