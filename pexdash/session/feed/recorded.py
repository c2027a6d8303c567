"""Reads a recording back, record by record."""

from __future__ import annotations

import gzip
import math
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import msgspec

from pexdash.api.coerce import as_optional_flag, decode_text
from pexdash.api.events import conference_update_of, event_of
from pexdash.api.participants import participants_of, role_of, uuid_of, uuid_or_none
from pexdash.errors import BadAnswer, UsageFault
from pexdash.files import shown_path
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.record_lines import FORMAT, HEADER, LINE_WORDS
from pexdash.session.feed.told import (
    Acted,
    Alarmed,
    Heard,
    Line,
    Listed,
    Marked,
    Me,
    Said,
    Spoken,
    Stated,
    Told,
)
from pexdash.text import ADDRESS_LIMIT, CHAT_LIMIT, REASON_LIMIT, clean

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes; four times the longest answer of a node, because escapes make the text longer."""
LATEST_SECONDS = 1e9
"""The latest time within a recording that is believed, some thirty years."""
_GZIP = b"\x1f\x8b"
"""How a compressed file begins (RFC 1952)."""
_STATES = {word: state for state, word in LINE_WORDS.items()}


_GROWING = ("alarm", "action", "line", "talk")
"""Kinds of which a later version may write what this one cannot read."""


class Record(msgspec.Struct, frozen=True):
    """One record of the source, and its time `t` in seconds since the start of the recording.

    Where several are played together, `conference` is the number of the one it is of.
    """

    t: float
    told: Told
    conference: int = 0


class Mark(NamedTuple):
    """Where in a file the next record begins: bytes before it, and lines."""

    offset: int
    line: int


class Recorded:
    """A recording in a file, plain or compressed, of format 1 or 2; iterate over it once.

    `alias`, `cluster` and `node` come from the header. `started` is a Unix time, and `made_by` is
    the version of pexdash that wrote the file. `after` is the Unix time at which the file began
    that this one goes on with, None where nothing comes before it. `skipped` counts the records of
    a kind that this version does not know. `is_cut` tells whether the end is incomplete, as after
    a crash. Close it, or use it as a context, where it is not iterated to its end. Raises
    UsageFault, with the line's number, where the file is not a recording.
    """

    def __init__(self, path: Path) -> None:
        self._shown = shown_path(path)
        self._line = 0
        self.skipped = 0
        self.is_cut = False
        try:
            self._file: BinaryIO = _opened(path)
        except OSError as fault:
            raise UsageFault(f"{self._shown} cannot be read: {fault.strerror}") from fault
        try:
            self._read_header()
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        """Read no further."""
        self._file.close()

    def __enter__(self) -> Recorded:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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
        started = _moment(header.get("started"))
        if started is None:
            raise self._fault("has no time at which it started")
        self.started = started
        self.after = _moment(header.get("after"))

    @property
    def mark(self) -> Mark:
        """Where the next record begins."""
        return Mark(self._file.tell(), self._line)

    def go_to(self, mark: Mark) -> None:
        """Go on reading at a place that `mark` told; not after the iteration has ended."""
        self._file.seek(mark.offset)
        self._line = mark.line

    def __iter__(self) -> Iterator[Record]:
        with self._file:
            if self.format == 1 and self._line == 1:
                # Format 1 has no records of the line, but it holds events only of a live line.
                yield Record(0.0, Line(LinkState.LIVE))
            while (found := self._next_object()) is not None:
                since = found.get("t")
                if isinstance(since, bool) or not isinstance(since, int | float):
                    raise self._fault("has no time")
                if not 0 <= since <= LATEST_SECONDS:
                    raise self._fault("has no time")
                kind = kind_of(found)
                told = told_of(found)
                if told is not None:
                    yield Record(float(since), told)
                elif kind is not None and kind not in _GROWING:
                    raise self._fault(f"has {kind!r} of another kind than a recording's")
                else:
                    self.skipped += 1

    def _next_object(self) -> dict[str, Any] | None:
        """The object of the next line; None at the end, or at an incomplete last line."""
        try:
            line = self._file.readline(LONGEST_LINE)
        except (EOFError, zlib.error, gzip.BadGzipFile) as fault:
            if self._line == 0:
                raise UsageFault(f"{self._shown} is no recording, and no whole file") from fault
            self.is_cut = True
            return None
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


def kind_of(record: dict[str, Any]) -> str | None:
    """The kind of a record, by its key; None for one that this version does not know."""
    return next((kind for kind in _KINDS if kind in record), None)


def told_of(record: dict[str, Any]) -> Told | None:
    """What a record tells, None where it is none of those that this version can read."""
    kind = kind_of(record)
    try:
        return _KINDS[kind](record) if kind is not None else None
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


def _alarm(found: dict[str, Any]) -> Told | None:
    alarm = found["alarm"]
    if not isinstance(alarm, dict) or not (change := _word(alarm, "change")):
        return None
    return Alarmed(
        change,
        _word(alarm, "rule"),
        _word(alarm, "severity"),
        _word(alarm, "subject"),
        uuid_or_none(alarm.get("person")),
        _word(alarm, "text", CHAT_LIMIT),
        _word(alarm, "node"),
        _moment(alarm.get("since")),
        _word(alarm, "by"),
        _word(alarm, "comment", CHAT_LIMIT),
        _number(alarm.get("value")),
        _number(alarm.get("threshold")),
        as_optional_flag(alarm.get("chattering")),
        as_optional_flag(alarm.get("in_flood")),
        _word(alarm, "parent"),
    )


def _action(found: dict[str, Any]) -> Told | None:
    action = found["action"]
    asked = _moment(action.get("asked")) if isinstance(action, dict) else None
    if asked is None:
        return None
    fields = action.get("fields")
    return Acted(
        asked,
        _word(action, "title"),
        _word(action, "request"),
        _word(action, "outcome"),
        _word(action, "reason"),
        uuid_or_none(action.get("uuid")),
        _word(action, "name"),
        _word(action, "address"),
        fields if isinstance(fields, dict) else {},
        _number(action.get("took")),
        _number(action.get("seen")),
        _word(action, "as_name"),
        _word(action, "source"),
        _word(action, "operator"),
        _word(action, "action"),
        _word(action, "confirmed"),
        _status_of(action.get("http")),
        action.get("result"),
        uuid_or_none(action.get("session_id")),
    )


def _talk(found: dict[str, Any]) -> Told | None:
    talk = found["talk"]
    if not isinstance(talk, dict):
        return None
    told = ((uuid_or_none(uuid), _number(seconds)) for uuid, seconds in talk.items())
    return Spoken({uuid: seconds for uuid, seconds in told if uuid and seconds and seconds > 0})


def _word(fields: dict[str, Any], name: str, limit: int = ADDRESS_LIMIT) -> str:
    return clean(_string(fields.get(name)), limit)


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) <= LATEST_SECONDS else None  # type: ignore[arg-type]


def _status_of(value: object) -> int | None:
    return value if type(value) is int and 100 <= value <= 599 else None


def _moment(value: object) -> float | None:
    """The Unix time of a text of RFC 3339, None for what is none."""
    try:
        moment = datetime.fromisoformat(_string(value)).timestamp()
    except (ValueError, OverflowError):
        return None
    return moment if math.isfinite(moment) else None


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        is_compressed = file.read(len(_GZIP)) == _GZIP
    return cast(BinaryIO, gzip.open(path, "rb")) if is_compressed else path.open("rb")


_KINDS: dict[str, Callable[[dict[str, Any]], Told | None]] = {
    "alarm": _alarm,
    "action": _action,
    "event": _event,
    "list": _list,
    "status": _status,
    "line": _line,
    "me": _me,
    "said": _said,
    "mark": _mark,
    "talk": _talk,
}
