"""Turns of talk: who begins, goes on and ends to talk, by the stage's voices."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

from msgspec import Struct

from pexdash.model.events import Speaker, voices

GAP_SECONDS = 1.0
"""How long somebody can be silent within one turn."""
SHORTEST_TURN = 1.0
"""Seconds; what is shorter is a cough or a chair, and counts for nothing."""


class Turn(Struct):
    """A turn that may go on; `silent_at` is when the voice fell silent, None while it is heard."""

    began: float
    silent_at: float | None = None

    def seconds(self, now: float) -> float:
        """How long it is by `now`, if it ends there at the latest."""
        return self.end(now) - self.began

    def end(self, now: float) -> float:
        """When it ended, or `now` while the voice is heard."""
        return max(self.began, now if self.silent_at is None else self.silent_at)


class Turns:
    """The turns that may go on, in `open` by the uuid of who talks; times are in seconds.

    Somebody talks while the stage lists them with voice activity above 0. Gaps of up to a second
    are part of a turn. `closed` is called with the uuid, the begin and the end of each turn that
    is over and at least a second long.
    """

    def __init__(self, closed: Callable[[str, float, float], None]) -> None:
        self.open: dict[str, Turn] = {}
        self._closed = closed

    def hear(self, speakers: Iterable[Speaker], now: float) -> None:
        """Take a stage event: whom it does not list is silent."""
        turns = self.open
        speaking = voices(speakers)
        for uuid, turn in list(turns.items()):
            if turn.silent_at is None:
                if uuid not in speaking:
                    turn.silent_at = now
            elif now - turn.silent_at > GAP_SECONDS:
                self._close(uuid, turn.silent_at)
            elif uuid in speaking:
                turn.silent_at = None
        for uuid in speaking - turns.keys():
            turns[uuid] = Turn(now)

    def keep(self, uuids: Container[str], now: float) -> None:
        """End the turns of everybody else: they have left."""
        for uuid in [uuid for uuid in self.open if uuid not in uuids]:
            self._close(uuid, now)

    def break_off(self, at: float) -> None:
        """End every turn, because nothing is known of the time after `at`."""
        for uuid in list(self.open):
            self._close(uuid, at)

    def _close(self, uuid: str, at: float) -> None:
        turn = self.open.pop(uuid)
        if turn.seconds(at) >= SHORTEST_TURN:
            self._closed(uuid, turn.began, turn.end(at))
