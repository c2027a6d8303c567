"""The head of an answer: its status, its headers, and how far its body goes.

Servers write heads in more ways than RFC 9112 allows. Whatever the stock library of httpx reads is
read here too, with the same meaning, and a blank before the colon of a header besides.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import httpx

PROTOCOL = b"HTTP/"
"""What every answer in HTTP/1 begins with."""
_STATUS_LINE = re.compile(rb"HTTP/([0-9]\.[0-9]) +([0-9]{3})(?:[ \t].*)?", re.DOTALL)
# Possessive: to give blanks back one by one would take the square of their number.
_HEADER = re.compile(rb"([-!#$%&'*+.^_`|~0-9A-Za-z]++)[ \t]*+:[ \t]*+([^\0\r]*+)")
_MOST_HEADERS = 1000
"""How many lines of headers are read, each of which takes a microsecond: nodes send twenty."""
_LENGTH = re.compile(rb"[0-9]{1,19}")
_END = re.compile(rb"\n\r?\n")
_GREETINGS = (
    (b"\x15\x03", "TLS"),  # an alert (RFC 8446 section 5.1)
    (b"\x16\x03", "TLS"),  # a handshake
    (b"SSH-", "SSH"),
    (b"220", "SMTP or FTP"),
    (b"RFB ", "VNC"),
    (b"* OK", "IMAP"),
    (b"+OK", "POP3"),
)
"""How the servers of other protocols begin."""


class Unreadable(httpx.RemoteProtocolError):
    """An answer in HTTP that cannot be read; `str()` says what is wrong with it."""


class NoHttp(httpx.RemoteProtocolError):
    """What came is no HTTP; `protocol` is the name of what it seems to be, or "".

    The bytes themselves are not told: they may be our own, which hold the token.
    """

    def __init__(self, came: bytes) -> None:
        super().__init__("it is no HTTP")
        known = (name for start, name in _GREETINGS if came.startswith(start))
        self.protocol = next(known, "")


class Head(NamedTuple):
    """The head of an answer.

    `headers` has one Content-Length at most, and none where the body is in chunks. `length` is the
    body's in bytes, None where it is in chunks or ends with the connection. `goes_on` is whether
    another answer may follow over the same connection.
    """

    status: int
    headers: list[tuple[bytes, bytes]]
    length: int | None
    is_chunked: bool
    goes_on: bool

    @property
    def ends_with_connection(self) -> bool:
        """Whether only the end of the connection tells where the body ends."""
        return self.length is None and not self.is_chunked


def end_of_head(data: bytearray, start: int) -> int:
    """Where the head at the start of `data` ends, looked for from `start`; 0 where it does not yet.

    Raises NoHttp as soon as `data` cannot become a head.
    """
    if not data.startswith(PROTOCOL[: len(data)]):
        raise NoHttp(bytes(data))
    # The end of the last line may have come before `start`.
    found = _END.search(data, max(start - 2, 0))
    return found.end() if found else 0


def head_of(data: bytes) -> Head:
    """Read a whole head (RFC 9112 sections 4 to 6); raises Unreadable."""
    lines = [line.removesuffix(b"\r") for line in data.split(b"\n", _MOST_HEADERS + 3)]
    if len(lines) > _MOST_HEADERS + 3:
        raise Unreadable("it has more headers than anyone needs")
    first = _STATUS_LINE.fullmatch(lines[0])
    if first is None:
        raise Unreadable("its first line tells no status")
    version, status = first[1], int(first[2])
    if status < 100:
        raise Unreadable("there is no such status")
    if status == 101:
        raise Unreadable("it turns to another protocol")
    headers: list[tuple[bytes, bytes]] = []
    lengths: set[int] = set()
    codings: list[bytes] = []
    wishes: set[bytes] = set()
    for name, value in _fields(lines[1:-2]):
        kind = name.lower()
        if kind == b"content-length":
            lengths |= _lengths(value)
            continue
        if kind == b"transfer-encoding":
            value = value.lower()
            codings.append(value)
        elif kind == b"connection":
            wishes |= {wish.strip() for wish in value.lower().split(b",")}
        headers.append((name, value))
    is_chunked = codings == [b"chunked"]
    if codings and codings not in ([b"chunked"], [b"identity"]):
        raise Unreadable("it has a transfer encoding nobody asked for")
    if len(lengths) > 1:
        raise Unreadable("it has two lengths")
    length = lengths.pop() if lengths else None
    # A second length beside the chunks may come of an attack on what stands between (section 6.3).
    # So may chunks in HTTP/1.0, and a body after a status that has none: it may come later, in the
    # place of the next answer.
    is_bodiless = status in (204, 304)
    is_doubtful = is_chunked and (length is not None or version < b"1.1")
    is_doubtful |= is_bodiless and (is_chunked or bool(length))
    goes_on = not is_doubtful and b"close" not in wishes
    if version < b"1.1":
        goes_on &= b"keep-alive" in wishes
    if length is not None and not is_chunked:
        headers.append((b"content-length", b"%d" % length))
    if is_bodiless:
        length, is_chunked = 0, False
    return Head(status, headers, None if is_chunked else length, is_chunked, goes_on)


def _fields(lines: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Name and value of each header; a line that begins with a blank goes on with the last one."""
    whole: list[list[bytes]] = []
    for line in lines:
        if line[:1] not in (b" ", b"\t"):
            whole.append([line])
        elif whole:
            whole[-1].append(line.lstrip(b" \t"))
        else:
            raise Unreadable("its first header goes on with nothing")
    fields = []
    for parts in whole:
        field = _HEADER.fullmatch(b" ".join(parts))
        if field is None:
            raise Unreadable("it has a line that is no header")
        fields.append((field[1], field[2].rstrip(b" \t")))
    return fields


def _lengths(value: bytes) -> set[int]:
    """The lengths in a Content-Length, which proxies join to a list where there were several."""
    lengths = [length.strip(b" \t") for length in value.split(b",")]
    if not all(map(_LENGTH.fullmatch, lengths)):
        raise Unreadable("it has a length that is no number")
    return {int(length) for length in lengths}
