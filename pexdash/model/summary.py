"""What a wall shows of one conference: some 25 values, made anew whenever they are drawn."""

from __future__ import annotations

import msgspec

from pexdash.model.line import Line, LineState
from pexdash.model.tally import (
    API,
    HAND,
    HOST,
    OPEN,
    PERSON,
    RECORDER,
    RINGING,
    UNENCRYPTED,
    WAITING,
    Tally,
)


class Summary(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One conference at a moment; two that are equal are drawn alike.

    On a bus it is an array in the order of these fields: new ones go to the end, with a default.

    `people` counts persons: who is in, without control connections (`api`), recorders and AIs.
    `waits_since`, `began` (the first person came in), `peak_at` and `line_since` are seconds of the
    handed clock, None for none; `waits_longer` is True where the longest wait may have begun
    earlier. `waits` is the uuid of who waits longest. `speaker` and `presenter` are names, "" for
    nobody. `locked` and `guests_muted` are False where the node has not said; `started` is False
    only where the node says so. `classification` is the level in force, as the node names it.
    """

    alias: str
    line: LineState
    line_since: float | None
    line_why: str
    node: str
    people: int
    hosts: int
    waiting: int
    waits_since: float | None
    waits_longer: bool
    waits: str
    ringing: int
    api: int
    recorders: int
    hands: int
    open_microphones: int
    unencrypted: int
    locked: bool
    guests_muted: bool
    started: bool
    recording: bool
    speaker: str
    presenter: str
    classification: str
    help_rooms: int
    began: float | None
    peak: int
    peak_at: float | None


class Summing:
    """Keeps what a summary needs beside the conference's present state: its peak, its beginning."""

    def __init__(self, tally: Tally, now: float) -> None:
        self.tally = tally
        self.began: float | None = None
        self.peak = 0
        self.peak_at: float | None = None
        self.take(now)

    def take(self, now: float) -> None:
        """Look at a tally in which the number of people may have changed."""
        people = len(self.tally.members[PERSON])
        if not people:
            self.began = None
        elif self.began is None:
            self.began, self.peak, self.peak_at = now, people, now
        elif people > self.peak:
            self.peak, self.peak_at = people, now

    def resume(self, began: float | None, peak: int, peak_at: float | None) -> None:
        """Go on with a meeting that another program has seen begin."""
        self.began, self.peak, self.peak_at = began, peak, peak_at

    def _longest_wait(self, line: Line) -> tuple[float | None, bool, str]:
        if not self.tally.members[WAITING]:
            return None, False, ""
        return min(self.tally.waits(line.node_ahead))

    def summary(self, line: Line) -> Summary:
        """The conference as it is now."""
        tally = self.tally
        conference, members = tally.conference, tally.members
        status, people = conference.status, conference.participants
        waits_since, waits_longer, waits = self._longest_wait(line)
        speaker = people.get(conference.speakers[0].uuid) if conference.speakers else None
        talks = speaker is not None and conference.speakers[0].vad > 0
        presented = conference.presentation
        level = status.classification
        recorders = len(members[RECORDER])
        return Summary(
            conference.alias,
            line.state,
            line.since,
            line.why,
            line.node,
            len(members[PERSON]),
            len(members[HOST]),
            len(members[WAITING]),
            waits_since,
            waits_longer,
            waits,
            len(members[RINGING]),
            len(members[API]),
            recorders,
            len(members[HAND]),
            len(members[OPEN]),
            len(members[UNENCRYPTED]),
            status.locked is True,
            status.guests_muted is True,
            status.started is not False,
            recorders > 0 or status.recording is True,
            speaker.name if speaker is not None and talks else "",
            presented.name if presented is not None else "",
            "" if level is None or level.current is None else level.levels.get(level.current, ""),
            sum(room.asks_for_help for room in conference.rooms.values())
            if conference.rooms
            else 0,
            self.began,
            self.peak,
            self.peak_at,
        )
