"""Answers as other servers write them, and what the stock library of httpx (h11) reads in them."""

from __future__ import annotations

from typing import NamedTuple

import h11
from hypothesis import strategies as st


class Read(NamedTuple):
    """What a reader made of an answer; `may_go_on` is whether it takes another after it."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    may_go_on: bool


def read_by_h11(answer: bytes) -> Read | None:
    """What h11 reads where the connection ends after `answer`; None where it reads no whole one."""
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=100 * 1024)
    connection.send(h11.Request(method="GET", target="/", headers=[("host", "node")]))
    connection.send(h11.EndOfMessage())
    connection.receive_data(answer)
    head: h11.Response | None = None
    body = b""
    has_ended = False
    try:
        while True:
            event = connection.next_event()
            if isinstance(event, h11.Response):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                # What came besides would be taken for the next answer, but for the ends of lines.
                is_free = (
                    connection.their_state is h11.DONE and not connection.trailing_data[0].strip()
                )
                return Read(head.status_code, list(head.headers), body, is_free and not has_ended)
            elif event is h11.NEED_DATA and not has_ended:
                connection.receive_data(b"")
                has_ended = True
            elif event in (h11.NEED_DATA, h11.PAUSED) or isinstance(event, h11.ConnectionClosed):
                return None
    except h11.RemoteProtocolError:
        return None


def mostly(usual: bytes, *others: bytes) -> st.SearchStrategy[bytes]:
    """The usual bytes three times out of four, else others."""
    return st.sampled_from([usual] * 3 * len(others) + [*others])


LINE_ENDS = mostly(b"\r\n", b"\n", b"\n", b"\n", b"\r\r\n")
_BLANKS = st.sampled_from([b"", b" ", b" ", b"\t", b"  \t"])
_STATUS_LINES = st.builds(
    lambda version, status, reason: b"HTTP/%b %b%b" % (version, status, reason),
    mostly(b"1.1", b"1.0", b"1.0", b"0.9", b"2.0", b"1.10"),
    mostly(b"200", b"201", b"203", b"204", b"304", b"403", b"503", b"999", b"42", b"099"),
    mostly(b" OK", b"", b" ", b" Not \xc3\xa4 \x01 OK", b"  two", b"\tOK", b" \0"),
)
_VALUES = st.one_of(
    mostly(b"a b\tc", b"", b"\x01\x7f\xff", b"a:b", b"\x0b", b"a\0b", b"a\rb"),
    st.binary(max_size=4),
)
_FIELDS = st.one_of(
    st.sampled_from(
        [
            (b"Content-Length", b"3"),
            (b"Content-Length", b"3"),
            (b"content-length", b"3, 3"),
            (b"Content-Length", b"4"),
            (b"Content-Length", b"+3"),
            (b"CONTENT-LENGTH", b"003"),
            (b"Transfer-Encoding", b"chunked"),
            (b"Transfer-Encoding", b"chunked"),
            (b"transfer-encoding", b"Chunked"),
            (b"Transfer-Encoding", b"gzip, chunked"),
            (b"Connection", b"close"),
            (b"Connection", b"x, Close"),
            (b"Connection", b"keep-alive"),
            (b"Connection", b"Upgrade"),
            (b"Upgrade", b"websocket"),
        ]
    ),
    st.tuples(mostly(b"X-Y", b"a!#$%&'*+-.^_`|~9", b"", b"X Y", b"X\xe4"), _VALUES),
)
_HEADERS = st.builds(
    lambda field, gap, before, after, fold: (
        b"%b%b:%b%b%b%b" % (field[0], gap, before, field[1], after, fold)
    ),
    _FIELDS,
    mostly(b"", b"", b" "),
    _BLANKS,
    _BLANKS,
    mostly(b"", b"\r\n folded", b"\n\tfolded ", b"\r\n ", b"\r\n  a\r\n b"),
)
_INTERIM = mostly(
    b"",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\nLink: x\n\n",
    b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    b"\r\n",
)
_SIZES = mostly(b"", b" ", b"\t ", b";x", b"; a=b", b';a="q', b";;", b" ;x", b"x", b";\xff\r")


@st.composite
def _chunks(draw: st.DrawFn) -> bytes:
    """A body in chunks, framed as some servers do and some should not."""
    sent = b""
    for chunk in draw(st.lists(st.binary(min_size=1, max_size=20), max_size=3)):
        size = draw(mostly(b"%x", b"%X", b"%020x", b"0x%x", b"%x_0", b" %x")) % len(chunk)
        line_end, end = draw(mostly(b"\r\n", b"\n")), draw(mostly(b"\r\n", b"\n", b"", b"x\r\n"))
        sent += size + draw(_SIZES) + line_end + chunk + end
    trailers = draw(mostly(b"", b"X: y\r\n", b"Content-Length: 9\r\n", b"X: a\n b\n"))
    return sent + b"0" + draw(_SIZES) + draw(mostly(b"\r\n", b"\n")) + trailers + draw(LINE_ENDS)


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """A whole answer, or what a server takes for one."""
    framing = draw(mostly(b"", b"Content-Length: 3", b"Transfer-Encoding: chunked"))
    lines = [draw(_STATUS_LINES), *draw(st.lists(_HEADERS, max_size=4)), *filter(None, [framing])]
    head = b"".join(line + draw(LINE_ENDS) for line in [*lines, b""])
    is_chunked = b"chunked" in head.lower()
    body = draw(_chunks() if is_chunked else st.sampled_from([b"abc", b"abc", b"", b"abcd"]))
    more = draw(mostly(b"", b"HTTP/1.1 200 OK\r\n\r\n", b"\r\n", b"x"))
    return bytes(draw(_INTERIM) + head + body + more)
