"""Takes note of the alarms of one conference, for its screen over the wall."""

from __future__ import annotations

from pexdash.model.alarms.alarm import Alarm
from pexdash.session.estate.estate import Estate, Slot
from pexdash.session.feed.notices import Notice, Weight
from pexdash.ui.wall.board import WallBoard
from pexdash.ui.wall.facts import needs_somebody


class Acknowledging:
    """The alarms of the conference of `slot`, as the wall of `board` has them."""

    def __init__(self, board: WallBoard, slot: Slot) -> None:
        self._board = board
        self._slot = slot

    @property
    def _estate(self) -> Estate:
        return self._board.estate

    def _of_conference(self) -> list[Alarm]:
        return [one for one in self._estate.alarms.listed() if one.key.conference == self._slot.key]

    def are_due(self) -> bool:
        """Whether an alarm of the conference needs somebody, who may take note of it here."""
        return self._estate.acknowledges and any(map(needs_somebody, self._of_conference()))

    def take_note(self) -> Notice:
        """Take note of all that need somebody; returns what is told of that."""
        if words := refusal(self._estate):
            return Notice(words, Weight.WARNING)
        alarms = self._of_conference()
        loud = [one for one in alarms if needs_somebody(one)]
        if not loud:
            none = "Every alarm of this conference is acknowledged" if alarms else NONE_HERE
            return Notice(none)
        # What is told once nothing is listed any more is how it was before.
        told = "; ".join(self._board.telling.text(one, self._board.now) for one in loud)
        self._estate.acknowledge([one.key for one in loud])
        number = f"{len(loud)} alarms acknowledged" if len(loud) > 1 else "Acknowledged"
        return Notice(f"{number}: {told}")


NONE_HERE = "The wall has no alarm of this conference"


def refusal(estate: Estate) -> str:
    """Why nobody may acknowledge or shelve at a wall, "" where they may."""
    if estate.acknowledges:
        return ""
    words = "READ ONLY: nothing is decided or done at this wall"
    return words if estate.through else f"{words}; with --local-ack it acknowledges for itself"
