"""The watches of an estate: each gathers what changed until its listener takes it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.session.estate.estate import EstateChanges
from pexdash.session.feed.notices import Notice


class _Watch:
    """One listener (`estate.EstateWatch`)."""

    def __init__(
        self,
        watches: Watches,
        changed: Callable[[], None] | None,
        notify: Callable[[Notice], None] | None,
    ) -> None:
        self.changed, self.notify = changed, notify
        self.changes = EstateChanges(set(), [])
        self._watches = watches

    def take_changes(self) -> EstateChanges:
        taken, self.changes = self.changes, EstateChanges(set(), [])
        return taken

    def close(self) -> None:
        self._watches.drop(self)


class Watches:
    """Passes what changed to every watch."""

    def __init__(self) -> None:
        self._watches: tuple[_Watch, ...] = ()

    def open(
        self,
        changed: Callable[[], None] | None = None,
        notify: Callable[[Notice], None] | None = None,
    ) -> _Watch:
        """A new watch; see `Estate.watch`."""
        watch = _Watch(self, changed, notify)
        self._watches = (*self._watches, watch)
        return watch

    def drop(self, watch: _Watch) -> None:
        """Pass nothing to a watch any more."""
        self._watches = tuple(one for one in self._watches if one is not watch)

    def conference(self, key: ConferenceKey) -> None:
        """The summary of a conference may differ."""
        self.conferences((key,))

    def conferences(self, keys: Collection[ConferenceKey]) -> None:
        """The summaries of several conferences may differ."""
        if not keys:
            return
        for watch in self._watches:
            watch.changes.conferences.update(keys)
            if watch.changed is not None:
                watch.changed()

    def edges(self, edges: Iterable[Edge]) -> None:
        """Something happened to alarms."""
        for watch in self._watches:
            for edge in edges:
                watch.changes.edges.append(edge)
                watch.changes.conferences.add(edge.key.conference)
            if watch.changed is not None:
                watch.changed()

    def slots(self) -> None:
        """Conferences came or went, or are called otherwise."""
        for watch in self._watches:
            watch.changes.slots = True
            if watch.changed is not None:
                watch.changed()

    def say(self, notice: Notice) -> None:
        """Tell every watch a sentence."""
        for watch in self._watches:
            if watch.notify is not None:
                watch.notify(notice)
