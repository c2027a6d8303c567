"""The list of alarms in the order in which a wall shows them, which holds still on demand."""

from __future__ import annotations

from collections.abc import Iterable

from pexdash.model.alarms.alarm import Alarm, State
from pexdash.model.alarms.keys import AlarmKey

HOLD_SECONDS = 10.0
"""How long after a key the list holds still."""


class Listing:
    """The alarms that are not suppressed: unacknowledged first, then by severity, then by age.

    What is over and not acknowledged comes last.

    Among equals the oldest is first, so that a new one moves none of them. While the list is held,
    nothing moves: new ones go below, what is over keeps its row, and has it again if it is raised
    anew. `unseen` counts the rows that came while it was held, and `is_held` is whether it was held
    at the last update.
    """

    def __init__(self) -> None:
        self.rows: list[Alarm] = []
        self.unseen = 0
        self.is_held = False

    def update(self, listed: Iterable[Alarm], *, held: bool) -> bool:
        """Take the alarms there are; returns whether a row came, went or moved.

        `held` is True while the cursor is in the list, and for 10 s after a key.
        """
        self.is_held = held
        there = {alarm.key: alarm for alarm in listed}
        shown = [alarm for alarm in there.values() if not alarm.parent]
        if held:
            known = {alarm.key for alarm in self.rows}
            new = sorted((one for one in shown if one.key not in known), key=place_of)
            rows = [there.get(one.key, one) for one in self.rows] + new
            self.unseen += len(new)
        else:
            rows = sorted(shown, key=place_of)
            self.unseen = 0
        moved = rows != self.rows
        self.rows = rows
        return moved

    def row_of(self, key: AlarmKey) -> int | None:
        """The row of an alarm, None where it is not shown."""
        return next((at for at, one in enumerate(self.rows) if one.key == key), None)


def place_of(alarm: Alarm) -> tuple[object, ...]:
    """By what alarms are ordered."""
    is_over = alarm.state is State.RETURNED
    return is_over, not alarm.is_unacked, alarm.severity.rank, alarm.began, alarm.key
