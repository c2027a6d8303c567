"""The rows of a table as CSV, JSON or NDJSON.

CSV is that of RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe
before it, because names and chat lines are what strangers wrote.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

import pexdash
from pexdash.plain.report.tables import SCHEMA, Kind, Row, Table, Value
from pexdash.session.feed.record_lines import rfc_3339
from pexdash.text import json_line

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_BYTE_ORDER_MARK = "\ufeff"


class Style(Struct, frozen=True):
    """How values are written.

    Without `times` no time of day is told. `is_raw` writes cells of CSV as they are, formulas too;
    `has_mark` begins CSV with the mark by which Excel knows UTF-8.
    """

    times: bool = True
    is_raw: bool = False
    has_mark: bool = False


class Sink(Protocol):
    """A text file, as far as it is written to."""

    def write(self, text: str, /) -> object: ...


class Writer(Protocol):
    """Writes the rows of one table to a file, and then what ends it."""

    def row(self, row: Row) -> None: ...

    def close(self) -> None: ...


def plain(value: Value, kind: Kind, style: Style) -> Value:
    """A value as JSON has it: times as RFC 3339, whole seconds, shares to three decimals."""
    if isinstance(value, float):
        match kind:
            case Kind.TIME:
                return rfc_3339(value) if style.times else None
            case Kind.SECONDS:
                return int(value + 0.5)
            case Kind.SHARE:
                return round(value, 3)
    return value


class CsvWriter:
    """Writes CSV with a line of the columns' names, to a file opened without newline handling."""

    def __init__(self, file: Sink, table: Table, style: Style) -> None:
        self._table = table
        self._style = style
        if style.has_mark:
            file.write(_BYTE_ORDER_MARK)
        self._csv = csv.writer(file, lineterminator="\r\n")
        self._csv.writerow(table.columns)

    def row(self, row: Row) -> None:
        columns = self._table.columns.items()
        self._csv.writerow([self._cell(row[name], kind) for name, kind in columns])

    def close(self) -> None:
        pass

    def _cell(self, value: Value, kind: Kind) -> str:
        value = plain(value, kind, self._style)
        match value:
            case None:
                return ""
            case bool():
                return "true" if value else "false"
            case int() | float():
                return str(value)
            case str():
                text = value
            case _ if kind is Kind.TEXT:
                text = "; ".join(map(str, value))
            case _:
                text = json.dumps(value, ensure_ascii=False)
        is_formula = text.startswith(_FORMULA) and not self._style.is_raw
        return f"'{text}" if is_formula else text


class JsonWriter:
    """Writes a JSON array with an object for each row."""

    def __init__(self, file: Sink, table: Table, style: Style) -> None:
        self._file = file
        self._table = table
        self._style = style
        self._before = "[\n"

    def row(self, row: Row) -> None:
        self._file.write(self._before + json_line(_object(row, self._table, self._style)))
        self._before = ",\n"

    def close(self) -> None:
        self._file.write("[]\n" if self._before == "[\n" else "\n]\n")


class NdjsonWriter:
    """Writes a JSON object a line: one that tells of the table, then one for each row."""

    def __init__(self, file: Sink, table: Table, style: Style) -> None:
        self._file = file
        self._table = table
        self._style = style
        head = {
            "pexdash-report": SCHEMA,
            "what": table.what,
            "columns": list(table.columns),
            "version": pexdash.__version__,
        }
        file.write(json_line(head) + "\n")

    def row(self, row: Row) -> None:
        self._file.write(json_line(_object(row, self._table, self._style)) + "\n")

    def close(self) -> None:
        pass


def _object(row: Row, table: Table, style: Style) -> dict[str, Value]:
    return {name: plain(row[name], kind, style) for name, kind in table.columns.items()}


WRITERS: dict[str, Callable[[Sink, Table, Style], Writer]] = {
    "csv": CsvWriter,
    "json": JsonWriter,
    "ndjson": NdjsonWriter,
}


def form_of(table: Table, form: str) -> str:
    """The form of a table's file where the others have `form`: CSV holds no lists and objects."""
    return "ndjson" if form == "csv" and table.is_nested else form
