"""What each person talked in a meeting, for its report: voice activity, not words."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping

from msgspec import Struct

from pexdash.model.events import Speaker
from pexdash.model.spells import Overlaps
from pexdash.model.turns import SHORTEST_TURN, Turns

_PIECE_SECONDS = 10.0
"""How much of a turn that goes on is counted at a time, so that little has to be kept."""


class Talked(Struct):
    """The turns of one person; moments are of the handed clock, `longest` is in seconds."""

    turns: int = 0
    longest: float = 0.0
    first_at: float = 0.0
    last_at: float = 0.0


class MeetingTalk:
    """Who talked, by the key of the person that `key_of` returns for a uuid, "" for nobody.

    What several devices of one person hear at once counts once; where several people talk at once,
    it counts for each. `overlaps` has the seconds. `is_heard` is whether there was a stage at all,
    and `is_told` whether seconds alone were told, without turns and overlaps.
    `talked` is told of each piece of talk once: the key, and when it began and ended.
    """

    def __init__(
        self,
        key_of: Callable[[str], str],
        talked: Callable[[str, float, float], None] = lambda *_: None,
    ) -> None:
        self.people: dict[str, Talked] = {}
        self.overlaps: Overlaps[str] = Overlaps()
        self.is_heard = self.is_told = False
        self._key_of = key_of
        self._talked = talked
        self._turns = Turns(self._close)
        self._counted: dict[str, float] = {}
        """Up to when the turn of a uuid is counted already."""

    def hear(self, speakers: Iterable[Speaker], now: float) -> None:
        """Take a stage event: whom it does not list is silent."""
        self.is_heard = True
        self._turns.hear(speakers, now)
        self._count(now)

    def add(self, seconds: Mapping[str, float], now: float) -> None:
        """Take how long some talked shortly before `now`, by uuid, where no stage is heard."""
        self.is_told = True
        by_key: dict[str, float] = {}
        for uuid, own in seconds.items():
            if key := self._key_of(uuid):
                # Two devices of one person heard the same voice.
                by_key[key] = max(own, by_key.get(key, 0.0))
        for key, own in by_key.items():
            self.overlaps.seconds[key] = self.overlaps.seconds.get(key, 0.0) + own
            talked = self.people.setdefault(key, Talked(first_at=now - own))
            talked.last_at = now
            self._talked(key, now - own, now)

    def keep(self, uuids: Container[str], now: float) -> None:
        """End the turns of everybody else: they have left."""
        self._turns.keep(uuids, now)
        self._count(now)

    def break_off(self, at: float) -> None:
        """End every turn, because nothing is known of the time after `at`."""
        self._turns.break_off(at)
        self.overlaps.advance(at)

    def _close(self, uuid: str, began: float, ended: float) -> None:
        counted = self._counted.pop(uuid, began)
        if not (key := self._key_of(uuid)):
            return
        self._add(key, counted, ended)
        talked = self.people.setdefault(key, Talked(first_at=began))
        talked.turns += 1
        talked.longest = max(talked.longest, ended - began)
        talked.first_at = min(talked.first_at, began)
        talked.last_at = max(talked.last_at, ended)

    def _add(self, key: str, began: float, ended: float) -> None:
        self.overlaps.add(key, began, ended)
        self._talked(key, began, ended)

    def _count(self, now: float) -> None:
        """Count what no later event can change."""
        sure_until, silent = now, self._turns.silent
        for uuid, began in self._turns.began.items():
            counted = self._counted.get(uuid, began)
            is_sure = uuid not in silent and now - began >= SHORTEST_TURN
            if is_sure and now - counted >= _PIECE_SECONDS:
                if key := self._key_of(uuid):
                    self._add(key, counted, now)
                self._counted[uuid] = counted = now
            sure_until = min(sure_until, counted)
        self.overlaps.advance(sure_until)
