"""The order of the speakers, and the seats it leads to (API guide, stage event)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pexdash.node.participant import NodeParticipant

MOST_ON_STAGE = 22


class Stage:
    """The order of speakers, most recent first, their voice activity (0 to 100), and the seats."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.vads: dict[str, int] = {}
        self.seats: list[str] = []
        self._spotlighted: dict[str, float] = {}

    def note_spotlight(self, one: NodeParticipant) -> None:
        """Note since when a participant is in the spotlight, or that it is not."""
        if one.spotlight:
            self._spotlighted[one.uuid] = one.spotlight
        else:
            self._spotlighted.pop(one.uuid, None)

    def hear(self, vads: Mapping[str, int]) -> bool:
        """Set the voices of this moment, silence for all others; False if nothing changed."""
        speaking = {uuid: vad for uuid, vad in vads.items() if vad > 0}
        began = [uuid for uuid in speaking if not self.vads.get(uuid)]
        went_on = [uuid for uuid in self.order if uuid in speaking and uuid not in began]
        silent = [uuid for uuid in self.order if uuid not in speaking]
        order = (began + went_on + silent)[:MOST_ON_STAGE]
        changed = order != self.order or speaking != self.vads
        self.order, self.vads = order, speaking
        return changed

    def silence(self, uuid: str) -> bool:
        """End the voice of one who was muted; False if there was none."""
        if uuid not in self.vads:
            return False
        return self.hear({one: vad for one, vad in self.vads.items() if one != uuid})

    def drop(self, uuid: str) -> bool:
        """Take one who left off the stage; False if not on it."""
        if uuid not in self.order:
            return False
        self.order.remove(uuid)
        self.vads.pop(uuid, None)
        return True

    def arrange(
        self, people: Mapping[str, NodeParticipant], most: int, first: Iterable[str] = ()
    ) -> bool:
        """Assign at most so many seats; False if nothing changed.

        They are for those who are to come `first`, spotlighted people, speakers, then others.
        """
        seats: list[str] = []
        spotlighted = sorted(self._spotlighted, key=self._spotlighted.__getitem__)
        for source in (first, spotlighted, self.order, people):
            for uuid in source:
                if len(seats) == most:
                    break
                if uuid not in seats and uuid in people and people[uuid].seated:
                    seats.append(uuid)
        changed = seats != self.seats
        self.seats = seats
        return changed

    def stage_data(self) -> list[dict[str, object]]:
        """The data of a `stage` event."""
        return [
            {"participant_uuid": uuid, "stage_index": index, "vad": self.vads.get(uuid, 0)}
            for index, uuid in enumerate(self.order)
        ]
