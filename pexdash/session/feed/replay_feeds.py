"""The feeds of a tape: one for each of its conferences, which go through time together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from pexdash.model.changes import Changes
from pexdash.session.feed.recorded import Record
from pexdash.session.feed.replay_feed import ReplayFeed
from pexdash.session.feed.snapshot import Snapshot

Snapshots = tuple[Snapshot, ...]
"""The state of each conference at one moment."""


class ReplayFeeds:
    """Tells each record to the feed of its conference, and takes all of them back to a moment."""

    def __init__(self, feeds: Sequence[ReplayFeed]) -> None:
        self.feeds = feeds
        self._kept: list[Snapshot | None] = [None] * len(feeds)

    def tell(self, record: Record) -> Changes:
        """Apply one record; returns the changes of its conference."""
        self._kept[record.conference] = None
        return self.feeds[record.conference].tell(record.told)

    def snapshot(self) -> Snapshots:
        """The state of this moment; of who was told nothing since the last time, it is that one."""
        kept = [
            feed.snapshot() if known is None else known
            for feed, known in zip(self.feeds, self._kept, strict=True)
        ]
        self._kept[:] = kept
        return tuple(kept)

    @contextmanager
    def leaping(self, back_to: Snapshots | None = None) -> Iterator[None]:
        """Tell the watches at the end of the block alone what is another now, and no notice.

        The block begins in the states of `back_to`, or in those of now.
        """
        with ExitStack() as leaps:
            for number, feed in enumerate(self.feeds):
                leaps.enter_context(feed.leaping(None if back_to is None else back_to[number]))
            self._kept[:] = [None] * len(self.feeds) if back_to is None else back_to
            yield

    def touch(self) -> None:
        """Have every watch draw its conference again."""
        for feed in self.feeds:
            feed.touch()
