"""Acknowledgements and shelves at work: what holds now, and what is to be written of it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from pexdash.model.alarms.kept import (
    Ack,
    Kept,
    KeptChange,
    Shelf,
    changed,
    check_shelving,
    shelf_keys,
)
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey


class Keeping:
    """What is kept, and the changes of it that are not written yet; times as handed in."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self.next_end = math.inf
        self._changes: list[KeptChange] = []
        self._note_end()

    def take_changes(self) -> list[KeptChange]:
        """What is to be written since the last call."""
        taken, self._changes = self._changes, []
        return taken

    def adopt(self, kept: Kept) -> None:
        """Take what is kept by now, but for what is not written yet."""
        self.kept = changed(kept, self._changes)
        self._note_end()

    def inherit(self, kept: Kept) -> None:
        """Take beside what is kept what another program kept, which is written already."""
        self.kept = Kept({**self.kept.acks, **kept.acks}, {**self.kept.shelves, **kept.shelves})
        self._note_end()

    def forget(self, conference: ConferenceKey) -> None:
        """Keep nothing of a conference here, because another program does."""
        acks, shelves = self.kept.acks.items(), self.kept.shelves.items()
        self.kept = Kept(
            {key: ack for key, ack in acks if key.conference != conference},
            {key: shelf for key, shelf in shelves if key.conference != conference},
        )
        self._note_end()

    def acks_of(self, conference: ConferenceKey) -> Iterator[tuple[AlarmKey, Ack]]:
        """The acknowledgements for alarms of a conference."""
        for key, ack in self.kept.acks.items():
            if key.conference == conference:
                yield key, ack

    def put_ack(self, key: AlarmKey, ack: Ack) -> None:
        self._put(KeptChange(key, is_shelf=False, value=ack))

    def drop_ack(self, key: AlarmKey) -> None:
        if key in self.kept.acks:
            self._put(KeptChange(key, is_shelf=False, value=None))

    def put_shelf(self, key: AlarmKey, shelf: Shelf) -> None:
        """Put something aside; raises UsageFault where it would be for too long."""
        check_shelving(key, None if shelf.until is None else shelf.until - shelf.at)
        self._put(KeptChange(key, is_shelf=True, value=shelf))

    def drop_shelf(self, key: AlarmKey) -> None:
        if key in self.kept.shelves:
            self._put(KeptChange(key, is_shelf=True, value=None))

    def drop_shelf_until_clear(self, key: AlarmKey) -> None:
        """The alarm has cleared: a shelf that was for so long is over."""
        shelf = self.kept.shelves.get(key)
        if shelf is not None and shelf.until is None:
            self.drop_shelf(key)

    def over(self, now: float) -> list[AlarmKey]:
        """The keys of the shelves whose time has come."""
        shelves = self.kept.shelves.items()
        return [key for key, one in shelves if one.until is not None and one.until <= now]

    def is_shelved(self, key: AlarmKey) -> bool:
        """Whether an alarm, its conference or its cluster is put aside."""
        shelves = self.kept.shelves
        return bool(shelves) and any(one in shelves for one in shelf_keys(key))

    def _put(self, change: KeptChange) -> None:
        self._changes.append(change)
        self.kept = changed(self.kept, [change])
        self._note_end()

    def _note_end(self) -> None:
        ends = (one.until for one in self.kept.shelves.values() if one.until is not None)
        self.next_end = min(ends, default=math.inf)
