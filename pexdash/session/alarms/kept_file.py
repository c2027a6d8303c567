"""The file of acknowledgements and shelves, which every wall of one user shares.

JSON: `{"pexdash-alarms": 1, "acks": [...], "shelves": [...]}`. Each entry has `rule`, `cluster`,
`conference` and `subject`, with `by`, `at`, `severity`, `since` and `text` for an acknowledgement,
and `by`, `at`, `until` (null: until it clears) and `why` for a shelf. Times are Unix times.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from pexdash.errors import PexdashError
from pexdash.files import open_private, shown_path, write_private
from pexdash.model.alarms.kept import Ack, Kept, KeptChange, Shelf, changed
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey, Severity
from pexdash.text import ADDRESS_LIMIT, NAME_LIMIT, REASON_LIMIT, clean

FORMAT = 1
"""The version of the format that this program reads and writes."""
OLDEST_ACK_SECONDS = 90 * 86_400.0
"""After how long an acknowledgement is forgotten, as no wall has seen its alarm end."""
_LOCK_SECONDS = 0.05
"""How long to wait before the next try where another wall writes the file; it blocks the thread."""
_LOCK_TRIES = 100
_LARGEST_FILE = 16 * 1024 * 1024
"""Bytes."""


class AlarmsNotKept(PexdashError):
    """The file of acknowledgements cannot be read or written; they hold until the program ends."""


class _AckEntry(msgspec.Struct, frozen=True):
    rule: str
    cluster: str
    conference: str
    subject: str
    by: str
    at: float
    severity: Severity
    since: float
    text: str


class _ShelfEntry(msgspec.Struct, frozen=True):
    rule: str
    cluster: str
    conference: str
    subject: str
    by: str
    at: float
    until: float | None
    why: str


class _File(msgspec.Struct, rename={"format": "pexdash-alarms"}, frozen=True):
    format: int
    acks: list[_AckEntry] = []
    shelves: list[_ShelfEntry] = []


class KeptFile:
    """Reads and writes what is kept of alarms; only the file's owner may read it.

    Each change is made to what the file holds at that moment, under a lock, so that walls do not
    overwrite each other's; the new file then takes the place of the old one at once. `behind`
    returns how many seconds the clock that alarms are handed is behind Unix time: what goes in and
    comes out is in seconds of that clock.
    """

    def __init__(self, path: Path, behind: Callable[[], float] = lambda: 0.0) -> None:
        self._path = path
        self._behind = behind
        self._seen: tuple[int, int, int] | None = None

    def load(self) -> Kept:
        """What is kept; nothing where there is no file.

        Raises AlarmsNotKept for a file that cannot be read or that another version wrote.
        """
        with self._faults("read"):
            # Before reading: what another wall writes meanwhile has to differ from it.
            stamp = self._stamp()
            kept = self._read()
            self._seen = stamp
        return _shifted(kept, -self._behind())

    def load_if_changed(self) -> Kept | None:
        """What is kept, None where nobody has written since we read or wrote last.

        Raises AlarmsNotKept as `load` does.
        """
        with self._faults("read"):
            if self._stamp() == self._seen:
                return None
        return self.load()

    def keep(self, changes: Sequence[KeptChange], now: float) -> Kept:
        """Write changes that were made at a time; returns all that is kept, others' changes too.

        Raises AlarmsNotKept where the file cannot be written, or must not be as another version
        wrote it.
        """
        behind = self._behind()
        shifted = [_shifted_change(change, behind) for change in changes]
        with self._faults("written"), self._lock():
            kept = _without_old(changed(self._read(), shifted), now + behind)
            self._write(kept)
            self._seen = self._stamp()
        return _shifted(kept, -behind)

    def _read(self) -> Kept:
        try:
            with self._path.open("rb") as file:
                told = file.read(_LARGEST_FILE + 1)
        except FileNotFoundError:
            return Kept()
        if not told:
            return Kept()
        entries = msgspec.json.decode(told, type=_File)
        if entries.format != FORMAT:
            raise ValueError(f"it has format {entries.format}, and this version knows {FORMAT}")
        return Kept(
            {_key(one): _ack(one) for one in entries.acks},
            {_key(one): _shelf(one) for one in entries.shelves},
        )

    def _write(self, kept: Kept) -> None:
        entries = _File(
            FORMAT,
            [_ack_entry(key, ack) for key, ack in kept.acks.items()],
            [_shelf_entry(key, shelf) for key, shelf in kept.shelves.items()],
        )
        told = msgspec.json.format(msgspec.json.encode(entries), indent=1).decode()
        new = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        try:
            write_private(new, told + "\n")
            new.replace(self._path)
        except OSError:
            with suppress(OSError):
                new.unlink()
            raise

    @contextmanager
    def _lock(self) -> Iterator[None]:
        import fcntl  # which not every system has, and most commands do not need

        lock = open_private(self._path.with_name(f"{self._path.name}.lock"), 0)
        try:
            for tried in range(1, _LOCK_TRIES + 1):
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    # A wall that was stopped in the middle must not stop the others for good.
                    if tried == _LOCK_TRIES:
                        raise OSError("another wall that writes it never ends") from None
                    time.sleep(_LOCK_SECONDS)
            yield
        finally:
            os.close(lock)

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            told = self._path.stat()
        except FileNotFoundError:
            return None
        return told.st_ino, told.st_mtime_ns, told.st_size

    @contextmanager
    def _faults(self, what: str) -> Iterator[None]:
        path = shown_path(self._path)
        try:
            yield
        except OSError as fault:
            why = fault.strerror or str(fault)
            raise AlarmsNotKept(
                f"{path}, which keeps acknowledged alarms, cannot be {what}: {why}"
            ) from fault
        except ValueError as fault:  # msgspec's errors are such
            raise AlarmsNotKept(
                f"{path}, which keeps acknowledged alarms, cannot be {what}:"
                f" {clean(str(fault), REASON_LIMIT)}; move it away to begin anew"
            ) from fault


def _key(one: _AckEntry | _ShelfEntry) -> AlarmKey:
    conference = ConferenceKey(clean(one.cluster), clean(one.conference, ADDRESS_LIMIT))
    return AlarmKey(clean(one.rule), conference, clean(one.subject, ADDRESS_LIMIT))


def _ack(one: _AckEntry) -> Ack:
    text = clean(one.text, REASON_LIMIT)
    return Ack(clean(one.by, NAME_LIMIT), one.at, one.severity, one.since, text)


def _shelf(one: _ShelfEntry) -> Shelf:
    return Shelf(clean(one.by, NAME_LIMIT), one.at, one.until, clean(one.why, REASON_LIMIT))


def _ack_entry(key: AlarmKey, ack: Ack) -> _AckEntry:
    place = (key.rule, *key.conference, key.subject)
    return _AckEntry(*place, ack.by, ack.at, ack.severity, ack.since, ack.text)


def _shelf_entry(key: AlarmKey, shelf: Shelf) -> _ShelfEntry:
    return _ShelfEntry(
        key.rule, *key.conference, key.subject, shelf.by, shelf.at, shelf.until, shelf.why
    )


def _without_old(kept: Kept, now: float) -> Kept:
    """What is kept, without shelves that have ended and acknowledgements of long ago."""
    return Kept(
        {key: ack for key, ack in kept.acks.items() if now - ack.at < OLDEST_ACK_SECONDS},
        {
            key: shelf
            for key, shelf in kept.shelves.items()
            if shelf.until is None or shelf.until > now
        },
    )


def _shifted(kept: Kept, by: float) -> Kept:
    """What is kept, with all times later by some seconds."""
    return Kept(
        {key: _later_ack(ack, by) for key, ack in kept.acks.items()},
        {key: _later_shelf(shelf, by) for key, shelf in kept.shelves.items()},
    )


def _shifted_change(change: KeptChange, by: float) -> KeptChange:
    value = change.value
    if isinstance(value, Ack):
        value = _later_ack(value, by)
    elif isinstance(value, Shelf):
        value = _later_shelf(value, by)
    return msgspec.structs.replace(change, value=value)


def _later_ack(ack: Ack, by: float) -> Ack:
    return msgspec.structs.replace(ack, at=ack.at + by, since=ack.since + by)


def _later_shelf(shelf: Shelf, by: float) -> Shelf:
    until = None if shelf.until is None else shelf.until + by
    return msgspec.structs.replace(shelf, at=shelf.at + by, until=until)
