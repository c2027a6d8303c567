"""One event stream to one client: a bounded queue and what writes it out (Server-sent events)."""

from __future__ import annotations

import asyncio
import base64
import json
from collections import deque
from typing import TYPE_CHECKING

from starlette.types import Receive, Send

from pexdash.node.wire import Ending, end, reset

if TYPE_CHECKING:
    from pexdash.node.stream_faults import StreamFaults

MOST_QUEUED = 50_000
_BATCH = 500
_PIECES_A_SECOND = 10
_PERSON = b"event: participant_create\n"
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
    """An open event stream of participant `owner`, as the node's faults let it be.

    A client that leaves more than 50,000 events unread is cut off.
    """

    def __init__(self, owner: str, transport: asyncio.Transport, faults: StreamFaults) -> None:
        self._transport = transport
        self._faults = faults
        self._queue: deque[bytes] = deque()
        self._wake = asyncio.Event()
        self._ending: Ending | None = None
        self._break = faults.next_break(owner)

    def put(self, event: bytes) -> None:
        """Queue one event, already framed."""
        if self._ending is not None:
            return
        if len(self._queue) >= MOST_QUEUED:
            self.cut()
            return
        self._queue.append(event)
        self._wake.set()
        if self._break is not None and event.startswith(_PERSON):
            left, how = self._break
            self._break = (left - 1, how)
            if left <= 1:
                self.end(how)

    def end(self, how: Ending = Ending.CLEAN) -> None:
        """End the stream so, after what is queued."""
        if self._ending is None:
            self._ending = how
        self._wake.set()

    def cut(self) -> None:
        """Reset the connection, mid-air."""
        self._ending = Ending.RESET
        self._queue.clear()
        reset(self._transport)

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
            self._ending = self._ending or Ending.CLEAN
            self._queue.clear()
            for task in (pump, watch):
                task.cancel()
            await asyncio.gather(pump, watch, return_exceptions=True)

    async def _pump(self, send: Send) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._faults.gate.wait()
            while self._queue:
                count = min(len(self._queue), _BATCH)
                await self._write(send, b"".join(self._queue.popleft() for _ in range(count)))
            if self._ending is not None:
                await self._finish(send, self._ending)
                return

    async def _write(self, send: Send, data: bytes) -> None:
        while data:
            rate = self._faults.rate
            piece = data if rate is None else data[: max(1, rate // _PIECES_A_SECOND)]
            data = data[len(piece) :]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            if rate is not None:
                await self._faults.pause(len(piece) / rate)

    async def _finish(self, send: Send, ending: Ending) -> None:
        if ending is Ending.CLEAN:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        end(self._transport, ending)
        # The connection's end is seen by `wait_for_disconnect`, and ends the stream.
        await asyncio.Event().wait()


async def wait_for_disconnect(receive: Receive) -> None:
    """Return when the client has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass
