"""The log of a wall: alarms, what people decided about them, our actions, and lines lost."""

from __future__ import annotations

from collections import deque

from pexdash.clock import Clock
from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import EVERYWHERE, ConferenceKey
from pexdash.model.history import Happening, Kind
from pexdash.model.line import Line, LineState
from pexdash.session.estate.estate import Incident
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.moderation.journal import Entry, Outcome
from pexdash.session.moderation.log import who_of

MOST_INCIDENTS = 5000

_OF_ALARMS = {
    Change.RAISED: "{severity}: {text}",
    Change.WORSENED: "is {severity} now: {text}",
    Change.EASED: "is {severity} now: {text}",
    Change.ACKED: "{by} acknowledged: {text}",
    Change.RETURNED: "is over: {text}",
    Change.CLEARED: "is over: {text}",
    Change.SHELVED: "{by} shelved: {text}",
    Change.UNSHELVED: "{by} took off the shelf: {text}",
}
"""What is told of each change of an alarm; of what goes with another alarm, that one tells."""
_FAILED = (Outcome.REFUSED, Outcome.UNKNOWN, Outcome.QUIET)


class Incidents(deque[Incident]):
    """The latest 5,000, the oldest first."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(maxlen=MOST_INCIDENTS)
        self._clock = clock

    def take_edge(self, edge: Edge) -> None:
        """Tell what happened to an alarm."""
        told = _OF_ALARMS.get(edge.change)
        if told is None:
            return
        words = told.format(severity=edge.severity.value, text=edge.text, by=edge.by or "the time")
        wall = edge.at + self._clock.wall() - self._clock.monotonic()
        happening = Happening(wall, Kind.ALARM, f"{edge.key.rule} {words}", edge.person)
        self.append(Incident(edge.key.conference, happening))

    def take_line(self, key: ConferenceKey, before: LineState, line: Line) -> None:
        """Tell of a line that is lost, or is there again."""
        if line.state is before or LineState.JOINING in (before, line.state):
            return
        why = f": {line.why}" if line.why else ""
        self._add(key, Kind.LINE, f"the line is {line.state.value}{why}")

    def take_request(self, key: ConferenceKey, entry: Entry) -> None:
        """Tell how a request of ours ended."""
        whom = f" {entry.name}" if entry.name else ""
        reason = f", {entry.reason}" if entry.reason else ""
        how = f": {entry.outcome.value}{reason}" if entry.outcome in _FAILED else ""
        self._add(key, Kind.OWN, f"{who_of(entry)}: {entry.title}{whom}{how}", entry.uuid)

    def take_words(self, words: str) -> Notice:
        """Tell of the whole wall what somebody may not be there to read; returns it as a notice."""
        self._add(EVERYWHERE, Kind.LINE, words)
        return Notice(words, Weight.WARNING)

    def _add(self, key: ConferenceKey, kind: Kind, words: str, uuid: str = "") -> None:
        self.append(Incident(key, Happening(self._clock.wall(), kind, words, uuid)))
