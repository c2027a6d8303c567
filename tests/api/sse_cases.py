"""The cases of server-sent events (tests/data/sse-cases.json), and the way the client reads them.

They are those of the web platform tests, LaunchDarkly's contract tests, eventsource-parser and our
own.
"""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any

import httpx

from pexdash.api.events import text_of
from pexdash.api.sse import EventDecoder, server_sent_events

DATA = json.loads((Path(__file__).parent.parent / "data" / "sse-cases.json").read_text("utf-8"))
CASES: list[dict[str, Any]] = DATA["cases"]

Seen = tuple[str, str, str]


class Chunks(httpx.AsyncByteStream):
    """Bytes in the given pieces; `read` tells how many have been asked for."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.read = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            self.read += 1
            yield chunk


async def events_of(chunks: Iterable[bytes], decoder: EventDecoder | None = None) -> list[Seen]:
    """The events of a stream that comes in these chunks."""
    response = httpx.Response(200, stream=Chunks(chunks))
    events = server_sent_events(response, decoder or EventDecoder(), lambda: None)
    return [
        (text_of(name), text_of(data), text_of(id_))
        async for batch in events
        for name, id_, data in batch
    ]


def chunks_of(case: dict[str, Any]) -> list[bytes]:
    return [base64.b64decode(chunk) for chunk in case["chunks"]]


def expected_of(case: dict[str, Any]) -> list[Seen]:
    expected = case.get("lenient_expect", case["expect"])
    return [(event["event"], event["data"], event["id"]) for event in expected]


def splits(data: bytes) -> Iterable[Sequence[bytes]]:
    """Every way to cut `data` in two, and byte by byte."""
    for at in range(1, len(data)):
        yield data[:at], data[at:]
    yield [data[at : at + 1] for at in range(len(data))]
