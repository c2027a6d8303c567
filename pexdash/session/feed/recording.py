"""`--record`: writes the records of a source to a file from which the conference can be rebuilt.

A recording is NDJSON: one JSON object on each line. The first line describes the conference. Every
other line has `t`, in seconds since the start, and one kind of record: `event` with `data` and
`id`, `list`, `status`, `line`, `me`, `said` or `mark`. The recording holds the node's own JSON,
with secrets masked.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pexdash
from pexdash.clock import Clock
from pexdash.errors import UsageFault
from pexdash.files import open_private, shown_path, write_all
from pexdash.secret import masked, masked_json
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.told import Heard, Line, Listed, Marked, Me, Said, Stated, Told
from pexdash.text import json_line

FORMAT = 2
"""The version of the format that this program writes."""
HEADER = "pexdash-recording"
"""The key of the first line that holds the format."""
LINE_WORDS = {
    LinkState.JOINING: "joining",
    LinkState.CONNECTING: "connecting",
    LinkState.LIVE: "live",
    LinkState.LOST: "stale",
    LinkState.ENDED: "ended",
}
"""The states of the line as a recording names them."""


class Recording:
    """Writes the records of a feed to a new file, from the moment we have joined.

    Times are in seconds since the file was opened, to the millisecond. When a write fails,
    recording stops, the file ends with its last whole line, and `say` is called with a sentence.
    Raises UsageFault for a file that exists already or cannot be made.
    """

    def __init__(
        self,
        path: Path,
        alias: str,
        *,
        node: Callable[[], str],
        clock: Clock,
        say: Callable[[str], None],
        cluster: str = "",
    ) -> None:
        self._shown = shown_path(path)
        self._node = node
        self._clock = clock
        self._say = say
        self._started = clock.monotonic()
        self._size = 0
        self._header = {
            HEADER: FORMAT,
            "alias": alias,
            "cluster": cluster,
            "started": rfc_3339(clock.wall()),
            "version": pexdash.__version__,
        }
        try:
            self._file: int | None = open_private(path, os.O_EXCL)
        except FileExistsError as fault:
            raise UsageFault(f"{self._shown} exists: a recording replaces no file") from fault
        except OSError as fault:
            raise UsageFault(f"{self._shown} cannot be recorded to: {fault.strerror}") from fault

    def told(self, told: Told) -> None:
        """Write one record of the source to the file."""
        if not self._size:
            # Before we have joined, there is no node to name and no conference to rebuild.
            if not isinstance(told, Me):
                return
            self._write([{**self._header, "node": self._node()}])
        since = round(self._clock.monotonic() - self._started, 3)
        try:
            self._write([{"t": since, **record} for record in _records(told)])
        except RecursionError:
            self._stop("the node's answer is nested too deeply")

    def _write(self, objects: list[dict[str, Any]]) -> None:
        if self._file is None:
            return
        lines = "".join(f"{json_line(one)}\n" for one in objects).encode()
        try:
            write_all(self._file, lines)
            self._size += len(lines)
        except OSError as fault:
            self._stop(fault.strerror or str(fault))

    def _stop(self, why: str) -> None:
        if self._file is None:
            return
        # Where this fails the file ends with part of a line, which the reader takes for a crash.
        with suppress(OSError):
            os.ftruncate(self._file, self._size)
        with suppress(OSError):
            os.close(self._file)
        self._file = None
        self._say(f"{self._shown} cannot be written ({why}): recording has stopped")


def rfc_3339(moment: float) -> str:
    """A Unix time in the form of RFC 3339, in UTC and to the millisecond."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def _records(told: Told) -> Iterator[dict[str, Any]]:
    """The JSON objects that stand for `told` in a recording."""
    match told:
        case Heard():
            for name, event_id, data in told.sent:
                yield {
                    "event": _text(name),
                    "data": masked_json(_text(data)),
                    "id": _text(event_id),
                }
        case Listed():
            yield {"list": masked(told.answer)}
        case Stated():
            yield {"status": masked(told.answer)}
        case Line():
            yield {"line": LINE_WORDS[told.state], "why": told.why}
        case Me():
            alias = {"alias": told.alias} if told.alias else {}
            yield {"me": {"uuid": told.uuid, "role": told.role.value, **alias}}
        case Said():
            yield {"said": told.text, **({"to": told.to} if told.to else {})}
        case Marked():
            yield {"mark": told.word}


def _text(sent: bytes) -> str:
    from pexdash.api.events import text_of

    return text_of(sent)
