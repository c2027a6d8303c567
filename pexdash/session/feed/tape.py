"""Recordings that can be read from any place, as often as one likes."""

from __future__ import annotations

import gzip
import shutil
import tempfile
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import IO, NamedTuple, Protocol

from msgspec.structs import replace

from pexdash.errors import UsageFault
from pexdash.files import shown_path
from pexdash.session.feed.recorded import Mark, Record, Recorded
from pexdash.session.feed.recording_files import Source, sources_of


class TapeMark(NamedTuple):
    """Where on a tape the next record begins: the number of its file, and where in that."""

    file: int
    mark: Mark | None


BEGIN = TapeMark(0, None)
"""Where the first record begins."""


class Tape(Protocol):
    """Records in order of time, each with the mark of the one that follows it."""

    def read(self, mark: TapeMark = BEGIN) -> Generator[tuple[Record, TapeMark], None, None]:
        """The records from a mark on; close the generator to give up the file."""
        ...


class FileTape:
    """The records of all files of one conference; times are since the first of them began.

    `alias` is the conference's, `started` the Unix time at which the first file begins. What is
    compressed is unpacked when it is first read, into a file that is gone with this program: one
    can go to no place in it otherwise. Reading raises UsageFault where a file is no recording.
    """

    def __init__(self, source: Source) -> None:
        self._parts = source.parts
        self.alias = source.alias
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


def tape_of(paths: Iterable[Path]) -> FileTape:
    """The tape of all these files; raises UsageFault unless they are of one conference."""
    sources = sources_of(paths)
    if len(sources) != 1:
        names = ", ".join(one.alias for one in sources)
        raise UsageFault(f"these are recordings of several conferences ({names}): give one's files")
    return FileTape(sources[0])
