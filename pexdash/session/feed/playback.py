"""What plays a recording: its feeds, its source and its clock, and what is read ahead of it."""

from __future__ import annotations

from typing import NamedTuple

from pexdash.clock import Clock
from pexdash.session.feed.keyframes import Keyframes, Track
from pexdash.session.feed.played_clock import PlayedClock
from pexdash.session.feed.replay_feed import ReplayFeed
from pexdash.session.feed.replay_feeds import ReplayFeeds
from pexdash.session.feed.replay_source import ReplaySource
from pexdash.session.feed.tape import MergedTape


class Playback(NamedTuple):
    """All that plays the conferences of `tape` together; `feeds` are in the order of its tapes."""

    tape: MergedTape
    feeds: tuple[ReplayFeed, ...]
    source: ReplaySource
    clock: PlayedClock
    keyframes: Keyframes

    @property
    def track(self) -> Track:
        """What the time line shows: one conference, or all of them."""
        return self.keyframes.whole


def playback_of(tape: MergedTape, clock: Clock, *, speed: float = 1.0) -> Playback:
    """Play `tape` by `clock`, so many times as fast as life."""
    played = PlayedClock(tape.started, clock, speed=speed)
    aliases = [one.alias for one in tape.tapes]
    feeds = tuple(ReplayFeed(alias, played, sums=len(aliases) > 1) for alias in aliases)
    keyframes = Keyframes(tape, aliases, tape.started)
    source = ReplaySource(tape, ReplayFeeds(feeds), played, keyframes)
    return Playback(tape, feeds, source, played, keyframes)
