"""Writes the report of recordings: one table, a file for each table, or all as text."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TextIO

from pexdash.errors import UsageFault
from pexdash.files import open_private, shown_path
from pexdash.plain.report.alarm_load import AlarmLoad
from pexdash.plain.report.curves import BARS, PLAIN_BARS, curves
from pexdash.plain.report.formats import WRITERS, Style, Writer, form_of
from pexdash.plain.report.observation import Observation
from pexdash.plain.report.picture import Drawn, check_picture, draw_picture
from pexdash.plain.report.pseudonyms import Pseudonyms
from pexdash.plain.report.rows import Rows
from pexdash.plain.report.tables import ALARMS, TABLES, Row, Table
from pexdash.plain.report.text import TextWriter, write_figures
from pexdash.session.feed.recording_files import Source, sources_of

_SPOOLED_BYTES = 1_000_000
"""How much of a table is kept in memory before it goes to a temporary file."""


class Report:
    """The report of the recordings in `paths`.

    Each of its methods reads them once, and then draws what was read to `picture`. `say` is called
    with a sentence about what a recording holds that is not counted. Raises UsageFault for a file
    that is no recording, and where no picture can be drawn.
    """

    def __init__(
        self,
        paths: Iterable[Path],
        *,
        style: Style,
        has_pseudonyms: bool,
        say: Callable[[str], None],
        picture: Path | None = None,
    ) -> None:
        if picture is not None:
            check_picture(picture)
        self._sources = sources_of(paths)
        self._style = style
        self._pseudonyms = Pseudonyms() if has_pseudonyms else None
        self._say = say
        self._load = AlarmLoad()
        self._picture = picture
        self._drawn: list[Drawn] = []

    def print_table(self, table: Table, form: str, file: TextIO) -> None:
        """Write one table of all conferences to `file`."""
        writer = WRITERS[form](file, table, self._style)
        for source in self._sources:
            self._read(source, {table.what: writer})
        writer.close()
        self._draw()

    def write_files(self, folder: Path, form: str, tables: Sequence[Table]) -> list[Path]:
        """Write each table to a new file in `folder`, which is made where it is missing.

        Returns the paths. Raises UsageFault for a file that exists already or cannot be written;
        then none of them stays.
        """
        made: list[Path] = []
        try:
            with ExitStack() as stack:
                writers: dict[str, Writer] = {}
                for table in tables:
                    as_form = form_of(table, form)
                    path = folder / f"{table.file}.{as_form}"
                    file = stack.enter_context(_made(path))
                    made.append(path)
                    writers[table.what] = WRITERS[as_form](file, table, self._style)
                for source in self._sources:
                    self._read(source, writers)
                for writer in writers.values():
                    writer.close()
        except BaseException as fault:
            for path in made:
                with suppress(OSError):
                    path.unlink()
            if isinstance(fault, OSError):
                why = f"cannot be written: {fault.strerror}"
                raise UsageFault(f"{shown_path(folder)} {why}") from fault
            raise
        self._draw()
        return made

    def print_text(self, tables: Sequence[Table], file: TextIO) -> None:
        """Write the tables of each conference for people, the figures of the meeting first.

        Where all tables are written, so is the meeting over its time; where the alarms are, so is
        how much they were.
        """
        for at, source in enumerate(self._sources):
            with ExitStack() as stack:
                # The figures of the meeting come last and stand first.
                spools = {table.what: stack.enter_context(_spool()) for table in tables}
                writers = {
                    table.what: TextWriter(spools[table.what], table, self._style)
                    for table in tables
                }
                seen = self._read(source, writers)
                if at:
                    file.write("\n\n")
                for spool in spools.values():
                    spool.seek(0)
                    shutil.copyfileobj(spool, file)
            if len(tables) == len(TABLES):
                drawn = curves(seen.over_time, self._namer(seen), self._style, _bars(file))
                file.writelines(f"{line}\n" for line in ("", *drawn))
        if ALARMS in tables:
            write_figures(file, "Alarms in figures", self._load.lines(self._style))
        self._draw()

    def _draw(self) -> None:
        if self._picture is not None:
            draw_picture(self._picture, self._drawn, times=self._style.times)

    def _namer(self, seen: Observation) -> Callable[[str], str]:
        """What each person of a conference is called, by the key."""
        if self._pseudonyms is not None:
            return self._pseudonyms.name_of
        people = seen.attendance.people
        return lambda key: people[key].name

    def _read(
        self, source: Source, writers: dict[str, Writer] | dict[str, TextWriter]
    ) -> Observation:
        def write(table: Table, row: Row) -> None:
            if (writer := writers.get(table.what)) is not None:
                writer.row(row)

        seen = Rows(source, write, self._pseudonyms, self._load).read()
        self._tell(source, seen)
        if self._picture is not None:
            self._drawn.append(Drawn(source.alias, seen.over_time, self._namer(seen)))
        return seen

    def _tell(self, source: Source, seen: Observation) -> None:
        if seen.skipped:
            self._say(f"{source.alias}: {seen.skipped} records of an unknown kind are not counted")
        if seen.is_cut:
            self._say(f"{source.alias}: a recording was cut off, and counts to its last whole line")


def table_of(what: str) -> Table:
    """The table that `--what` calls so; raises KeyError where there is none."""
    return {table.what: table for table in TABLES}[what]


def _bars(file: TextIO) -> str:
    try:
        BARS.encode(file.encoding or "utf-8")
    except UnicodeEncodeError:
        return PLAIN_BARS
    return BARS


def _made(path: Path) -> TextIO:
    try:
        descriptor = open_private(path, os.O_EXCL)
    except FileExistsError as fault:
        raise UsageFault(f"{shown_path(path)} exists: a report replaces no file") from fault
    return os.fdopen(descriptor, "w", encoding="utf-8", newline="")


def _spool() -> tempfile.SpooledTemporaryFile[str]:
    return tempfile.SpooledTemporaryFile(_SPOOLED_BYTES, "w+", encoding="utf-8", newline="")
