"""The bytes of an event stream turned into its server-sent events.

What nodes send, an event of three plain lines, is taken apart here, a whole chunk at once. All
other text goes line by line to `httpx_sse`, a library the project has chosen to use. First it loses
what that library would stumble over: a byte order mark, bare and split CR line ends, comments,
blank lines that would repeat an event, retry values that are no number, and lines or events without
an end. Both ways give the same events, those of WHATWG HTML, section 9.2, with one difference: an
event with a name and no data counts.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable
from itertools import chain

import httpx
from httpx_sse import EventSource

from pexdash.errors import BadAnswer
from pexdash.text import clean

EVENT_STREAM = "text/event-stream"
EVENT_LIMIT = 4 * 1024 * 1024
HELD_LIMIT = 64 * 1024
_BOM = b"\xef\xbb\xbf"
_MOST_DIGITS = 1000  # int() refuses more than 4,300
# Anchored to line starts: a search from every byte would take the square of a line's length.
_PLAIN = re.compile(rb"^event: (.+)\nid: (.*)\ndata: (.*)\n\n", re.MULTILINE)
_FRAME = len(b"event: \nid: \ndata: \n\n")
# The standard says UTF-8 whatever the header claims.
_HEADERS = {"content-type": f"{EVENT_STREAM}; charset=utf-8"}

SentEvent = tuple[bytes, bytes, bytes]
"""Name, id and data of a server-sent event as they came; they should be UTF-8."""


class StreamLimit(BadAnswer):
    """An event or a line is longer than what any node sends."""


class FieldLines:
    """Splits bytes into field lines, each ended by one line feed and handed on at once.

    `feed` returns lines for the decoder, of whole and of unfinished events, and a blank line after
    each whole event. `retry` is the last valid reconnection time of the stream in milliseconds, or
    None. Raises StreamLimit when one event exceeds `limit` bytes.
    """

    def __init__(self, limit: int = EVENT_LIMIT) -> None:
        self.retry: int | None = None
        self.limit = limit
        self._partial: list[bytes] = []
        self._partial_size = 0
        self._event_size = 0
        self._has_name = False
        self._has_data = False

    @property
    def is_between_events(self) -> bool:
        """Whether no event and no line has begun."""
        return not (self._partial or self._has_name or self._has_data or self._event_size)

    def feed(self, text: bytes) -> list[bytes]:
        """Take the next bytes of the stream; line feeds are their only line ends."""
        *whole, rest = text.split(b"\n")
        kept = []
        for line in whole:
            if self._partial:
                self._partial.append(line)
                line = b"".join(self._partial)
                self._partial, self._partial_size = [], 0
            if self._keeps(line):
                kept.append(line + b"\n")
        if rest:
            self._partial.append(rest)
            self._partial_size += len(rest)
        self._check_size()
        return kept

    def _check_size(self) -> None:
        if self._event_size + self._partial_size > self.limit:
            raise StreamLimit(f"the node sent an event of more than {self.limit} bytes")

    def _keeps(self, line: bytes) -> bool:
        if not line:
            ends_event = self._has_name or self._has_data
            self._has_name = self._has_data = False
            self._event_size = 0
            return ends_event
        name, _, value = line.partition(b":")
        if name in (b"data", b"event"):
            self._event_size += len(line)
            self._check_size()
            if name == b"data":
                self._has_data = True
            else:
                self._has_name = value not in (b"", b" ")
            return True
        if name == b"retry":
            value = value.removeprefix(b" ")
            if 0 < len(value) <= _MOST_DIGITS and all(48 <= digit <= 57 for digit in value):
                self.retry = int(value)
            return False
        return name == b"id"


class EventDecoder:
    """Turns chunks of bytes into events, each as soon as its last byte has arrived.

    `lines` takes the text that is not plain, and knows the stream's reconnection time. Raises
    StreamLimit.
    """

    def __init__(self, lines: FieldLines) -> None:
        self._lines = lines
        self._last_id = b""
        self._start: bytes | None = b""
        self._swallow_lf = False
        # What came since the last blank line, as long as it may still become a plain event.
        self._held = b""
        self._most_held = min(HELD_LIMIT, lines.limit)
        # Field lines of an event that is not plain and not whole.
        self._open: list[bytes] = []

    def feed(self, chunk: bytes) -> list[SentEvent]:
        """The events that end within the next bytes of the stream."""
        text = self._with_line_feeds(chunk if self._start is None else self._without_bom(chunk))
        if self._lines.is_between_events:
            return self._split(text)
        # The event that is not plain ends here; what follows may be plain.
        end = text.find(b"\n\n") + 2
        if end < 2:
            return self._decoded(text)
        return self._decoded(text[:end]) + self._split(text[end:])

    def finish(self) -> None:
        """Read the rest of a stream that was cut off: it may hold a reconnection time."""
        self._let_go()

    def _split(self, text: bytes) -> list[SentEvent]:
        """The events of `text`, which continues what is held."""
        start = self._end_of_held(text) if self._held else 0
        if self._held and not start:
            self._held += text
            events = []
        else:
            first = self._held + text[:start]
            last = text.rfind(b"\n\n", start)
            end = start if last < 0 else last + 2
            self._held = text[end:]
            events = self._events_of(first, 0, len(first))
            events += self._events_of(text, start, end)
        if len(self._held) > self._most_held:
            events += self._let_go()
        return events

    def _end_of_held(self, text: bytes) -> int:
        """The place in `text` after the blank line that ends what is held; 0 where none does."""
        if self._held.endswith(b"\n") and text.startswith(b"\n"):
            return 1
        blank = text.find(b"\n\n")
        return 0 if blank < 0 else blank + 2

    def _events_of(self, text: bytes, at: int, end: int) -> list[SentEvent]:
        """The events of this part of a text; the part is empty or ends with a blank line.

        It is not copied: a copy of each chunk would cost the system new memory each time.
        """
        if end - at > self._lines.limit:
            return self._decoded(text[at:end])
        events: list[SentEvent] = _PLAIN.findall(text, at, end)
        length = _FRAME * len(events) + sum(map(len, chain.from_iterable(events)))
        if length == end - at and text.find(b"\0", at, end) < 0:
            if events:
                self._last_id = events[-1][1]
            return events
        events = []
        while at < end:
            plain = _PLAIN.match(text, at, end)
            # An id with a NUL in it is none.
            if plain and b"\0" not in plain[2]:
                name, self._last_id, data = plain.groups()
                events.append((name, self._last_id, data))
                at = plain.end()
            elif text.startswith(b"\n", at):
                at += 1
            else:
                blank = text.find(b"\n\n", at, end)
                after = end if blank < 0 else blank + 2
                events += self._decoded(text[at:after])
                at = after
        return events

    def _let_go(self) -> list[SentEvent]:
        held, self._held = self._held, b""
        return self._decoded(held)

    def _decoded(self, text: bytes) -> list[SentEvent]:
        """The events `httpx_sse` finds in any text; the lines of an unfinished event are kept."""
        fields = self._lines.feed(text)
        if b"\n" in fields:
            end = len(fields) - fields[::-1].index(b"\n")
            whole, self._open = [*self._open, *fields[:end]], fields[end:]
        else:
            whole = []
            self._open += fields
        events = self._events_in(whole) if whole else []
        if self._open and self._lines.is_between_events:
            # An id without an event counts for the events after it.
            self._events_in([*self._open, b"data\n", b"\n"])
            self._open = []
        return events

    def _events_in(self, fields: list[bytes]) -> list[SentEvent]:
        content = b"".join([b"id: %b\n" % self._last_id, *fields])
        source = EventSource(httpx.Response(200, headers=_HEADERS, content=content))
        events = [
            (one.event.encode(), one.id.encode(), one.data.encode()) for one in source.iter_sse()
        ]
        self._last_id = events[-1][1]
        return events

    def _with_line_feeds(self, chunk: bytes) -> bytes:
        if self._swallow_lf and chunk:
            self._swallow_lf = False
            chunk = chunk.removeprefix(b"\n")
        if b"\r" in chunk:
            # A CR ends its line now; an LF that follows in the next chunk belongs to it.
            self._swallow_lf = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return chunk

    def _without_bom(self, chunk: bytes) -> bytes:
        start = (self._start or b"") + chunk
        if len(start) < len(_BOM) and _BOM.startswith(start):
            self._start = start
            return b""
        self._start = None
        return start.removeprefix(_BOM)


def check_stream(response: httpx.Response) -> None:
    """Raise BadAnswer unless `response` is an event stream, not compressed."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind != EVENT_STREAM:
        raise BadAnswer(f"the node answered {clean(kind) or 'no content type'} instead of events")
    encoding = response.headers.get("content-encoding", "identity").strip().casefold()
    if encoding != "identity":
        raise BadAnswer(f"the node sent events in an encoding nobody asked for ({clean(encoding)})")


async def server_sent_events(
    response: httpx.Response, lines: FieldLines, on_bytes: Callable[[], None]
) -> AsyncGenerator[list[SentEvent], None]:
    """The events of an open response, those of one chunk together, as soon as they are whole.

    `on_bytes` is called for every chunk, comments included. Raises StreamLimit, and what the
    transport raises when the connection breaks.
    """
    decoder = EventDecoder(lines)
    try:
        async for chunk in response.aiter_raw():
            on_bytes()
            if events := decoder.feed(chunk):
                yield events
    finally:
        decoder.finish()
