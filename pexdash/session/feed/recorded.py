"""Reads a recording back, record by record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from pexdash.api.coerce import decode_text
from pexdash.api.events import conference_update_of, event_of
from pexdash.api.participants import participants_of, role_of, uuid_of
from pexdash.errors import BadAnswer, UsageFault
from pexdash.files import shown_path
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.recording import FORMAT, HEADER, LINE_WORDS
from pexdash.session.feed.told import Heard, Line, Listed, Marked, Me, Said, Stated, Told
from pexdash.text import ADDRESS_LIMIT, CHAT_LIMIT, REASON_LIMIT, clean

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes; four times the longest answer of a node, because escapes make the text longer."""
LATEST_SECONDS = 1e9
"""The latest time within a recording that is believed, some thirty years."""
_OTHER_KINDS = ("alarm", "action")
"""Records of other kinds, whose fields may have the names of kinds."""
_STATES = {word: state for state, word in LINE_WORDS.items()}


class Record(msgspec.Struct, frozen=True):
    """One record of the source, and its time `t` in seconds since the start of the recording."""

    t: float
    told: Told


class Recorded:
    """A recording in a file, of format 1 or 2; iterate over its records, once.

    `alias`, `cluster` and `node` come from the header. `started` is a Unix time, and `made_by` is
    the version of pexdash that wrote the file. `skipped` counts the records of a kind that this
    version does not know. `is_cut` tells whether the last line is incomplete, as after a crash.
    Raises UsageFault, with the line's number, where the file is not a recording.
    """

    def __init__(self, path: Path) -> None:
        self._shown = shown_path(path)
        self._line = 0
        self.skipped = 0
        self.is_cut = False
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError as fault:
            raise UsageFault(f"{self._shown} cannot be read: {fault.strerror}") from fault
        try:
            self._read_header()
        except BaseException:
            self._file.close()
            raise

    def _read_header(self) -> None:
        header = self._next_object()
        made_as = header.get(HEADER) if header else None
        if header is None or type(made_as) is not int or made_as < 1:
            raise UsageFault(f"{self._shown} is no recording: line 1 does not say that it is one")
        if made_as > FORMAT:
            raise UsageFault(f"{self._shown} was made by a newer pexdash (format {made_as})")
        self.format = made_as
        self.alias = clean(_string(header.get("alias")), ADDRESS_LIMIT)
        self.cluster = clean(_string(header.get("cluster")))
        self.node = clean(_string(header.get("node")), ADDRESS_LIMIT)
        self.made_by = clean(_string(header.get("version")))
        try:
            self.started = datetime.fromisoformat(_string(header.get("started"))).timestamp()
        except (ValueError, OverflowError) as fault:
            raise self._fault("has no time at which it started") from fault

    def __iter__(self) -> Iterator[Record]:
        with self._file:
            if self.format == 1:
                # Format 1 has no records of the line, but it holds events only of a live line.
                yield Record(0.0, Line(LinkState.LIVE))
            while (found := self._next_object()) is not None:
                since = found.get("t")
                if isinstance(since, bool) or not isinstance(since, int | float):
                    raise self._fault("has no time")
                if not 0 <= since <= LATEST_SECONDS:
                    raise self._fault("has no time")
                kind = None
                if not any(other in found for other in _OTHER_KINDS):
                    kind = next((kind for kind in _KINDS if kind in found), None)
                told = _told(kind, found) if kind is not None else None
                if told is not None:
                    yield Record(float(since), told)
                elif kind is not None and kind != "line":
                    raise self._fault(f"has {kind!r} of another kind than a recording's")
                else:
                    self.skipped += 1

    def _next_object(self) -> dict[str, Any] | None:
        """The object of the next line; None at the end, or at an incomplete last line."""
        try:
            line = self._file.readline(LONGEST_LINE)
        except OSError as fault:
            raise UsageFault(f"{self._shown} cannot be read: {fault.strerror}") from fault
        if not line:
            return None
        self._line += 1
        try:
            # As the client reads an answer: the record of an odd one is just as odd.
            found = decode_text(line)
        except (BadAnswer, RecursionError) as fault:
            if not line.endswith(b"\n") and self._line > 1 and len(line) < LONGEST_LINE:
                self.is_cut = True
                return None
            raise self._fault("is no JSON") from fault
        if not isinstance(found, dict):
            raise self._fault("is no JSON object")
        return found

    def _fault(self, what: str) -> UsageFault:
        return UsageFault(f"{self._shown} is no recording: line {self._line} {what}")


def _told(kind: str, found: dict[str, Any]) -> Told | None:
    try:
        return _KINDS[kind](found)
    except BadAnswer:
        return None


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _event(found: dict[str, Any]) -> Told | None:
    texts = (found["event"], found.get("id", ""), found.get("data", ""))
    if not all(isinstance(text, str) for text in texts):
        return None
    name, event_id, data = (text.encode("utf-8", "replace") for text in texts)
    return Heard((event_of(name, event_id, data),), ((name, event_id, data),))


def _list(found: dict[str, Any]) -> Told | None:
    answer = found["list"]
    return Listed(participants_of(answer), answer) if isinstance(answer, list) else None


def _status(found: dict[str, Any]) -> Told | None:
    answer = found["status"]
    return Stated(conference_update_of(answer), answer) if isinstance(answer, dict) else None


def _line(found: dict[str, Any]) -> Told | None:
    state = _STATES.get(_string(found["line"]))
    return Line(state, clean(_string(found.get("why")), REASON_LIMIT)) if state else None


def _me(found: dict[str, Any]) -> Told | None:
    me = found["me"]
    if not isinstance(me, dict):
        return None
    alias = clean(_string(me.get("alias")), ADDRESS_LIMIT)
    return Me(uuid_of(me.get("uuid")), role_of(me.get("role")), alias)


def _said(found: dict[str, Any]) -> Told | None:
    text, to = found["said"], found.get("to")
    if not isinstance(text, str):
        return None
    return Said(clean(text, CHAT_LIMIT, lines=True), uuid_of(to) if to else "")


def _mark(found: dict[str, Any]) -> Told | None:
    word = found["mark"]
    return Marked(clean(word)) if isinstance(word, str) else None


_KINDS: dict[str, Callable[[dict[str, Any]], Told | None]] = {
    "event": _event,
    "list": _list,
    "status": _status,
    "line": _line,
    "me": _me,
    "said": _said,
    "mark": _mark,
}
