"""The places of a wall: each conference keeps its own, so that nothing moves but what changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from pexdash.model.alarms.keys import ConferenceKey
from pexdash.session.estate.estate import Slot

_Place = TypeVar("_Place", bound=Slot)

KEPT_SECONDS = 600.0
"""How long a conference that is off the list keeps its place."""


class Places(Generic[_Place]):
    """Conferences by place and by key; `slots` has None for a free place."""

    def __init__(self) -> None:
        self.slots: list[_Place | None] = []
        self._by_key: dict[ConferenceKey, _Place] = {}

    def __iter__(self) -> Iterator[_Place]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def __getitem__(self, key: ConferenceKey) -> _Place:
        return self._by_key[key]

    def get(self, key: ConferenceKey) -> _Place | None:
        """The place of a conference, None where it has none."""
        return self._by_key.get(key)

    def index(self, place: _Place) -> int:
        """Where a conference is."""
        return self.slots.index(place)

    def add(self, place: _Place) -> None:
        """Give a new conference the first free place, else one at the end."""
        self._by_key[place.key] = place
        if None in self.slots:
            self.slots[self.slots.index(None)] = place
        else:
            self.slots.append(place)

    def replace(self, old: _Place, new: _Place) -> None:
        """Give a conference that comes back the place that it had."""
        self.slots[self.slots.index(old)] = new
        self._by_key[new.key] = new

    def free(self, now: float) -> list[_Place]:
        """Free the places of who has been off the list for long enough; returns who had them."""
        over = [
            place
            for place in self
            if place.gone_since is not None and now - place.gone_since >= KEPT_SECONDS
        ]
        for place in over:
            self.slots[self.slots.index(place)] = None
            del self._by_key[place.key]
        while self.slots and self.slots[-1] is None:
            self.slots.pop()
        return over
