"""The audit: a file with a line of JSON for each request of ours that has ended."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from pexdash.errors import UsageFault
from pexdash.files import open_private, shown_path, write_all
from pexdash.secret import masked_fields
from pexdash.session.feed.record_lines import rfc_3339
from pexdash.session.feed.told import Acted
from pexdash.text import json_line

MOST_UNWRITTEN = 1000
"""Lines that are kept while the file cannot be written; of more, the oldest are lost."""


class Audit:
    """Appends lines to the file at `path`, which other programs may append to as well.

    Each line is on the disk before the next one is taken. Where the file cannot be written, `say`
    is told so once, on any thread, and the lines follow when it can be again: an action never
    waits for its line. Raises UsageFault where the file cannot be opened at the start.
    """

    def __init__(self, path: Path, *, say: Callable[[str], None]) -> None:
        self._path = path
        self._say = say
        self._unwritten: deque[bytes] = deque(maxlen=MOST_UNWRITTEN)
        self._has_failed = self._is_closed = False
        self._writer = ThreadPoolExecutor(1, "audit")
        try:
            os.close(self._open())
        except OSError as fault:
            shown = shown_path(path)
            raise UsageFault(f"the audit {shown} cannot be written: {fault.strerror}") from fault

    def take(self, acted: Acted, *, alias: str, node: str) -> None:
        """Write the line of a request soon; `alias` and `node` are where it was sent."""
        line = line_of(acted, alias=alias, node=node)
        if self._is_closed:
            self._append(line)  # what ends with the program has its line as well
        else:
            self._writer.submit(self._append, line)

    def close(self) -> None:
        """Wait until every line is written, or has failed to be."""
        self._is_closed = True
        self._writer.shutdown()

    def _append(self, line: bytes) -> None:
        self._unwritten.append(line)
        try:
            self._write(b"".join(self._unwritten))
        except OSError as fault:
            if not self._has_failed:
                self._has_failed = True
                shown, why = shown_path(self._path), fault.strerror or fault
                self._say(f"{shown} cannot be written ({why}): the audit lacks what you do now")
        else:
            self._unwritten.clear()
            self._has_failed = False

    def _open(self) -> int:
        # Anew for each line: the file may have been moved away to begin another.
        return open_private(self._path, os.O_APPEND)

    def _write(self, lines: bytes) -> None:
        descriptor = self._open()
        try:
            with _locked(descriptor):
                size = os.fstat(descriptor).st_size
                if size and not self._ends_whole():
                    lines = b"\n" + lines
                try:
                    write_all(descriptor, lines)
                    os.fsync(descriptor)
                except OSError:
                    # A part of a line would spoil the next one, and the rest is written again.
                    os.ftruncate(descriptor, size)
                    raise
        finally:
            os.close(descriptor)

    def _ends_whole(self) -> bool:
        with self._path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"


@contextmanager
def _locked(descriptor: int) -> Iterator[None]:
    """Keep other programs that append to the file from doing so within the block."""
    try:
        import fcntl  # which not every system has
    except ImportError:
        yield
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def line_of(acted: Acted, *, alias: str, node: str) -> bytes:
    """The line of a request: one JSON object without secrets, None for what is not known."""
    one = {"uuid": acted.uuid, "name": acted.name, "address": acted.address}
    line = {
        "time": rfc_3339(acted.asked),
        "operator": acted.operator or None,
        "as_name": acted.as_name or None,
        "source": acted.source or None,
        "session_id": acted.session_id or None,
        "conference": alias,
        "node": node,
        "action": acted.action or acted.title,
        "request": acted.request,
        "targets": [one] if acted.uuid else [],
        "fields": masked_fields(acted.fields),
        "confirmed": acted.confirmed or None,
        "http": acted.http,
        "result": acted.result,
        "reason": acted.reason or None,
        "took_ms": milliseconds(acted.took),
        "event_seen_ms": milliseconds(acted.seen),
        "outcome": acted.outcome,
    }
    return f"{json_line(line)}\n".encode()


def milliseconds(seconds: float | None) -> int | None:
    """Whole milliseconds, None for what is not known."""
    return None if seconds is None else round(seconds * 1000)
