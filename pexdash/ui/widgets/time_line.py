"""The time line of a recording: how many were in it, what is marked, and where we are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from pexdash.session.feed.keyframes import Note, NoteKind, Track
from pexdash.session.feed.playback import Playback
from pexdash.text import simple_width
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.panel import Panel
from pexdash.ui.drawing.spans import Span, fit
from pexdash.ui.drawing.times import clock_time

_LOOK = {
    NoteKind.MARK: "accent strong",
    NoteKind.PRESENTING: "accent",
    NoteKind.ALARM: "attention",
    NoteKind.ACTION: "dim",
}
_RANK = {kind: at for at, kind in enumerate(_LOOK)}


class TimeLine(Panel):
    """Two lines: where we are in words, and the whole time as a curve of people with its marks.

    `track` has the people and the marks: those of one conference, or of all of them, where each
    mark is told with its conference. `redraw` it once a second, and whenever more of the recording
    was read.
    """

    DEFAULT_CSS = """
    TimeLine { height: 2; background: $top-ground; }
    """

    def __init__(self, playback: Playback, track: Track, glyphs: Glyphs) -> None:
        super().__init__(id="time-line")
        self._source = playback.source
        self._clock = playback.clock
        self._keyframes = playback.keyframes
        self._track = track
        is_of_all = track is playback.track and len(playback.tape.tapes) > 1
        self._names = [one.alias for one in playback.tape.tapes] if is_of_all else []
        self._glyphs = glyphs

    def lines(self, width: int, height: int) -> list[list[Span]]:
        return [self._words(width), self._curve(width)]

    def _words(self, width: int) -> list[Span]:
        read, position = self._keyframes, self._clock.position
        if self._source.is_going:
            state = f"{self._glyphs.playing} going there"
        elif self._source.is_at_end:
            state = f"{self._glyphs.paused} at the end"
        elif self._source.is_paused:
            state = f"{self._glyphs.paused} paused"
        else:
            state = f"{self._glyphs.playing} playing"
        speed = "" if self._clock.speed == 1 else f" {self._clock.speed:g}x"
        whole = long_time(read.seconds) if read.is_whole else f"{long_time(read.seconds)} read"
        spans = [
            Span(" RECORDING  ", "heading"),
            Span(f"{state}{speed}", "accent strong"),
            Span(f"  {long_time(position)} of {whole}  "),
        ]
        room = width - sum(span.width for span in spans)
        if room > 12 and (note := self._nearest(position)) is not None:
            at = clock_time(self._clock.wall() - position + note.at)
            whose = f"{self._names[note.conference]}: " if self._names else ""
            told = simple_width(f"{self._glyphs.marker} {at} {whose}{note.words}")
            spans.append(Span(fit(told, room, self._glyphs.ellipsis), _LOOK[note.kind]))
        return spans

    def _nearest(self, position: float) -> Note | None:
        """What was noted last before now, if anything was."""
        notes = self._track.notes
        at = bisect_right(notes, position, key=lambda note: note.at)
        return notes[at - 1] if at else None

    def _curve(self, width: int) -> list[Span]:
        room, seconds = max(1, width - 2), max(self._keyframes.seconds, self._clock.position, 1.0)
        bars = peaks(self._track.people, room, seconds)
        top = max(bars, default=0) or 1
        signs = self._glyphs.bars
        marked = self._marked(room, seconds)
        here = min(room - 1, int(self._clock.position / seconds * room))
        spans = [Span(" ")]
        for at, bar in enumerate(bars):
            sign = signs[round(bar / top * (len(signs) - 1))] if bar else self._glyphs.between
            look = "voice" if at <= here else "dim"
            if (kind := marked.get(at)) is not None:
                sign, look = self._glyphs.marker, _LOOK[kind]
            if at == here:
                look = f"{look} reversed"
            spans.append(Span(sign, look))
        return _joined(spans)

    def _marked(self, room: int, seconds: float) -> dict[int, NoteKind]:
        """What is marked in which cell: of several there, the kind that matters most."""
        marked: dict[int, NoteKind] = {}
        for note in self._track.notes:
            at = min(room - 1, int(note.at / seconds * room))
            if at not in marked or _RANK[note.kind] < _RANK[marked[at]]:
                marked[at] = note.kind
        return marked


def peaks(people: Sequence[tuple[float, int]], cells: int, seconds: float) -> list[int]:
    """The most people there were within each cell of a time of so many seconds."""
    most, count, at = [], 0, 0
    for cell in range(1, cells + 1):
        until, peak = seconds * cell / cells, count
        while at < len(people) and people[at][0] < until:
            count = people[at][1]
            peak = max(peak, count)
            at += 1
        most.append(peak)
    return most


def long_time(seconds: float) -> str:
    """A time as hours, minutes and seconds."""
    whole = int(seconds)
    return f"{whole // 3600}:{whole % 3600 // 60:02}:{whole % 60:02}"


def _joined(spans: list[Span]) -> list[Span]:
    """Neighbours of one look as one."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].style == span.style:
            joined[-1] = Span(joined[-1].text + span.text, span.style)
        else:
            joined.append(span)
    return joined
