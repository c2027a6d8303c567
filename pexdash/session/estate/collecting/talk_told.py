"""Tells once a minute how long each person talked in a conference."""

from __future__ import annotations

from collections.abc import Callable

from pexdash.model.changes import Changes
from pexdash.model.events import StageUpdated
from pexdash.model.talk_seconds import TalkSeconds
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.told import Spoken

TALK_SECONDS = 60.0
"""How often it is told who talked: the stage itself is several events a second."""


class TalkTold:
    """Counts the voices of a feed, and calls `tell` with what was talked, until `stop`.

    Whoever leaves is told of at once, as are all when the line is lost: a reader then still knows
    who they are. Where nobody talked, nothing is told.
    """

    def __init__(self, feed: Feed, tell: Callable[[Spoken], None]) -> None:
        self._feed = feed
        self._tell = tell
        self._seconds = TalkSeconds()
        self._told_at = feed.clock.monotonic()
        self._stop = feed.on_kind(StageUpdated, self._hear)

    def stop(self) -> None:
        """Count no more, and tell the rest."""
        self._stop()
        self._take(self._feed.clock.monotonic())

    def look(self) -> None:
        """Tell who talked, where the last time was a minute ago."""
        now = self._feed.clock.monotonic()
        if now - self._told_at >= TALK_SECONDS:
            self._take(now)

    def untold(self) -> dict[str, float]:
        """What was talked and is not told yet, by uuid."""
        return self._seconds.so_far(self._feed.clock.monotonic())

    def take_line(self) -> None:
        """The line may be another: nothing is known of who talks while it brings no events."""
        link = self._feed.link
        if not link.is_live or link.is_held_back:
            now = self._feed.clock.monotonic()
            self._seconds.break_off(now if link.heard_at is None else link.heard_at)
            self._take(now)

    def take_changes(self, changes: Changes) -> None:
        """Some may have left; to be called before a reader is told that they did."""
        if changes.left or changes.synced:
            people, now = self._feed.conference.participants, self._feed.clock.monotonic()
            self._put(self._seconds.take_gone(people, now))

    def _hear(self, event: StageUpdated) -> None:
        self._seconds.hear(event.speakers, self._feed.clock.monotonic())

    def _take(self, now: float) -> None:
        self._told_at = now
        self._put(self._seconds.take(now))

    def _put(self, seconds: dict[str, float]) -> None:
        if seconds:
            self._tell(Spoken(seconds))
