"""`--record`: every event as it came, in a file that can be played again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from pexdash.clock import Clock
from pexdash.errors import UsageFault
from pexdash.files import open_private, shown_path, write_all
from pexdash.text import json_line

FORMAT = 1


class Recording:
    """Writes events to a new file, a line of JSON each; the first line tells of the conference.

    Times are seconds since the file was opened. Once it cannot be written, recording stops, the
    last whole line is the end, and `say` hears a sentence. Raises UsageFault for a file that is
    there already or cannot be made.
    """

    def __init__(
        self,
        path: Path,
        alias: str,
        *,
        node: Callable[[], str],
        clock: Clock,
        say: Callable[[str], None],
    ) -> None:
        self._shown = shown_path(path)
        self._node = node
        self._clock = clock
        self._say = say
        self._started = clock.monotonic()
        self._size = 0
        self._header = {
            "pexdash-recording": FORMAT,
            "alias": alias,
            "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(clock.wall())),
        }
        try:
            self._file: int | None = open_private(path, os.O_EXCL)
        except FileExistsError as fault:
            raise UsageFault(f"{self._shown} exists: a recording replaces no file") from fault
        except OSError as fault:
            raise UsageFault(f"{self._shown} cannot be recorded to: {fault.strerror}") from fault

    def heard(self, name: str, data: str, event_id: str) -> None:
        """Write one server-sent event down."""
        since = round(self._clock.monotonic() - self._started, 3)
        line = json_line({"t": since, "event": name, "data": data, "id": event_id})
        if not self._size:
            line = f"{json_line({**self._header, 'node': self._node()})}\n{line}"
        self._write(f"{line}\n".encode())

    def _write(self, lines: bytes) -> None:
        if self._file is None:
            return
        try:
            write_all(self._file, lines)
            self._size += len(lines)
        except OSError as fault:
            self._stop(fault)

    def _stop(self, fault: OSError) -> None:
        assert self._file is not None
        try:
            os.ftruncate(self._file, self._size)
            os.close(self._file)
        except OSError:
            pass  # It is as whole as it can be made.
        self._file = None
        self._say(f"{self._shown} cannot be written ({fault.strerror}): recording has stopped")
