"""The feed of a recording, which can go back in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pexdash.clock import Clock
from pexdash.model.alarms.load import LOAD_SECONDS
from pexdash.model.changes import Changes
from pexdash.model.summary import Summing
from pexdash.model.tally import PERSON, Tally
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice
from pexdash.session.feed.recorded_alarms import RecordedAlarms, alarms_after
from pexdash.session.feed.snapshot import Snapshot, copied, leap, put_back, values_of
from pexdash.session.feed.told import Alarmed, Heard, Listed, Stated, Told

_VALUES = (
    *("role", "is_listing", "is_live", "live_since", "live_until", "own_start", "_heard_at"),
    *("alarms", "raised"),
)


class ReplayFeed(Feed):
    """A feed that can be taken back to a moment, and told much at once.

    `alarms` are those that there are, as the recording tells, and `raised` is when the last of them
    were. With `sums` it keeps what a wall shows of the conference in `summing`.
    """

    def __init__(self, alias: str, clock: Clock, *, sums: bool = False) -> None:
        super().__init__(alias, clock)
        self.alarms: RecordedAlarms = {}
        self.raised: tuple[float, ...] = ()
        now = clock.monotonic()
        self.summing = Summing(Tally(self.conference, now), now) if sums else None
        # The details show the JSON that the node sent for a participant.
        self.conference.keeps_sources = True
        self._is_leaping = False

    def snapshot(self) -> Snapshot:
        """The state of this moment."""
        made: dict[int, Any] = {}
        return Snapshot(
            copied(self.conference, made),
            copied(self.airtime),
            copied(self.history),
            values_of(self.link),
            {name: getattr(self, name) for name in _VALUES},
            copied(self.summing, made),
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
        made: dict[int, Any] = {}
        put_back(self.conference, snapshot.conference, made)
        put_back(self.airtime, snapshot.airtime)
        put_back(self.history, snapshot.history)
        if self.summing is not None:
            put_back(self.summing, snapshot.summing, made)
        vars(self.link).update(snapshot.link)
        vars(self).update(snapshot.values)

    def tell(self, told: Told) -> Changes:
        if isinstance(told, Heard | Listed | Stated):
            self.link.shows_life()
        if isinstance(told, Alarmed):
            self._take_recorded(told)
        changes = super().tell(told)
        if self.summing is not None and changes:
            now = self.clock.monotonic()
            if self.summing.tally.take(changes, now) & PERSON:
                self.summing.take(now)
        return changes

    def _take_recorded(self, told: Alarmed) -> None:
        # Both are replaced and never changed: snapshots hold the same objects.
        now = self.clock.monotonic()
        self.alarms = alarms_after(self.alarms, told, now, self.clock.wall() - now)
        if told.change in ("raised", "worsened"):
            self.raised = (*(at for at in self.raised if now - at < LOAD_SECONDS), now)

    def notify(self, notice: Notice) -> None:
        if not self._is_leaping:
            super().notify(notice)

    def _pass_on(self, changes: Changes) -> None:
        if not self._is_leaping:
            super()._pass_on(changes)
