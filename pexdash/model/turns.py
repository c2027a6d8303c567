"""Turns of talk: who begins, goes on and ends to talk, by the stage's voices."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

from pexdash.model.events import Speaker, voices

GAP_SECONDS = 1.0
"""How long somebody can be silent within one turn."""
SHORTEST_TURN = 1.0
"""Seconds; what is shorter is a cough or a chair, and counts for nothing."""


class Turns:
    """The turns that may go on, by the uuid of who talks; times are in seconds.

    `began` has when each began, and `silent` when the voice fell silent, of those that are not
    heard now. Somebody talks while the stage lists them with voice activity above 0. Gaps of up to
    a second are part of a turn. `closed` is called with the uuid, the begin and the end of each
    turn that is over and at least a second long.
    """

    def __init__(self, closed: Callable[[str, float, float], None]) -> None:
        self.began: dict[str, float] = {}
        self.silent: dict[str, float] = {}
        self._heard: frozenset[str] = frozenset()
        self._closed = closed

    def hear(self, speakers: Iterable[Speaker], now: float) -> None:
        """Take a stage event: whom it does not list is silent."""
        began, silent, heard = self.began, self.silent, self._heard
        over = []
        for uuid, at in silent.items():
            if now - at <= GAP_SECONDS:
                break  # they stand in the order in which they fell silent
            over.append(uuid)
        for uuid in over:
            self._close(uuid, now)
        speaking = self._heard = voices(speakers)
        if speaking == heard:
            return
        for uuid in speaking - heard:
            if silent.pop(uuid, None) is None:
                began[uuid] = now
        for uuid in heard - speaking:
            silent[uuid] = now

    def keep(self, uuids: Container[str], now: float) -> None:
        """End the turns of everybody else: they have left."""
        for uuid in [uuid for uuid in self.began if uuid not in uuids]:
            self._close(uuid, now)

    def break_off(self, at: float) -> None:
        """End every turn, because nothing is known of the time after `at`."""
        for uuid in list(self.began):
            self._close(uuid, at)

    def end(self, uuid: str, now: float) -> float:
        """When the turn of `uuid` ended, or `now` while the voice is heard."""
        return max(self.began[uuid], self.silent.get(uuid, now))

    def seconds(self, uuid: str, now: float) -> float:
        """How long the turn of `uuid` is by `now`, if it ends there at the latest."""
        return self.end(uuid, now) - self.began[uuid]

    def _close(self, uuid: str, at: float) -> None:
        end = self.end(uuid, at)
        began = self.began.pop(uuid)
        self.silent.pop(uuid, None)
        self._heard -= {uuid}
        if end - began >= SHORTEST_TURN:
            self._closed(uuid, began, end)
