"""The bytes of an event stream turned into its server-sent events (WHATWG HTML, section 9.2).

One thing differs from the standard: an event with a name and no data counts.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Iterator
from functools import lru_cache
from itertools import repeat
from operator import itemgetter

import httpx

from pexdash.api.pace import Pace
from pexdash.errors import BadAnswer, StreamLimit
from pexdash.text import clean

EVENT_STREAM = "text/event-stream"
EVENT_LIMIT = 1024 * 1024
"""The most bytes of one event: a hundred times what nodes send, and read within 20 ms."""
SLICE_BYTES = 64 * 1024
"""How much is decoded at once: of the shortest lines this takes a few milliseconds."""
MOST_TOGETHER = 256
"""How many events are handed on together: to take these takes a few milliseconds."""
_BOM = b"\xef\xbb\xbf"
_MOST_DIGITS = 1000  # int() refuses more than 4,300
_COLON = 0x3A
_LONGEST_FORM = 100
"""Bytes of field lines but for values: a long expression takes long to make and is kept."""
_USUAL = [b"event", b"id", b"data"]
_VALUES = {b"event": b"(.+)", b"id": rb"([^\0\n]*)", b"data": b"(.*)"}
_LONG_LINE = 64
_BETWEEN = rb"(?:\n|:.*\n)*+"
"""Blank lines and comments between two events."""
_match_between = re.compile(_BETWEEN).match
_fields_in = re.compile(rb"(retry:.*|[^:\n]*)(: ?)?.*\n").findall
_first_byte = itemgetter(slice(0, 1))

SentEvent = tuple[bytes, bytes, bytes]
"""Name, id and data of a server-sent event as they came; they should be UTF-8."""

_Form = tuple[tuple[bytes, bytes], ...]
"""The field names of an event in their order, each with the colon; of retry the value too."""


class EventDecoder:
    """Turns chunks of bytes into events, each as soon as its last byte has arrived.

    `retry` is the last valid reconnection time of the stream in milliseconds, or None. Raises
    StreamLimit when one event exceeds `limit` bytes.

    A node writes all its events alike. So the first event of a chunk gives the form, and one
    regular expression takes all that have it. Other text goes line by line, at up to twice the
    cost for events of a kilobyte, and at a third of it for an event that comes alone.
    """

    def __init__(self, limit: int = EVENT_LIMIT) -> None:
        self.retry: int | None = None
        self.limit = limit
        self._start: bytes | None = b""
        self._swallow_lf = False
        # The line that has begun.
        self._pieces: list[bytes] = []
        self._pieces_size = 0
        # The event that has begun; an id stays for later events.
        self._name = b""
        self._id = b""
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> Iterator[list[SentEvent]]:
        """The events that end within the next bytes of the stream, those of each slice together.

        No slice takes longer than some milliseconds. One without the end of an event gives none.
        """
        text = self._with_line_feeds(chunk if self._start is None else self._without_bom(chunk))
        at, size = 0, len(text)
        while at < size:
            end = min(at + SLICE_BYTES, size)
            events: list[SentEvent] = []
            if self._name or self._data or self._pieces:
                begun, at = at, text.find(b"\n\n", at, end) + 2
                if at < 2:
                    at = end
                events = self._by_lines(text[begun:at])
            if text.startswith((b"\n", b":"), at, end):
                at = _end_of_what_is_between(text, at, end)
            whole = text.rfind(b"\n\n", at, end) + 2
            comes_alone = text.find(b"\n\n", at, end) + 2 == whole
            if (
                at < whole <= at + self.limit
                and not comes_alone
                and (alike := self._alike(text, at, whole))
            ):
                self._id = alike[-1][1]
                events += alike
                at = whole
                # The next slice begins with the event that this one cuts.
                end = end if end == size else whole
            if at < end:
                events += self._by_lines(text[at:end])
            at = end
            yield events

    def _alike(self, text: bytes, at: int, end: int) -> list[SentEvent]:
        """The events of this part of a text where all have the form of the first; else none.

        The part ends with a blank line. It is not copied: a copy of each chunk would cost the
        system new memory each time.
        """
        form: _Form = tuple(_fields_in(text, at, text.find(b"\n\n", at, end) + 1))
        if sum(1 + len(field) for field, _ in form) > _LONGEST_FORM:
            return []
        if (pattern := _events_of(form)) is None:
            return []
        found: list[SentEvent] = pattern.findall(text, at, end)
        if (b"",) * pattern.groups in found:
            return []
        for field, _ in form:
            if field.startswith(b"retry:"):
                self._take_retry(field.removeprefix(b"retry:").removeprefix(b" "))
        fields = [field for field, _ in form if field in _VALUES]
        if fields == _USUAL:
            return found
        sent = dict(zip(fields, zip(*found, strict=True), strict=False))
        names = sent.get(b"event") or repeat(b"message", len(found))
        ids = sent.get(b"id") or repeat(self._id, len(found))
        data = sent.get(b"data") or repeat(b"", len(found))
        return list(zip(names, ids, data, strict=True))

    def _by_lines(self, text: bytes) -> list[SentEvent]:
        """The events of text in any form, which continues the line and the event that have begun.

        The tests stand in the order of what is most frequent.
        """
        lines = text.split(b"\n")
        rest = lines.pop()
        if lines and self._pieces:
            lines[0] = b"".join([*self._pieces, lines[0]])
            self._pieces, self._pieces_size = [], 0
        events: list[SentEvent] = []
        name, last_id, data = self._name, self._id, self._data
        for line in lines:
            head = line[:6]
            if head == b"data: ":
                data.append(line[6:])
            elif not head:
                if data or name:
                    events.append((name or b"message", last_id, self._joined(data)))
                    name, data = b"", []
            elif head == b"event:":
                name = line[7:] if line[6:7] == b" " else line[6:]
            elif head[:3] == b"id:":
                if b"\0" not in line:
                    last_id = line[4:] if head[3:4] == b" " else line[3:]
            elif head[0] != _COLON:
                field, _, value = line.partition(b":")
                if field == b"data":
                    data.append(value.removeprefix(b" "))
                elif field == b"event":
                    name = b""
                elif field == b"id":
                    last_id = b""
                elif field == b"retry":
                    self._take_retry(value.removeprefix(b" "))
        self._name, self._id, self._data = name, last_id, data
        if rest:
            self._pieces.append(rest)
            self._pieces_size += len(rest)
        self._measure(len(text), has_ended_one=bool(events))
        return events

    def _joined(self, data: list[bytes]) -> bytes:
        whole = data[0] if len(data) == 1 else b"\n".join(data)
        if len(whole) > self.limit:
            raise self._too_long()
        return whole

    def _measure(self, came: int, *, has_ended_one: bool) -> None:
        """Note the size of the event that has begun, after `came` more bytes of it."""
        if not (self._name or self._data):
            self._size = 0
        elif has_ended_one:
            self._size = sum(map(len, self._data))
        else:
            self._size += came
        if max(self._size, self._pieces_size) > self.limit:
            raise self._too_long()

    def _too_long(self) -> StreamLimit:
        return StreamLimit(f"the node sent an event of more than {self.limit} bytes")

    def _take_retry(self, value: bytes) -> None:
        if len(value) <= _MOST_DIGITS and value.isdigit():
            self.retry = int(value)

    def _with_line_feeds(self, chunk: bytes) -> bytes:
        if self._swallow_lf and chunk:
            self._swallow_lf = False
            chunk = chunk.removeprefix(b"\n")
        if b"\r" not in chunk:
            return chunk
        # A CR ends its line now; an LF that follows in the next chunk belongs to it.
        self._swallow_lf = chunk.endswith(b"\r")
        # To replace CR LF looks at every byte, which takes more than all the rest in long lines.
        if chunk.count(b"\r") * _LONG_LINE < len(chunk):
            first, *others = chunk.split(b"\r")
            if set(map(_first_byte, others)) == {b"\n"}:
                return b"".join([first, *others])
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _without_bom(self, chunk: bytes) -> bytes:
        start = (self._start or b"") + chunk
        if len(start) < len(_BOM) and _BOM.startswith(start):
            self._start = start
            return b""
        self._start = None
        return start.removeprefix(_BOM)


def _end_of_what_is_between(text: bytes, at: int, end: int) -> int:
    """Where in this part of a text, which begins between two events, the next one begins."""
    found = _match_between(text, at, end)
    return found.end() if found else at


@lru_cache(64)
def _events_of(form: _Form) -> re.Pattern[bytes] | None:
    """What finds the events of this form, with what is between them; None for no whole event.

    Any other line it finds as nothing: a search for the next event would take the square of a
    line's length.
    """
    fields = [field for field, _ in form if field in _VALUES]
    if len(set(fields)) < len(fields) or not {b"event", b"data"}.intersection(fields):
        return None
    lines = []
    for field, colon in form:
        if field not in _VALUES:
            lines.append(re.escape(field) + (b":.*" if colon else b""))
        elif colon:
            lines.append(field + (colon if colon == b": " else b":(?! )") + _VALUES[field])
        else:
            return None
    # An expression with one group finds no tuples.
    blank = b"()" if len(fields) == 1 else b""
    return re.compile(b"\n".join([*lines, blank, _BETWEEN]) + rb"|.*\n")


def check_stream(response: httpx.Response) -> None:
    """Raise BadAnswer unless `response` is an event stream, not compressed."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind != EVENT_STREAM:
        raise BadAnswer(f"the node answered {clean(kind) or 'no content type'} instead of events")
    encoding = response.headers.get("content-encoding", "identity").strip().casefold()
    if encoding != "identity":
        raise BadAnswer(f"the node sent events in an encoding nobody asked for ({clean(encoding)})")


async def server_sent_events(
    response: httpx.Response, decoder: EventDecoder, on_bytes: Callable[[], None]
) -> AsyncGenerator[list[SentEvent], None]:
    """The events of an open response as soon as they are whole, those that came together at once.

    `on_bytes` is called for every chunk, comments included. Decoding and what the receiver does
    with the events keep the pace of `Pace`. Raises StreamLimit, and what the transport raises when
    the connection breaks.
    """
    pace = Pace(asyncio.get_running_loop().time)
    # Not by `aiter_raw`, which takes as long for a small chunk as to read it.
    assert isinstance(response.stream, httpx.AsyncByteStream)
    async for chunk in response.stream:
        on_bytes()
        pace.begin()
        for events in decoder.feed(chunk):
            await pace.rest()
            for first in range(0, len(events), MOST_TOGETHER):
                yield events[first : first + MOST_TOGETHER]
                await pace.rest()
            # The next may be long in coming, and these may be a whole list.
            del events
        pace.end()
