"""A conference as the rules see it: its state, what is remembered of it, and our line to it."""

from __future__ import annotations

from collections.abc import Iterable

from pexdash.model.alarms.carried import AlarmClock, Carried
from pexdash.model.alarms.expectations import Expectations
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.alarms.memory import Memory
from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.line import Line, LineState
from pexdash.model.participant import Role, without_scheme
from pexdash.model.summary import Summary, Summing
from pexdash.model.tally import (
    EVERYTHING,
    HOST,
    LEFT,
    LINE,
    PERSON,
    PLACED,
    RECORDER,
    RINGING,
    STATUS,
    WAITING,
    Tally,
)

_MEMORABLE = PERSON | HOST | WAITING | RINGING | RECORDER | STATUS | LEFT | PLACED
"""The changes of which something may have to be remembered."""


class Watched:
    """One conference that is watched; times are seconds of the handed clock.

    `stale_since` is set where an alarm of an earlier run says that the line was lost before this
    run began, and `lost_at` is when we saw that it is lost: a line that is silent may have been
    heard last long before it breaks. `guest_since` is when our role went from Host to Guest, None
    where it did not. `required` and `home_domains` are those of `expects` as they are compared,
    without case. `is_removal_answered` is whether somebody has taken note that we were removed.
    """

    def __init__(
        self,
        key: ConferenceKey,
        conference: Conference,
        line: Line,
        expects: Expectations,
        now: float,
    ) -> None:
        self.key = key
        self.conference = conference
        self.line = line
        self.expect(expects)
        self.tally = Tally(conference, now)
        self.memory = Memory(conference)
        self.stale_since: float | None = None
        self.lost_at: float | None = None
        self.guest_since: float | None = None
        self.is_removal_answered = False
        self._was_host = line.role is Role.HOST
        self._summing = Summing(self.tally, now)
        self.memory.take(Changes(synced=True), self.tally, now)

    def move_to(
        self, conference: Conference, line: Line, expects: Expectations, now: float
    ) -> None:
        """Look at another object from now on, which is the same conference."""
        self.conference = conference
        self.tally = self._summing.tally = Tally(conference, now)
        self.memory.move_to(conference)
        if line.is_live:
            # Else nobody is in it only because its list is still to come.
            self._summing.take(now)
            self.memory.take(Changes(synced=True), self.tally, now)
        self.expect(expects)
        self._take_line(line, now)

    def expect(self, expects: Expectations) -> None:
        """Have other expectations of it from now on."""
        self.expects = expects
        self.required = tuple(without_scheme(one).casefold() for one in expects.required)
        self.home_domains = tuple(one.casefold() for one in expects.home_domains)

    def take(self, changes: Changes, line: Line, now: float) -> int:
        """Take changes that have been applied, and our line; returns what they touched."""
        tally = self.tally
        touched = tally.take(changes, now)
        if touched & PERSON or changes.synced:
            self._summing.take(now)
        if touched & _MEMORABLE and (line.is_live or changes.synced):
            # Else nobody may be in it only because its list is still to come.
            self.memory.take(changes, tally, now)
        if line is not self.line and line != self.line:
            touched |= LINE
            self._take_line(line, now)
        return EVERYTHING if changes.synced else touched

    def carried(self, clocks: Iterable[AlarmClock]) -> Carried:
        """What whoever follows the conference next is to know, with the clocks of its alarms."""
        summing = self._summing
        was_live = self.line.state is LineState.LOST or self.stale_since is not None
        return Carried(
            self.memory.carried(),
            tuple(clocks),
            self.lost_since if was_live else None,
            self.guest_since,
            self._was_host,
            summing.began,
            summing.peak,
            summing.peak_at,
        )

    def resume(self, told: Carried) -> None:
        """Know what another program knew, before anything is seen here."""
        self.memory.resume(told.remembered)
        self.stale_since, self.guest_since = told.lost_since, told.guest_since
        self._was_host = told.was_host
        self._summing.resume(told.began, told.peak, told.peak_at)

    def _take_line(self, line: Line, now: float) -> None:
        if line.state is not self.line.state:
            self.is_removal_answered = False
            self.lost_at = now if line.state is LineState.LOST else None
        self.line = line
        if line.state is not LineState.JOINING:
            self.stale_since = None
        if line.role is Role.HOST:
            self._was_host, self.guest_since = True, None
        elif line.role is Role.GUEST and self._was_host and self.guest_since is None:
            self.guest_since = now

    @property
    def people(self) -> int:
        """How many persons are in."""
        return len(self.tally.members[PERSON])

    @property
    def began(self) -> float | None:
        """When the first person of this meeting came in, or was found in."""
        return self._summing.began

    @property
    def lost_since(self) -> float | None:
        """Since when nothing has been heard of the conference, None while something is."""
        line = self.line
        if line.state is LineState.LOST:
            return line.since
        if line.state is not LineState.JOINING:
            return None
        if self.stale_since is not None:
            return self.stale_since
        return None if line.since is None else line.since + JOINING_SECONDS

    def name_of(self, uuid: str) -> str:
        """The name of somebody in the roster, or "somebody"."""
        one = self.conference.participants.get(uuid)
        return "somebody" if one is None else one.name

    def summary(self) -> Summary:
        """What a wall shows of it."""
        return self._summing.summary(self.line)


JOINING_SECONDS = 30.0
"""How long after its turn to join a line that was never live counts as lost."""
