"""The figures of one meeting as a whole, for its report."""

from __future__ import annotations

from msgspec import Struct, field

from pexdash.model.attendance import Attendance
from pexdash.model.conference import Conference
from pexdash.model.spells import Spell

EVERYBODY_LEFT = "everybody left"
OBSERVATION_ENDED = "observation ended"


class Figures(Struct):
    """What was so in a meeting, and for how many seconds; moments are Unix times.

    While the line is lost nothing counts, as nothing is known. `knows_lock` is whether the node has
    said if the conference is locked.
    """

    started: float | None = None
    ended: float | None = None
    ended_how: str = ""
    peak: int = 0
    peak_at: float | None = None
    chat_lines: int = 0
    knows_lock: bool = False
    populated: Spell = field(default_factory=Spell)
    hosted: Spell = field(default_factory=Spell)
    unhosted: Spell = field(default_factory=Spell)
    locked: Spell = field(default_factory=Spell)
    recorded: Spell = field(default_factory=Spell)
    presented: Spell = field(default_factory=Spell)

    def look(self, conference: Conference, attendance: Attendance, now: float) -> None:
        """Take the meeting as it is from `now` on."""
        people = attendance.present
        if people and self.started is None:
            self.started = now
        if people > self.peak:
            self.peak, self.peak_at = people, now
        locked = conference.status.locked
        self.knows_lock |= locked is not None
        self.populated.put(people > 0, now)
        self.hosted.put(attendance.hosts > 0, now)
        self.unhosted.put(people > 0 and not attendance.hosts, now)
        self.locked.put(locked is True, now)
        is_recorded = attendance.recorders > 0 or conference.status.recording is True
        self.recorded.put(is_recorded, now)
        self.presented.put(conference.presentation is not None, now)

    def lose(self, at: float) -> None:
        """The line is lost: nothing is known from now on."""
        spells = self.populated, self.hosted, self.unhosted, self.locked
        for spell in (*spells, self.recorded, self.presented):
            spell.put(False, at)

    def end(self, at: float, how: str) -> None:
        """The node has ended the conference."""
        if self.ended is None:
            self.ended, self.ended_how = at, how

    def go_on(self) -> None:
        """The conference is there again, as one that meets every day is."""
        self.ended, self.ended_how = None, ""

    def close(self, attendance: Attendance) -> None:
        """Nothing more is seen: without an end told, it ended when the last person left."""
        if self.ended is not None:
            return
        if self.started is not None and not attendance.present:
            self.ended, self.ended_how = attendance.last_left, EVERYBODY_LEFT
        else:
            self.ended_how = OBSERVATION_ENDED
