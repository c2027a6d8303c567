"""What the event-stream library leaves to its caller, put in front of it.

`httpx_sse` decodes fields into events. The bytes it gets here have already lost what it would
trip over: a byte order mark, bare and split CR line ends, comments and blank lines that would
repeat an event, retry values that are no number, and lines or events without an end
(WHATWG HTML, section 9.2, with one difference: an event with a name and no data counts).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import httpx
from httpx_sse import EventSource, ServerSentEvent

from pexdash.errors import BadAnswer
from pexdash.text import clean

EVENT_LIMIT = 4 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_MOST_DIGITS = 1000  # int() refuses more than 4,300


class StreamLimit(BadAnswer):
    """An event or a line grew past what any node sends."""


class FieldLines:
    """Splits bytes into field lines, each ended by one line feed and handed on at once.

    `feed` returns the lines of whole and unfinished events that may go to the decoder. `retry` is
    the last valid reconnection time of the stream in milliseconds, or None.
    Raises StreamLimit when one event exceeds `limit` bytes.
    """

    def __init__(self, limit: int = EVENT_LIMIT) -> None:
        self.retry: int | None = None
        self._limit = limit
        self._partial: list[bytes] = []
        self._partial_size = 0
        self._event_size = 0
        self._has_name = False
        self._has_data = False
        self._swallow_lf = False
        self._at_start = True

    def feed(self, chunk: bytes) -> bytes:
        """Take the next bytes of the stream."""
        if self._at_start:
            chunk = self._without_bom(chunk)
        if self._swallow_lf and chunk:
            self._swallow_lf = False
            chunk = chunk.removeprefix(b"\n")
        if b"\r" in chunk:
            # A CR ends its line now; an LF that follows in the next chunk belongs to it.
            self._swallow_lf = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *whole, rest = chunk.split(b"\n")
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
        return b"".join(kept)

    def _check_size(self) -> None:
        if self._event_size + self._partial_size > self._limit:
            raise StreamLimit(f"the node sent an event of more than {self._limit} bytes")

    def _without_bom(self, chunk: bytes) -> bytes:
        start = b"".join(self._partial) + chunk
        self._partial, self._partial_size = [], 0
        if len(start) < len(_BOM) and _BOM.startswith(start):
            self._partial, self._partial_size = [start] if start else [], len(start)
            return b""
        self._at_start = False
        return start.removeprefix(_BOM)

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


class _FieldStream(httpx.AsyncByteStream):
    """The bytes of a response as field lines; `on_bytes` hears of every chunk, comments too."""

    def __init__(
        self, response: httpx.Response, lines: FieldLines, on_bytes: Callable[[], None]
    ) -> None:
        self._response = response
        self._lines = lines
        self._on_bytes = on_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._response.aiter_raw():
            self._on_bytes()
            if lines := self._lines.feed(chunk):
                yield lines

    async def aclose(self) -> None:
        await self._response.aclose()


def check_stream(response: httpx.Response) -> None:
    """Raise BadAnswer unless `response` is an event stream in plain encoding."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind != "text/event-stream":
        raise BadAnswer(f"the node answered {clean(kind) or 'no content type'} instead of events")
    encoding = response.headers.get("content-encoding", "identity").strip().casefold()
    if encoding != "identity":
        raise BadAnswer(f"the node sent events in an encoding nobody asked for ({clean(encoding)})")


async def server_sent_events(
    response: httpx.Response, lines: FieldLines, on_bytes: Callable[[], None]
) -> AsyncIterator[ServerSentEvent]:
    """The events of an open response, each as soon as its last byte is here.

    Raises StreamLimit, and what the transport raises when the line breaks.
    """
    # The standard says UTF-8 whatever the header claims.
    plain = httpx.Response(
        200,
        headers={"content-type": "text/event-stream; charset=utf-8"},
        stream=_FieldStream(response, lines, on_bytes),
    )
    async for event in EventSource(plain).aiter_sse():
        yield event
