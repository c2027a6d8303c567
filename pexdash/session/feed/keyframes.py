"""States of a recording at moments of it, from which any other moment is near."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Sequence
from enum import Enum
from time import perf_counter

import msgspec

from pexdash.clock import SystemClock
from pexdash.model.counts import PEOPLE
from pexdash.session.feed.played_clock import PlayedClock
from pexdash.session.feed.recorded import Record
from pexdash.session.feed.replay_feed import ReplayFeed
from pexdash.session.feed.replay_feeds import ReplayFeeds, Snapshots
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
    """A moment to go to: seconds since the recording began, and what happened, in clean words.

    `conference` is the number of the one in which it happened, of those that are played together.
    """

    at: float
    kind: NoteKind
    words: str
    conference: int = 0


class Track(msgspec.Struct):
    """What a time line shows of a conference, or of all of them together.

    `people` has their number whenever it changed, as pairs of time and number. `notes` are in order
    of time. `seconds` is the time of the last record that was read.
    """

    people: list[tuple[float, int]] = []
    notes: list[Note] = []
    seconds: float = 0.0

    def take_count(self, at: float, count: int) -> None:
        """Note how many people there are."""
        if not self.people or self.people[-1][1] != count:
            self.people.append((at, count))

    def note(self, note: Note) -> None:
        """Note a moment, while there are not too many."""
        if len(self.notes) < MOST_NOTES:
            self.notes.append(note)


class Keyframe(msgspec.Struct, frozen=True):
    """The states after all records until `at`, and where the next one begins."""

    at: float
    snapshots: Snapshots
    mark: TapeMark


class Keyframes:
    """Reads a recording ahead of the one who watches it.

    `run` reads it once, in slices, and calls `grown` after each. `is_whole` is whether it has read
    the last record. `tracks` are those of the conferences of `aliases`, in their order, and `whole`
    is that of all of them.
    """

    def __init__(self, tape: Tape, aliases: Sequence[str], started: float) -> None:
        self._tape = tape
        self._clock = PlayedClock(started, SystemClock())
        self._feeds = ReplayFeeds(
            [ReplayFeed(alias, self._clock, sums=len(aliases) > 1) for alias in aliases]
        )
        self._frames = [Keyframe(0.0, self._feeds.snapshot(), BEGIN)]
        self._times = [0.0]
        self._between = RECORDS_BETWEEN
        self._presenters = [""] * len(aliases)
        self._counts = [0] * len(aliases)
        self.is_whole = False
        self.tracks = [Track() for _ in aliases]
        self.whole = self.tracks[0] if len(aliases) == 1 else Track()
        self.grown: Callable[[], None] = lambda: None

    @property
    def seconds(self) -> float:
        """The time of the last record that was read."""
        return self.whole.seconds

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
        at, number = record.t, record.conference
        for track in (self.whole, self.tracks[number]):
            track.seconds = max(track.seconds, at)
        with self._clock.held_at(at):
            changes = self._feeds.tell(record)
        conference = self._feeds.feeds[number].conference
        if changes.placed or changes.synced:
            self._counts[number] = conference.parts()[PEOPLE]
            self.tracks[number].take_count(at, self._counts[number])
            self.whole.take_count(at, sum(self._counts))
        match record.told:
            case Marked(word):
                self._note(record, NoteKind.MARK, word)
            case Alarmed() as alarm if alarm.change in _TOLD_OF_ALARMS:
                self._note(record, NoteKind.ALARM, f"{alarm.text or alarm.rule} {alarm.change}")
            case Acted() as action:
                whom = f": {action.name}" if action.name else ""
                self._note(record, NoteKind.ACTION, f"{action.title}{whom} {action.outcome}")
        shown = conference.presentation
        presenter = "" if shown is None else shown.name or shown.uri or "Somebody"
        if presenter != self._presenters[number]:
            self._presenters[number] = presenter
            if presenter:
                self._note(record, NoteKind.PRESENTING, f"{presenter} presents")

    def _note(self, record: Record, kind: NoteKind, words: str) -> None:
        note, track = Note(record.t, kind, words, record.conference), self.tracks[record.conference]
        track.note(note)
        if track is not self.whole:
            self.whole.note(note)

    def _keep(self, at: float, mark: TapeMark) -> None:
        kept = {id(one): one for frame in self._frames for one in frame.snapshots}
        people = sum(len(one.conference.participants) for one in kept.values())
        if len(self._frames) >= MOST_KEYFRAMES or people > MOST_KEPT_PEOPLE:
            del self._frames[1::2]
            self._between *= 2
            self._times = [frame.at for frame in self._frames]
        # What was recorded at one moment belongs together: the next record may be of it too.
        self._frames.append(Keyframe(at, self._feeds.snapshot(), mark))
        self._times.append(at)
