"""Server-sent events as the standards say, whatever pieces the bytes come in.

The cases are those of tests/api/sse_cases.py.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from itertools import pairwise
from typing import Any

import httpx
import pytest
from httpx_sse import EventSource
from hypothesis import given
from hypothesis import strategies as st

from pexdash.api.sse import EventDecoder, check_stream, server_sent_events
from pexdash.errors import BadAnswer, StreamLimit
from tests.api.sse_cases import CASES, DATA, Chunks, Seen, chunks_of, events_of, expected_of, splits

GENERATED: list[dict[str, Any]] = DATA["generated"]


@pytest.mark.fault(40, 71)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_case(case: dict[str, Any]) -> None:
    decoder = EventDecoder()
    assert await events_of(chunks_of(case), decoder) == expected_of(case)
    assert decoder.retry == case["final_retry"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_events_are_there_before_the_next_bytes_are_read(case: dict[str, Any]) -> None:
    stream = Chunks(chunks_of(case))
    events = server_sent_events(httpx.Response(200, stream=stream), EventDecoder(), lambda: None)
    read_at = [stream.read async for batch in events for _ in batch]
    due = case["live"]
    if "lenient_expect" in case:
        due = [len(case["lenient_expect"])]
        assert len(case["chunks"]) == 1
    for number, count in enumerate(due, 1):
        assert sum(read <= number for read in read_at) == count


@pytest.mark.parametrize(
    "other",
    [
        b"event: b\nid: 2\ndata: x\ndata: y\n\n",
        b"event: b\ndata: x\nid: 2\n\n",
        b"event:b\nid: 2\ndata: x\n\n",
        b"event: b\nid: 2\nretry: 7\ndata: x\n\n",
        b"id: 2\ndata: x\n\n",
        b"event: b\nid: 2\ndata: x\n",
        b": ping\n\n",
        b"\n\n",
    ],
)
async def test_an_event_of_another_form_among_those_of_one(other: bytes) -> None:
    usual = b"event: a\nid: 1\ndata: x\n\n"
    for chunks in ([usual, other, usual], [usual, usual + other, usual]):
        decoder = EventDecoder()
        seen, retry = by_the_library(b"".join(chunks))
        assert await events_of(chunks, decoder) == seen
        assert decoder.retry == retry


@pytest.mark.fault(71)
async def test_cases_cut_in_two_anywhere_and_byte_by_byte() -> None:
    tried = 0
    for case in CASES:
        data = b"".join(chunks_of(case))
        if len(data) > 400:
            data_splits: Iterable[Sequence[bytes]] = [
                [data[at : at + 1] for at in range(len(data))]
            ]
        else:
            data_splits = splits(data)
        for chunks in data_splits:
            decoder = EventDecoder()
            assert await events_of(chunks, decoder) == expected_of(case), (case["name"], chunks)
            assert decoder.retry == case["final_retry"]
            tried += 1
    assert tried > 5000


def by_the_library(data: bytes) -> tuple[list[Seen], int | None]:
    """What `httpx_sse` makes of it, and the reconnection time.

    It is spared what it would stumble over: a byte order mark, CR line ends, comments, a retry
    that is no number, a blank line that would repeat an event, and a line without an end.
    """
    text = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    kept, retry = [], None
    name = has_data = False
    for line in text.split(b"\n")[:-1]:
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"retry" and re.fullmatch(rb"[0-9]{1,1000}", value):
            retry = int(value)
        elif field == b"event":
            name = bool(value)
        elif field == b"data":
            has_data = True
        if line and field in (b"event", b"data", b"id"):
            kept.append(line + b"\n")
        elif not line and (name or has_data):
            kept.append(b"\n")
            name = has_data = False
    headers = {"content-type": "text/event-stream; charset=utf-8"}
    response = httpx.Response(200, headers=headers, content=b"".join(kept))
    events = [(one.event, one.data, one.id) for one in EventSource(response).iter_sse()]
    return events, retry


LINES = st.sampled_from(
    [
        b"data: x",
        b"data",
        b"data:\xff\xe2\x80",
        b"event: stage",
        b"event:",
        b"id: 7",
        b"id",
        b"id: \0",
        b"retry: 10",
        b"retry: x",
        b": comment",
        b"\xef\xbb\xbf",
        b"",
        b"",
        "data: ü\u2028event: disconnect\u0085".encode(),
    ]
)
ENDS = st.sampled_from([b"\n", b"\r", b"\r\n"])
NAMES = st.sampled_from([b"stage", "b\u00fccher".encode(), b"\xff", b" ", b"", b"a:b"])
IDS = st.sampled_from([b"MTBfMg==", b"", b" 7", "\u00fc".encode(), b"\xc3", b"a\0b"])
DATA_LINES = st.sampled_from([b"null", b'{"a": "b\xc3\xbc"}', b"\xe2\x80", b"", b" x", b"\0"])
PLAIN = st.builds(
    lambda name, id_, data, end: b"event: %b\nid: %b\ndata: %b\n%b" % (name, id_, data, end),
    NAMES,
    IDS,
    DATA_LINES,
    st.sampled_from([b"\n", b"\n", b"\n", b"", b"\n\n", b": c\n\n", b"data: more\n\n", b"\r\n"]),
)
ROWS = st.tuples(LINES, ENDS).map(b"".join)
BODIES = st.lists(ROWS | PLAIN | PLAIN).map(b"".join)

FIELDS = st.sampled_from(
    [b"event", b"id", b"data", b"", b"retry", b"other", b"event", b"id", b"data", b"data"]
)
COLONS = st.sampled_from([b": ", b": ", b":", b""])
FORMS = st.lists(st.tuples(FIELDS, COLONS), min_size=1, max_size=5)
VALUES = st.sampled_from([b"1", b"22", b"", b" x", b"a:b", b"\0", b"\xc3", b"{}", b"data: x"])


@st.composite
def alike(draw: st.DrawFn) -> bytes:
    """Events of one form, as a node writes all of its own, and now and then another line."""
    form, end = draw(FORMS), draw(ENDS)
    lines = []
    for _ in range(draw(st.integers(1, 5))):
        for field, colon in form:
            lines.append(field + colon + draw(VALUES) if colon else field)
        lines += [b"", *draw(st.lists(LINES, max_size=1))]
    return b"".join(line + end for line in lines)


@pytest.mark.fault(71)
@given(
    BODIES | alike() | alike() | st.binary(max_size=60), st.lists(st.integers(0, 400), max_size=12)
)
async def test_any_bytes_in_any_pieces_are_the_same_events(data: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    chunks = [data[start:end] for start, end in pairwise(places)]
    whole, pieces = EventDecoder(), EventDecoder()
    seen = await events_of(chunks, pieces)
    assert seen == await events_of([data], whole)
    assert pieces.retry == whole.retry
    assert (seen, pieces.retry) == by_the_library(data)


@pytest.mark.parametrize("case", GENERATED, ids=lambda case: case["name"])
async def test_large_events_are_whole(case: dict[str, Any]) -> None:
    gen = case["gen"]
    data = (
        base64.b64decode(gen["prefix"])
        + base64.b64decode(gen["repeat"]) * gen["count"]
        + base64.b64decode(gen["suffix"])
    )
    size = gen["chunk"] or len(data)
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    ((event, text, _),) = await events_of(chunks, EventDecoder(limit=32 * 1024 * 1024))
    if case["name"] == "pd-many-data-lines":
        assert text == "\n".join(["x"] * gen["count"])
    else:
        assert hashlib.sha256(text.encode()).hexdigest() == case["expect_gen"]["data_sha256"]
    assert event == case["expect_gen"]["event"]


async def endless(first: bytes, more: bytes) -> None:
    """Read a stream that never ends its first event; more than 64 KiB must not be taken."""
    stream = Chunks(piece for piece in [first, *[more] * 1000])
    events = server_sent_events(
        httpx.Response(200, stream=stream), EventDecoder(64 * 1024), lambda: None
    )
    try:
        async for _ in events:
            raise AssertionError("an event without an end")
    finally:
        assert stream.read <= 1 + 64 * 1024 // len(more) * 2


@pytest.mark.fault(57)
@pytest.mark.parametrize(
    ("first", "more"),
    [
        (b"data: ", b"x" * 1024),
        (b": ", b"x" * 1024),
        (b"", b"x" * 1024),
        (b"event: a\n", b"data: " + b"x" * 1000 + b"\n"),
        (b"", b"event: " + b"x" * 1000 + b"\r"),
    ],
    ids=["line", "comment", "field", "data lines", "names"],
)
async def test_an_event_or_line_without_end_is_given_up(first: bytes, more: bytes) -> None:
    with pytest.raises(StreamLimit, match="more than 65536 bytes"):
        await endless(first, more)


@pytest.mark.parametrize("size", [1, 7, 100, 5000])
async def test_a_line_that_fits_passes_and_larger_data_are_refused_in_any_pieces(size: int) -> None:
    # The line has to fit, too, where it comes in pieces: "data: " and what follows.
    for length, is_refused in ((201, True), (194, False)):
        data = b"data: " + b"x" * length + b"\n\ndata: y\n\n"
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        with pytest.raises(StreamLimit) if is_refused else nullcontext():
            assert len(await events_of(pieces, EventDecoder(200))) == 2


async def test_many_events_within_the_limit_are_no_large_one() -> None:
    data = b"event: stage\ndata: []\n\n" * 1000
    assert len(await events_of([data], EventDecoder(100))) == 1000


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "data",
    [
        b"event: " * 50_000 + b"\n\n",
        b"event: a\ndata: " + b"event: " * 50_000 + b"\n\n",
        b"event: a\n" * 40_000 + b"\n",
        b"\n" * 300_000,
        b"event: a\nid: 1\ndata: {}\n\n\n" * 10_000,
        b"data\n" * 60_000 + b"\n",
        b": \n" * 100_000,
        b"id: a\n\n" * 40_000,
        b"event: a\nid: 1\ndata: 2\n\n" + b"event: a\nid: 1\n" * 20_000 + b"\n",
        b"event: a\nid: 1\ndata: 2\n\n" + b"event: a\nid: 1\ndata: 2\n" * 12_000 + b"\n",
        b"event: a\n\n" + b"event: " * 40_000 + b"\n\n",
        b":\n" * 60_000 + b"data: x\n:\n\n" * 12_000 + b":" * 60_000 + b"\n\n",
        b"\r" * 300_000,
        b"\n" + b"data: x\n" * 40_000 + b"\n",
        b"other: x\n" * 30_000 + b"data: x\n\n",
        b"x" * 270_000 + b":\ndata: x\n\n",
        b"retry: 1\n" * 30_000 + b"data: x\n\n",
        b"retry: " + b"1" * 270_000 + b"\ndata: x\n\n",
    ],
    ids=[
        *("names in a line", "names in data", "names", "blank lines", "blank lines between"),
        *("lines of data", "comments", "ids", "no data", "no blank line", "a name of names"),
        *("comments all around", "carriage returns", "a line before"),
        *("other fields", "a long field", "reconnection times", "a long time"),
    ],
)
async def test_what_is_not_plain_takes_no_square_of_its_length(data: bytes) -> None:
    for size in (len(data), 64 * 1024):
        chunks = [data[at : at + size] for at in range(0, len(data), size)]
        assert await events_of(chunks) == by_the_library(data)[0]


async def test_every_chunk_is_heard_of_comments_too() -> None:
    heard = []
    stream = Chunks([b": ping\n", b"\n", b"data: x", b"\n\n"])
    response = httpx.Response(200, stream=stream)
    async for _ in server_sent_events(response, EventDecoder(), lambda: heard.append(stream.read)):
        pass
    assert heard == [1, 2, 3, 4]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_only_an_event_stream_is_read(case: dict[str, Any]) -> None:
    kind = case.get("content_type", "text/event-stream")
    response = httpx.Response(200, headers={"content-type": kind})
    if case.get("header_reject"):
        with pytest.raises(BadAnswer, match="instead of events"):
            check_stream(response)
    else:
        check_stream(response)


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "gzip, identity", "nonsense"])
def test_no_encoding_is_accepted(encoding: str) -> None:
    headers = {"content-type": "text/event-stream", "content-encoding": encoding}
    with pytest.raises(BadAnswer, match="nobody asked for"):
        check_stream(httpx.Response(200, headers=headers))


@pytest.mark.parametrize("kind", ["TEXT/Event-Stream", "text/event-stream; charset=utf-8"])
def test_the_type_is_read_as_http_says(kind: str) -> None:
    check_stream(
        httpx.Response(200, headers={"content-type": kind, "content-encoding": "Identity"})
    )


def test_no_type_is_no_event_stream() -> None:
    with pytest.raises(BadAnswer, match="no content type"):
        check_stream(httpx.Response(200))
