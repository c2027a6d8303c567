"""The feed of a recording, which can go back in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pexdash.clock import Clock
from pexdash.model.changes import Changes
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice
from pexdash.session.feed.snapshot import Snapshot, copied, leap, put_back, values_of
from pexdash.session.feed.told import Heard, Listed, Stated, Told

_VALUES = ("role", "is_listing", "is_live", "live_since", "live_until", "own_start", "_heard_at")


class ReplayFeed(Feed):
    """A feed that can be taken back to a moment, and told much at once."""

    def __init__(self, alias: str, clock: Clock) -> None:
        super().__init__(alias, clock)
        # The details show the JSON that the node sent for a participant.
        self.conference.keeps_sources = True
        self._is_leaping = False

    def snapshot(self) -> Snapshot:
        """The state of this moment."""
        return Snapshot(
            copied(self.conference),
            copied(self.airtime),
            copied(self.history),
            values_of(self.link),
            {name: getattr(self, name) for name in _VALUES},
        )

    @contextmanager
    def leaping(self, back_to: Snapshot | None = None) -> Iterator[None]:
        """Tell the watches at the end of the block alone what is another now, and no notice.

        The block begins in the state of `back_to`, or in that of now.
        """
        before, rooms = dict(self.conference.participants), dict(self.conference.rooms)
        if back_to is not None:
            self._become(back_to)
        self._is_leaping = True
        try:
            yield
        finally:
            self._is_leaping = False
            self._pass_on(leap(before, rooms, self.conference))

    def _become(self, snapshot: Snapshot) -> None:
        put_back(self.conference, snapshot.conference)
        put_back(self.airtime, snapshot.airtime)
        put_back(self.history, snapshot.history)
        vars(self.link).update(snapshot.link)
        vars(self).update(snapshot.values)

    def tell(self, told: Told) -> Changes:
        if isinstance(told, Heard | Listed | Stated):
            self.link.shows_life()
        return super().tell(told)

    def notify(self, notice: Notice) -> None:
        if not self._is_leaping:
            super().notify(notice)

    def _pass_on(self, changes: Changes) -> None:
        if not self._is_leaping:
            super()._pass_on(changes)
