"""A tape of records that a test has made itself."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from pexdash.session.feed.recorded import Record
from pexdash.session.feed.tape import BEGIN, TapeMark


class ListTape:
    """Plays the records of a list; a mark is the number of records before it."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records

    def read(self, mark: TapeMark = BEGIN) -> Generator[tuple[Record, TapeMark], None, None]:
        for number, record in enumerate(self._records[mark.file :], mark.file + 1):
            yield record, TapeMark(number, None)
