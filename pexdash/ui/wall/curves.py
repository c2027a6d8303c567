"""How many people were in each conference of a wall, minute by minute."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.line import LineState
from pexdash.model.summary import Summary

MOST_MINUTES = 60
"""How many minutes are remembered."""
MINUTE_SECONDS = 60.0
"""How far apart the samples are."""


class Curves:
    """The last hour of each conference, as far as this screen has seen it."""

    def __init__(self) -> None:
        self._counts: dict[ConferenceKey, deque[int | None]] = {}
        self._taken_at: float | None = None

    def take(self, summaries: Iterable[tuple[ConferenceKey, Summary]], now: float) -> bool:
        """Take one sample a minute of all; returns whether this call has taken one."""
        if self._taken_at is not None and now - self._taken_at < MINUTE_SECONDS:
            return False
        self._taken_at = now
        known = self._counts
        self._counts = {}
        for key, summary in summaries:
            counts = known.get(key) or deque(maxlen=MOST_MINUTES)
            counts.append(summary.people if summary.line is LineState.LIVE else None)
            self._counts[key] = counts
        return True

    def of(self, key: ConferenceKey) -> tuple[int | None, ...]:
        """The number of people in each minute, the latest last; None where it was not known."""
        return tuple(self._counts.get(key, ()))
