"""States of a recording at moments of it, from which any other moment is near."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable
from enum import Enum
from time import perf_counter

import msgspec

from pexdash.clock import SystemClock
from pexdash.model.counts import PEOPLE
from pexdash.session.feed.played_clock import PlayedClock
from pexdash.session.feed.recorded import Record
from pexdash.session.feed.replay_feed import ReplayFeed
from pexdash.session.feed.snapshot import Snapshot
from pexdash.session.feed.tape import BEGIN, Tape, TapeMark
from pexdash.session.feed.told import Acted, Alarmed, Marked

RECORDS_BETWEEN = 500
"""How many records are between two keyframes at first: about 20 ms of work."""
MOST_KEYFRAMES = 256
"""When there are more, every second one goes, and the next ones are twice as far apart."""
MOST_KEPT_PEOPLE = 150_000
"""The same holds for the people of all keyframes: each takes a place in tables of their own."""
SLICE_SECONDS = 0.005
"""How long the loop is kept at a time while reading ahead."""
_TOLD_OF_ALARMS = ("raised", "worsened", "cleared")
MOST_NOTES = 10_000
"""How many moments of a recording are noted at most."""


class NoteKind(Enum):
    """What a moment of a recording is noted for."""

    MARK = "mark"
    PRESENTING = "presenting"
    ALARM = "alarm"
    ACTION = "action"


class Note(msgspec.Struct, frozen=True):
    """A moment to go to: seconds since the recording began, and what happened, in clean words."""

    at: float
    kind: NoteKind
    words: str


class Keyframe(msgspec.Struct, frozen=True):
    """The state after all records until `at`, and where the next one begins."""

    at: float
    snapshot: Snapshot
    mark: TapeMark


class Keyframes:
    """Reads a recording ahead of the one who watches it.

    `run` reads it once, in slices, and calls `grown` after each. `seconds` is the time of the last
    record read, `is_whole` whether that is the last one. `people` has the number of people in the
    conference whenever it changed, as pairs of time and number. `notes` are in order of time.
    """

    def __init__(self, tape: Tape, alias: str, started: float) -> None:
        self._tape = tape
        self._clock = PlayedClock(started, SystemClock())
        self._feed = ReplayFeed(alias, self._clock)
        self._frames = [Keyframe(0.0, self._feed.snapshot(), BEGIN)]
        self._times = [0.0]
        self._between = RECORDS_BETWEEN
        self._presenter = ""
        self.seconds = 0.0
        self.is_whole = False
        self.people: list[tuple[float, int]] = []
        self.notes: list[Note] = []
        self.grown: Callable[[], None] = lambda: None

    async def run(self) -> None:
        """Read to the end; raises UsageFault where the recording is broken."""
        since, began = 0, perf_counter()
        for record, mark in self._tape.read():
            self._take(record)
            since += 1
            if since >= self._between and record.t > self._times[-1]:
                self._keep(record.t, mark)
                since = 0
            if perf_counter() - began > SLICE_SECONDS:
                self.grown()
                await asyncio.sleep(0)
                began = perf_counter()
        self.is_whole = True
        self.grown()

    def before(self, position: float) -> Keyframe:
        """The last keyframe that is not after `position`."""
        return self._frames[max(0, bisect_right(self._times, position) - 1)]

    def _take(self, record: Record) -> None:
        self.seconds = max(self.seconds, record.t)
        with self._clock.held_at(record.t):
            changes = self._feed.tell(record.told)
        conference = self._feed.conference
        if changes.placed or changes.synced:
            count = conference.parts()[PEOPLE]
            if not self.people or self.people[-1][1] != count:
                self.people.append((record.t, count))
        match record.told:
            case Marked(word):
                self._note(record.t, NoteKind.MARK, word)
            case Alarmed() as alarm if alarm.change in _TOLD_OF_ALARMS:
                self._note(record.t, NoteKind.ALARM, f"{alarm.text or alarm.rule} {alarm.change}")
            case Acted() as action:
                whom = f": {action.name}" if action.name else ""
                self._note(record.t, NoteKind.ACTION, f"{action.title}{whom} {action.outcome}")
        shown = conference.presentation
        presenter = "" if shown is None else shown.name or shown.uri or "Somebody"
        if presenter != self._presenter:
            self._presenter = presenter
            if presenter:
                self._note(record.t, NoteKind.PRESENTING, f"{presenter} presents")

    def _note(self, at: float, kind: NoteKind, words: str) -> None:
        if len(self.notes) < MOST_NOTES:
            self.notes.append(Note(at, kind, words))

    def _keep(self, at: float, mark: TapeMark) -> None:
        people = sum(len(one.snapshot.conference.participants) for one in self._frames)
        if len(self._frames) >= MOST_KEYFRAMES or people > MOST_KEPT_PEOPLE:
            del self._frames[1::2]
            self._between *= 2
            self._times = [frame.at for frame in self._frames]
        # What was recorded at one moment belongs together: the next record may be of it too.
        self._frames.append(Keyframe(at, self._feed.snapshot(), mark))
        self._times.append(at)
