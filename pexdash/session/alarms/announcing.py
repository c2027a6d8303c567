"""What other programs are told of alarms: each announcement, and each end of what was announced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum

from msgspec import Struct

from pexdash.api.alertmanager import date_time
from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import AlarmKey, Severity
from pexdash.text import ADDRESS_LIMIT, REASON_LIMIT, clean


class Announced(Enum):
    """What is told of an alarm; the values are the words for other programs."""

    BEGUN = "announced"
    OVER = "ended"


class Announcement(Struct, frozen=True):
    """One thing to tell; `since` is the Unix time at which the alarm's cause began."""

    state: Announced
    key: AlarmKey
    severity: Severity
    since: float
    text: str

    @property
    def fields(self) -> dict[str, str]:
        """The environment of a command; nothing in it was written by others but the alias."""
        return {
            "PEXDASH_ALARM_RULE": self.key.rule,
            "PEXDASH_ALARM_STATE": self.state.value,
            "PEXDASH_ALARM_SEVERITY": self.severity.value,
            "PEXDASH_ALARM_CLUSTER": clean(self.key.conference.cluster, ADDRESS_LIMIT),
            "PEXDASH_ALARM_CONFERENCE": clean(self.key.conference.alias, ADDRESS_LIMIT),
            "PEXDASH_ALARM_SINCE": date_time(self.since),
        }

    @property
    def all_fields(self) -> dict[str, str]:
        """As `fields`, with what others may have written, cleaned."""
        return {
            **self.fields,
            "PEXDASH_ALARM_SUBJECT": clean(self.key.subject, ADDRESS_LIMIT),
            "PEXDASH_ALARM_TEXT": clean(self.text, REASON_LIMIT),
        }


def announcement_of(edge: Edge, state: Announced, ahead: float) -> Announcement:
    """What to tell; `ahead` is Unix time less the clock of the alarms."""
    return Announcement(state, edge.key, edge.severity, edge.began + ahead, edge.text)


class Announcing:
    """Finds in what happens to alarms what other programs are told: each end once."""

    def __init__(self) -> None:
        self._over: set[AlarmKey] = set()

    def take(self, edges: Iterable[Edge], ahead: float) -> Iterator[Announcement]:
        """What is to be told, in order; `ahead` as in `announcement_of`."""
        for edge in edges:
            if edge.change in (Change.RAISED, Change.ANNOUNCED):
                self._over.discard(edge.key)
            if edge.change is Change.ANNOUNCED:
                yield announcement_of(edge, Announced.BEGUN, ahead)
            elif edge.change in (Change.RETURNED, Change.CLEARED) and edge.was_announced:
                if edge.key not in self._over:
                    yield announcement_of(edge, Announced.OVER, ahead)
                # Of what has returned, the end comes once more when it clears.
                if edge.change is Change.RETURNED:
                    self._over.add(edge.key)
                else:
                    self._over.discard(edge.key)
