"""One event stream to one client: a bounded queue and what writes it out (Server-sent events)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

from starlette.types import Receive, Send

from pexdash.node.wire.connections import ConnectionEnd, end
from pexdash.node.wire.output import Output

_BATCH_BYTES = 64 * 1024
"""How much is put together for one write; what waits for a slow client stays shared by all."""
_PIECES_A_SECOND = 10
_PERSON = b"event: participant_create\n"
_HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache")]


class StreamConditions(Protocol):
    """What a node's faults do to its event streams.

    Nothing is written while `gate` is not set. `rate` is in bytes a second, None for no limit.
    """

    gate: asyncio.Event
    rate: int | None
    pause: Callable[[float], Awaitable[None]]
    """Waits some seconds of the node's clock."""

    def next_break(self, owner: str) -> tuple[int, ConnectionEnd] | None:
        """After how many people, and how, a stream of `owner` breaks; asking uses it up."""


class NodeStream:
    """An open event stream of participant `owner` on `output`, under the node's `conditions`.

    A client that leaves more bytes unread than the node's limits grant a stream is cut off.
    """

    def __init__(self, owner: str, output: Output, conditions: StreamConditions) -> None:
        self._output = output
        self._conditions = conditions
        self._most = output.limits.stream_bytes
        self._wake = asyncio.Event()
        self._ending: ConnectionEnd | None = None
        self._break = conditions.next_break(owner)

    def put(self, event: bytes) -> None:
        """Queue one event, already framed."""
        if self._ending is not None:
            return
        if self._output.queued > self._most:
            self.cut()
            return
        self._output.put(event)
        self._wake.set()
        if self._break is not None and event.startswith(_PERSON):
            left, how = self._break
            self._break = (left - 1, how)
            if left <= 1:
                self.end(how)

    def put_list(self, events: Iterable[bytes]) -> None:
        """Queue events of any length, as the list that a stream begins with; none counts."""
        for event in events:
            self._most += len(event)
            self.put(event)

    def end(self, how: ConnectionEnd = ConnectionEnd.CLEAN) -> None:
        """End the stream in this way, after what is queued."""
        if self._ending is None:
            self._ending = how
        self._output.expect_reading()
        self._wake.set()

    def cut(self) -> None:
        """Reset the connection at once."""
        self._ending = ConnectionEnd.RESET
        self._output.cut()

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
            self._ending = self._ending or ConnectionEnd.CLEAN
            self._output.drop()
            for task in (pump, watch):
                task.cancel()
            await asyncio.gather(pump, watch, return_exceptions=True)

    async def _pump(self, send: Send) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._conditions.gate.wait()
            while data := self._output.take(_BATCH_BYTES):
                await self._write(send, data)
            if self._ending is not None:
                await self._finish(send, self._ending)
                return

    async def _write(self, send: Send, data: bytes) -> None:
        while data and not self._output.transport.is_closing():
            rate = self._conditions.rate
            piece = data if rate is None else data[: max(1, rate // _PIECES_A_SECOND)]
            data = data[len(piece) :]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            self._output.sent(len(piece))
            if rate is not None:
                await self._conditions.pause(len(piece) / rate)

    async def _finish(self, send: Send, ending: ConnectionEnd) -> None:
        if ending is ConnectionEnd.CLEAN:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        end(self._output.transport, ending)
        # `wait_for_disconnect` sees the end of the connection, and ends the stream.
        await asyncio.Event().wait()


async def wait_for_disconnect(receive: Receive) -> None:
    """Return when the client has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass
