"""Where connections last from one request to the next, and where they break without a word."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from pexdash.api.http.route import Address, Origin

FAILED_SECONDS = 600.0
"""How long no connection is kept at a place where one broke between two requests."""
MOST_PLACES = 100
"""How many places are remembered; the one that was noted first is forgotten."""


class Place(NamedTuple):
    """What a connection is for, and the address that it leads to."""

    origin: Origin
    address: Address | None


class Endurance:
    """What is known of the connections to each place.

    A node or a balancer may close a connection after an answer without saying so, and a request
    that is on its way meanwhile is lost.
    """

    def __init__(self) -> None:
        self._proved: dict[Place, None] = {}
        self._failed: dict[Place, float] = {}

    def proved(self, place: Place) -> None:
        """Note that a connection has carried a second request."""
        if not self.has_failed(place):
            self._proved[place] = None
            _forget_first(self._proved)

    def failed(self, place: Place) -> None:
        """Note that a connection broke; all that was proved before counts no more."""
        self._proved.pop(place, None)
        self._failed[place] = asyncio.get_running_loop().time()
        _forget_first(self._failed)

    def is_proved(self, place: Place) -> bool:
        """Whether a connection has carried a second request, and none broke since."""
        return place in self._proved

    def has_failed(self, place: Place) -> bool:
        """Whether a connection broke within FAILED_SECONDS."""
        failed_at = self._failed.get(place, float("-inf"))
        return asyncio.get_running_loop().time() - failed_at < FAILED_SECONDS


def _forget_first(places: dict[Place, None] | dict[Place, float]) -> None:
    if len(places) > MOST_PLACES:
        del places[next(iter(places))]
