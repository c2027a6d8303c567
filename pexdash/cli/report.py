"""`pexdash report`: who was in a recorded meeting, what happened, and its figures."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from pexdash.cli.bus_recordings import check_since, recordings_of, since_option
from pexdash.cli.options import say_on_stderr
from pexdash.cli.through_bus import bus_options, bus_taken_from
from pexdash.errors import PexdashError, UsageFault

WHAT = ("conference", "attendance", "sessions", "airtime", "alarms", "actions", "chat")
FORMATS = ("text", "csv", "json", "ndjson")


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@bus_options
@since_option
@click.option("--what", type=click.Choice(WHAT), help="One table alone.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="The form: text for people, or a table for programs; csv with --output.",
)
@click.option(
    "--output",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Write each table to a new file in FOLDER.",
)
@click.option(
    "--plot",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Draw people, talk and alarms over time to a new FILE.svg or FILE.png.",
)
@click.option("--pseudonyms", is_flag=True, help="Call people Person 1, Person 2 and so on.")
@click.option("--no-times", is_flag=True, help="Tell no time of day, only how long.")
@click.option("--excel", is_flag=True, help="Begin csv with the mark by which Excel knows UTF-8.")
@click.option("--raw", is_flag=True, help="Leave csv cells as they are that look like formulas.")
def report(
    files: tuple[Path, ...],
    since: str | None,
    what: str | None,
    form: str | None,
    output: Path | None,
    plot: Path | None,
    pseudonyms: bool,
    no_times: bool,
    excel: bool,
    raw: bool,
    **given: Any,
) -> int:
    """Report on the recordings in FILE... of --record.

    With --bus, on what the collectors there have logged since --since; each FILE is then the alias
    of a conference, and without any it is on all of them.

    The files of one conference count as one recording. Without --format, all of it is printed for
    people. A table for programs is printed by --format and --what, or all of them are written by
    --output. What was not seen is said and not guessed: an empty cell is not known.
    """
    from pexdash.plain.report.formats import Style
    from pexdash.plain.report.report import Report, table_of
    from pexdash.plain.report.tables import TABLES

    form = form or ("csv" if output else "text")
    _check(form, what, output, csv_alone=excel or raw)
    tables = TABLES if what is None else (table_of(what),)
    bus = bus_taken_from(given)
    if bus is None:
        check_since(since)
        if not files:
            raise UsageFault("name the recordings, or --bus and --since")
    elif since is None:
        raise UsageFault("--bus wants --since: from when on to report")
    with recordings_of(files, bus, since) as paths:
        made = Report(
            paths,
            style=Style(times=not no_times, is_raw=raw, has_mark=excel),
            has_pseudonyms=pseudonyms,
            say=say_on_stderr,
            picture=plot,
        )
        if output is not None:
            made.write_files(output, form, tables)
            return 0
        with _standard_output() as file:
            if form == "text":
                made.print_text(tables, file)
            else:
                made.print_table(tables[0], form, file)
    return 0


def _check(form: str, what: str | None, output: Path | None, *, csv_alone: bool) -> None:
    if output is None and what is None and form != "text":
        raise UsageFault(f"--format {form} prints one table: choose it by --what, or give --output")
    if output is not None and form == "text":
        raise UsageFault("text is printed; --output writes csv, json or ndjson")
    if csv_alone and form != "csv":
        raise UsageFault("--excel and --raw are for csv")


@contextmanager
def _standard_output() -> Iterator[TextIO]:
    """Standard output without line ends of its own; a reader that has gone away is no error.

    Raises PexdashError where a write fails for another reason.
    """
    from pexdash.cli.output import stdout_descriptor

    encoding = sys.stdout.encoding if sys.stdout.isatty() else "utf-8"
    raw = os.fdopen(os.dup(stdout_descriptor()), "wb")
    with io.TextIOWrapper(raw, encoding, "replace", newline="") as file:
        try:
            yield file
            file.flush()
        except OSError as fault:
            # What is left must not be written when the file is closed.
            with open(os.devnull, "wb") as nowhere:
                os.dup2(nowhere.fileno(), file.fileno())
            if not isinstance(fault, BrokenPipeError):
                said = f"standard output cannot be written: {fault.strerror}"
                raise PexdashError(said) from fault
