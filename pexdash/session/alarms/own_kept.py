"""What a screen acknowledges and shelves for itself, beside what other walls of the user keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from pexdash.model.alarms.kept import Ack, Kept, KeptChange, Shelf
from pexdash.model.alarms.keys import AlarmKey
from pexdash.session.alarms.kept_file import KeptFile

SAME_SECONDS = 1.0
"""How far apart two times of one decision may be: each reading of the file shifts them anew."""
_Value = TypeVar("_Value", Ack, Shelf)


class OwnKept:
    """Keeps decisions in the file `own`, and reads those of `others`, where it writes nothing.

    What is taken back here of what others decided is so until they decide it anew, or this program
    ends. An own decision goes before another's. To be used as a `KeptFile` is.
    """

    def __init__(self, own: KeptFile, others: KeptFile) -> None:
        self._own_file = own
        self._others_file = others
        self._own = self._others = Kept()
        self._taken_back = Kept({}, {})

    def load(self) -> Kept:
        """What holds at this screen; raises AlarmsNotKept as `KeptFile.load` does."""
        self._own, self._others = self._own_file.load(), self._others_file.load()
        return self._together()

    def load_if_changed(self) -> Kept | None:
        """What holds at this screen, None where neither file has changed; raises AlarmsNotKept."""
        own, others = self._own_file.load_if_changed(), self._others_file.load_if_changed()
        if own is None and others is None:
            return None
        self._own, self._others = own or self._own, others or self._others
        return self._together()

    def keep(self, changes: Sequence[KeptChange], now: float) -> Kept:
        """Write changes that were made at a time; raises AlarmsNotKept as `KeptFile.keep` does."""
        for change in changes:
            self._note(change)
        self._own = self._own_file.keep(changes, now)
        return self._together()

    def _note(self, change: KeptChange) -> None:
        """Note what is taken back of what others decided."""
        key, others, back = change.key, self._others, self._taken_back
        if change.value is not None:
            return
        if change.is_shelf and key in others.shelves:
            back.shelves[key] = others.shelves[key]
        elif not change.is_shelf and key in others.acks:
            back.acks[key] = others.acks[key]

    def _together(self) -> Kept:
        own, others, back = self._own, self._others, self._taken_back
        return Kept(
            {**_without(others.acks, back.acks), **own.acks},
            {**_without(others.shelves, back.shelves), **own.shelves},
        )


def _without(
    theirs: Mapping[AlarmKey, _Value], back: Mapping[AlarmKey, _Value]
) -> dict[AlarmKey, _Value]:
    """What others decided but for what is taken back here."""
    return {
        key: value
        for key, value in theirs.items()
        if (gone := back.get(key)) is None
        or gone.by != value.by
        or abs(gone.at - value.at) > SAME_SECONDS
    }
