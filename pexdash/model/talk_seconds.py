"""How many seconds each person talked, told piece by piece: voice activity, not words."""

from __future__ import annotations

from collections.abc import Container, Iterable

from pexdash.model.events import Speaker
from pexdash.model.turns import SHORTEST_TURN, Turns


class TalkSeconds:
    """The seconds of talk that have not been taken yet, by uuid; times are monotonic seconds.

    It counts the turns of a meeting as its report does, and keeps only who talked since the last
    `take`.
    """

    def __init__(self) -> None:
        self._turns = Turns(self._close)
        self._seconds: dict[str, float] = {}
        self._counted: dict[str, float] = {}
        """Up to when the turn of a uuid is counted already."""

    def hear(self, speakers: Iterable[Speaker], now: float) -> None:
        """Take a stage event: whom it does not list is silent."""
        self._turns.hear(speakers, now)

    def break_off(self, at: float) -> None:
        """End every turn, because nothing is known of the time after `at`."""
        self._turns.break_off(at)

    def take(self, now: float) -> dict[str, float]:
        """What everybody talked until `now` since the last time, turns that go on included."""
        taken, self._seconds = self.so_far(now), {}
        return taken

    def so_far(self, now: float) -> dict[str, float]:
        """As `take`, which still has it all."""
        for uuid, began in self._turns.began.items():
            end = self._turns.end(uuid, now)
            if end - began >= SHORTEST_TURN:
                self._count(uuid, began, end)
        return dict(self._seconds)

    def take_gone(self, uuids: Container[str], now: float) -> dict[str, float]:
        """What those talked since the last time who are not among `uuids`: they have left."""
        self._turns.keep(uuids, now)
        gone = [uuid for uuid in self._seconds if uuid not in uuids]
        return {uuid: self._seconds.pop(uuid) for uuid in gone}

    def _close(self, uuid: str, began: float, ended: float) -> None:
        self._count(uuid, began, ended)
        del self._counted[uuid]

    def _count(self, uuid: str, began: float, until: float) -> None:
        since = self._counted.get(uuid, began)
        self._counted[uuid] = until
        if until > since:
            self._seconds[uuid] = self._seconds.get(uuid, 0.0) + until - since
