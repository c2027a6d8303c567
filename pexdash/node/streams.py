"""One event stream to one client: a bounded queue and what writes it out (Server-sent events)."""

from __future__ import annotations

import asyncio
import base64
import json
from collections import deque

from starlette.types import Receive, Send

MOST_QUEUED = 50_000
_BATCH = 500
_NODE = "127.0.0.1"
_HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache")]


def json_bytes(value: object) -> bytes:
    """`value` as JSON in one line of UTF-8; what UTF-8 cannot hold is escaped."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


def event_id(number: int) -> str:
    """The id an event of that number carries."""
    return base64.b64encode(f"{_NODE}_{number}".encode()).decode()


def frame(event: str, number: int, data: object) -> bytes:
    """One event as it goes over the wire; an event without payload carries `null`."""
    identity = event_id(number).encode()
    return b"event: %b\nid: %b\ndata: %b\n\n" % (event.encode(), identity, json_bytes(data))


class EventStream:
    """An open event stream; while `gate` is not set nothing is written, and everything kept.

    A client that leaves more than 50,000 events unread is cut off.
    """

    def __init__(self, transport: asyncio.Transport, gate: asyncio.Event) -> None:
        self._transport = transport
        self._gate = gate
        self._queue: deque[bytes] = deque()
        self._wake = asyncio.Event()
        self._ended = False

    def put(self, event: bytes) -> None:
        """Queue one event, already framed."""
        if self._ended:
            return
        if len(self._queue) >= MOST_QUEUED:
            self.cut()
            return
        self._queue.append(event)
        self._wake.set()

    def end(self) -> None:
        """End the stream in good order after what is queued."""
        self._ended = True
        self._wake.set()

    def cut(self) -> None:
        """Break the connection off, mid-air."""
        self._ended = True
        self._queue.clear()
        self._transport.abort()

    async def serve(self, receive: Receive, send: Send) -> None:
        """Write until the stream ends or the client is gone."""
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": b"", "more_body": True})
        pump = asyncio.create_task(self._pump(send))
        watch = asyncio.create_task(wait_for_disconnect(receive))
        try:
            done, _ = await asyncio.wait((pump, watch), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            self._ended = True
            self._queue.clear()
            for task in (pump, watch):
                task.cancel()
            await asyncio.gather(pump, watch, return_exceptions=True)

    async def _pump(self, send: Send) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._gate.wait()
            while self._queue:
                count = min(len(self._queue), _BATCH)
                batch = b"".join(self._queue.popleft() for _ in range(count))
                await send({"type": "http.response.body", "body": batch, "more_body": True})
            if self._ended:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                return


async def wait_for_disconnect(receive: Receive) -> None:
    """Return when the client has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass
