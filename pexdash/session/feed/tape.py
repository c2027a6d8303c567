"""Recordings that can be read from any place, as often as one likes."""

from __future__ import annotations

import gzip
import heapq
import shutil
import tempfile
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import IO, NamedTuple, Protocol

from msgspec.structs import replace

from pexdash.errors import UsageFault
from pexdash.files import shown_path
from pexdash.session.feed.recorded import Mark, Record, Recorded
from pexdash.session.feed.recording_files import Source, sources_of


class TapeMark(NamedTuple):
    """Where on a tape the next record begins: the number of its file, and where in that.

    Of a tape that is made of several, `each` has the mark in each of them.
    """

    file: int
    mark: Mark | None
    each: tuple[TapeMark, ...] = ()


BEGIN = TapeMark(0, None)
"""Where the first record begins."""


class Tape(Protocol):
    """Records in order of time, each with the mark of the one that follows it."""

    def read(self, mark: TapeMark = BEGIN) -> Generator[tuple[Record, TapeMark], None, None]:
        """The records from a mark on; close the generator to give up the file."""
        ...


class FileTape:
    """The records of all files of one conference; times are since the first of them began.

    `alias`, `cluster` and `node` are those of the first file, and `started` is the Unix time at
    which it begins. What is compressed is unpacked when it is first read, into a file that is gone
    with this program: one can go to no place in it otherwise. Reading raises UsageFault where a
    file is no recording.
    """

    def __init__(self, source: Source) -> None:
        self._parts = source.parts
        self.alias = source.alias
        self.cluster = source.cluster
        self.node = source.node
        self.started = source.parts[0].started
        self._unpacked: dict[Path, IO[bytes]] = {}

    def read(self, mark: TapeMark = BEGIN) -> Generator[tuple[Record, TapeMark], None, None]:
        """The records from a mark on."""
        within = mark.mark
        for number, part in enumerate(self._parts[mark.file :], mark.file):
            later = part.started - self.started
            with Recorded(self._plain(part.path)) as recorded:
                if within is not None:
                    recorded.go_to(within)
                for record in recorded:
                    at = TapeMark(number, recorded.mark)
                    yield replace(record, t=record.t + later) if later else record, at
            within = None

    def _plain(self, path: Path) -> Path:
        if path.suffix != ".gz":
            return path
        if path not in self._unpacked:
            unpacked = tempfile.NamedTemporaryFile(suffix=".ndjson")  # noqa: SIM115
            try:
                with gzip.open(path) as packed:
                    shutil.copyfileobj(packed, unpacked)
                unpacked.flush()
            except EOFError:
                # A file that was cut off holds what came before.
                unpacked.flush()
            except OSError as fault:
                unpacked.close()
                why = fault.strerror or "it is no whole compressed file"
                raise UsageFault(f"{shown_path(path)} cannot be unpacked: {why}") from fault
            self._unpacked[path] = unpacked
        return Path(self._unpacked[path].name)

    def close(self) -> None:
        """Remove what was unpacked."""
        for unpacked in self._unpacked.values():
            unpacked.close()
        self._unpacked.clear()


class MergedTape:
    """The records of several recordings in order of time, since the first of them began.

    Each record tells by its number which of `tapes` it is of. `started` is the Unix time at which
    the first one begins.
    """

    def __init__(self, tapes: Sequence[FileTape]) -> None:
        self.tapes = tapes
        self.started = min(tape.started for tape in tapes)

    def read(self, mark: TapeMark = BEGIN) -> Generator[tuple[Record, TapeMark], None, None]:
        """The records from a mark on."""
        if len(self.tapes) == 1:
            yield from self.tapes[0].read(mark)
            return
        marks = list(mark.each) or [BEGIN] * len(self.tapes)
        readings = [self._read(number, at) for number, at in enumerate(marks)]
        try:
            for record, at in heapq.merge(*readings, key=_time_of):
                marks[record.conference] = at
                yield record, TapeMark(0, None, tuple(marks))
        finally:
            for reading in readings:
                reading.close()

    def _read(self, number: int, mark: TapeMark) -> Generator[tuple[Record, TapeMark], None, None]:
        later = self.tapes[number].started - self.started
        for record, at in self.tapes[number].read(mark):
            yield replace(record, t=record.t + later, conference=number), at

    def close(self) -> None:
        """Remove what was unpacked."""
        for tape in self.tapes:
            tape.close()


def _time_of(read: tuple[Record, TapeMark]) -> float:
    return read[0].t


def tape_of(paths: Iterable[Path]) -> MergedTape:
    """The tape of all these files; raises UsageFault where one is no recording."""
    return MergedTape([FileTape(source) for source in sources_of(paths)])
