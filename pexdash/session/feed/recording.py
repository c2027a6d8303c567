"""`--record`: what a source told, in a file from which the conference can be rebuilt.

A recording is JSON, one object a line (NDJSON). The first line tells of the conference; every
other has `t`, seconds since the start, and one kind of record: `event` with `data` and `id`,
`list`, `status`, `line`, `me`, `said` or `mark`. What a node sent is written as it sent it, but
for secrets.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
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
HEADER = "pexdash-recording"
LINE_WORDS = {
    LinkState.JOINING: "joining",
    LinkState.CONNECTING: "connecting",
    LinkState.LIVE: "live",
    LinkState.LOST: "stale",
    LinkState.ENDED: "ended",
}
"""The states of the line as a recording names them."""


class Recording:
    """Writes what a feed is told to a new file, from the moment that we are in.

    Times are seconds since the file was opened, to the millisecond. Once the file cannot be
    written, recording stops, the last whole line is the end, and `say` hears a sentence. Raises
    UsageFault for a file that is there already or cannot be made.
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
        """Write one record of the source down."""
        if not self._size:
            # Before we are in there is no node to name, and nothing to rebuild.
            if not isinstance(told, Me):
                return
            self._write([{**self._header, "node": self._node()}])
        since = round(self._clock.monotonic() - self._started, 3)
        self._write([{"t": since, **record} for record in _records(told)])

    def _write(self, objects: list[dict[str, Any]]) -> None:
        if self._file is None:
            return
        lines = "".join(f"{json_line(one)}\n" for one in objects).encode()
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


def rfc_3339(moment: float) -> str:
    """A Unix time as RFC 3339 has it, in UTC and to the millisecond."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def _records(told: Told) -> Iterator[dict[str, Any]]:
    """What a recording holds of `told`."""
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
            yield {"me": {"uuid": told.uuid, "role": told.role.value}}
        case Said():
            yield {"said": told.text}
        case Marked():
            yield {"mark": told.word}


def _text(sent: bytes) -> str:
    from pexdash.api.events import text_of

    return text_of(sent)
