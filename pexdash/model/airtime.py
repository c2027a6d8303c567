"""Who talked and for how long: voice activity, not words."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterable, Mapping
from copy import copy

from msgspec import Struct

from pexdash.model.events import Speaker
from pexdash.model.turns import SHORTEST_TURN, Turns

RECENT_SECONDS = 600.0
"""How far back `recent` looks."""
MOST_TURNS = 10_000
"""How many turns are kept for `recent`, several times those of a lively meeting."""
MOST_PEOPLE = 5_000
"""How many people are kept apart; of more, those who have been silent for longest are forgotten."""


class Talk(Struct):
    """What one person talked in the meeting: seconds, number of turns, seconds of the longest."""

    seconds: float = 0.0
    turns: int = 0
    longest: float = 0.0

    def add(self, seconds: float) -> None:
        """Add a turn of so many seconds."""
        self.seconds += seconds
        self.turns += 1
        self.longest = max(self.longest, seconds)


class Airtime:
    """Turns of talk, by the uuid of who talks; times are monotonic seconds.

    Somebody talks while the stage lists them with voice activity above 0. Gaps of up to a second
    are part of a turn, and a turn is at least a second long. Where several talk at once, it counts
    for each. Who comes back under another uuid begins anew.
    """

    def __init__(self) -> None:
        self._turns = Turns(self._close)
        self._closed: deque[tuple[float, float, str]] = deque(maxlen=MOST_TURNS)
        self._people: dict[str, Talk] = {}
        self._total = 0.0

    # What happens

    def hear(self, speakers: Iterable[Speaker], now: float) -> None:
        """Take a stage event: whom it does not list is silent."""
        self._turns.hear(speakers, now)

    def keep(self, uuids: Container[str], now: float) -> None:
        """End the turns of everybody else: they have left."""
        self._turns.keep(uuids, now)

    def break_off(self, at: float) -> None:
        """End every turn, because nothing is known of the time after `at`."""
        self._turns.break_off(at)

    def _close(self, uuid: str, began: float, end: float) -> None:
        seconds = end - began
        self._closed.append((began, end, uuid))
        # At the end of the order, because this is now the one silent for the shortest time.
        talk = self._people[uuid] = self._people.pop(uuid, Talk())
        talk.add(seconds)
        self._total += seconds
        if len(self._people) > MOST_PEOPLE:
            del self._people[next(iter(self._people))]

    # What it comes to

    def talk(self, uuid: str, now: float) -> Talk:
        """What one person has talked until `now`, the turn that may go on included."""
        talk = copy(self._people.get(uuid)) or Talk()
        turns = self._turns
        if uuid in turns.began and (seconds := turns.seconds(uuid, now)) >= SHORTEST_TURN:
            talk.add(seconds)
        return talk

    def total(self, now: float) -> float:
        """The seconds that all people together have talked until `now`."""
        running = [self._turns.seconds(uuid, now) for uuid in self._turns.began]
        return self._total + sum(seconds for seconds in running if seconds >= SHORTEST_TURN)

    def recent(self, now: float) -> dict[str, float]:
        """The seconds that each person talked in the ten minutes before `now`."""
        since = now - RECENT_SECONDS
        while self._closed and self._closed[0][1] <= since:
            self._closed.popleft()
        seconds: dict[str, float] = {}
        for began, end, uuid in self._closed:
            if end > since:
                seconds[uuid] = seconds.get(uuid, 0.0) + end - max(began, since)
        for uuid, began in self._turns.began.items():
            end = self._turns.end(uuid, now)
            if end > since and end - began >= SHORTEST_TURN:
                seconds[uuid] = seconds.get(uuid, 0.0) + end - max(began, since)
        return seconds


def shares(seconds: Mapping[str, float]) -> dict[str, float]:
    """The share of each of the sum of all, from 0 to 1."""
    total = sum(seconds.values())
    return {uuid: own / total for uuid, own in seconds.items()} if total else {}
