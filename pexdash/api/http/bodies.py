"""The body of an answer while it comes: each class takes one kind of framing off.

All have the same face: `feed` hands the next bytes that arrived to `take`, without the framing,
and raises Unreadable. `is_done` tells that the body came to its end, `has_more` that something
came after it, `is_quick` whether even the least convenient bytes take next to no time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar, Protocol

import httptools

from pexdash.api.http.answer_head import Head, Unreadable

Take = Callable[[bytes], None]

_PLAIN_CHUNK = re.compile(rb"[0-9A-Fa-f]{1,8}\r\n")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,20})[ \t]*(?:;.*)?", re.DOTALL)
_CHUNKED_HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


class Body(Protocol):
    """How the rest of an answer is read."""

    is_quick: ClassVar[bool]
    is_done: bool
    has_more: bool

    def feed(self, data: memoryview) -> None:
        """Take the framing off what arrived."""
        ...


def body_of(head: Head, start: bytearray, take: Take, *, is_odd: bool = False) -> Body | None:
    """What reads the body after `head`, which begins with `start`; None where that is too short.

    `start` is not read here. A parser in C is as strict as the standard, but most servers frame all
    chunks of an answer in one way: the first one tells which reader it takes, unless the server is
    known to be odd.
    """
    if not head.is_chunked:
        return Counted(head.length, take)
    if is_odd or not _is_stream(head):
        return Chunks(take)
    if b"\n" not in start:
        return None
    return PlainChunks(take) if _PLAIN_CHUNK.match(start) else Chunks(take)


def _is_stream(head: Head) -> bool:
    """Whether the answer is an event stream, of thousands of small chunks."""
    kinds = (value for name, value in head.headers if name.lower() == b"content-type")
    return any(kind.lower().startswith(b"text/event-stream") for kind in kinds)


class Counted:
    """A body of `length` bytes, or for None one that ends with the connection."""

    is_quick: ClassVar[bool] = True

    def __init__(self, length: int | None, take: Take) -> None:
        self.is_done = length == 0
        self.has_more = False
        self._left = length
        self._take = take

    def feed(self, data: memoryview) -> None:
        """Take what belongs to the body."""
        if self._left is not None:
            self.has_more = len(data) > self._left
            data = data[: self._left]
            self._left -= len(data)
            self.is_done = not self._left
        if data:
            self._take(bytes(data))


class PlainChunks:
    """Chunks exactly as RFC 9112 section 7.1 has them, thousands of small ones at little cost."""

    is_quick: ClassVar[bool] = True

    def __init__(self, take: Take) -> None:
        self.is_done = False
        self.has_more = False
        self.on_body = take
        # The parser refers to us and we to it: drop this object after its end.
        self._parser = httptools.HttpResponseParser(self)
        self._parser.feed_data(_CHUNKED_HEAD)

    def feed(self, data: memoryview) -> None:
        """Take the framing off in C."""
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as fault:
            if not self.is_done:
                raise Unreadable("its chunks are not framed as they should be") from fault
            self.has_more = True

    def on_message_begin(self) -> None:
        """Refuse what follows the body."""
        if self.is_done:
            raise ValueError("a second answer")

    def on_message_complete(self) -> None:
        """The body came to its end."""
        self.is_done = True


class Chunks:
    """Chunks as servers write them: lines may end in LF alone, and blanks follow a size."""

    is_quick: ClassVar[bool] = False

    def __init__(self, take: Take) -> None:
        self.is_done = False
        self.has_more = False
        self._take = take
        self._left = 0
        self._line = bytearray()
        self._read_line = self._size

    def feed(self, data: memoryview) -> None:
        """Take the framing off, line by line and chunk by chunk."""
        arrived, at = bytes(data), 0
        while at < len(arrived) and not self.is_done:
            if self._left:
                piece = arrived[at : at + self._left]
                self._take(piece)
                self._left -= len(piece)
                at += len(piece)
                continue
            end = arrived.find(b"\n", at)
            if end < 0:
                self._line += arrived[at:]
                return
            self._line += arrived[at:end]
            line = bytes(self._line).removesuffix(b"\r")
            self._line.clear()
            at = end + 1
            self._read_line(line)
        self.has_more = at < len(arrived)

    def _size(self, line: bytes) -> None:
        size = _CHUNK.fullmatch(line)
        if size is None:
            raise Unreadable("it has a chunk without a size")
        self._left = int(size[1], 16)
        self._read_line = self._end_of_chunk if self._left else self._trailer

    def _end_of_chunk(self, line: bytes) -> None:
        if line:
            raise Unreadable("it has a chunk that is longer than it says")
        self._read_line = self._size

    def _trailer(self, line: bytes) -> None:
        self.is_done = not line
