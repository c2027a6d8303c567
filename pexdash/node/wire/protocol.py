"""One connection of the node: HTTP by uvicorn, within the node's limits."""

from __future__ import annotations

import asyncio
import logging

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from pexdash.node.refusals import bad_request, head_too_large, too_late
from pexdash.node.wire.answers import parting_answer
from pexdash.node.wire.output import Output, Unread

CONNECTION = "connection"
LINGER_SECONDS = 1.0
"""How long a client that is still sending gets to read why it is not listened to any more."""
_LINGER_BYTES = 8 * 1024 * 1024
_READ = memoryview(bytearray(8 * 1024))
"""Where all connections read, one after the other: of each so much, then it is the others' turn.

A body of the smallest chunks costs a thousand times what its bytes do.
"""

# Without a handler, logging would write to the terminal the dashboard is drawn on.
logging.getLogger("uvicorn").addHandler(logging.NullHandler())


class NodeProtocol(H11Protocol, asyncio.BufferedProtocol):
    """Gives itself to the application (`CONNECTION`), which can then end the connection.

    `lost` is set once it has ended.
    """

    def __init__(self, config: uvicorn.Config, state: ServerState, unread: Unread) -> None:
        super().__init__(config, state, {CONNECTION: self})
        self.lost = asyncio.Event()
        self.output: Output
        self._unread = unread
        self._limits = unread.limits
        self._head_due: asyncio.TimerHandle | None = None
        self._is_parting = False
        self._thrown_away = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.output = self._unread.open(transport)
        if len(self.connections) > self._limits.connections:
            transport.abort()
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_head()
        self._unset_keepalive_if_required()
        self.output.close()
        self.lost.set()
        super().connection_lost(exc)

    def get_buffer(self, sizehint: int) -> memoryview:
        return _READ

    def buffer_updated(self, nbytes: int) -> None:
        self.data_received(bytes(_READ[:nbytes]))

    def data_received(self, data: bytes) -> None:
        if self._is_parting:
            self._throw_away(data)
            return
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._cancel_head()
        if self._awaits_head():
            self._expect_head()
        elif len(self.conn.trailing_data[0]) > self._limits.head_bytes:
            # Requests sent ahead would be kept as long as the answer before them takes.
            self.transport.abort()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self.output.answered()
        if self._awaits_head() and self.conn.trailing_data[0]:
            self._expect_head()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self.output.expect_reading()

    def send_400_response(self, msg: str) -> None:
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            # What breaks the rules follows a request that has its answer, or part of it.
            self.transport.close()
            self.output.expect_reading()
            return
        is_long = len(self.conn.trailing_data[0]) > self._limits.head_bytes
        self.part(parting_answer(head_too_large() if is_long else bad_request(msg)))

    def part(self, last_words: bytes) -> None:
        """Say `last_words` and close, though the client may be sending still.

        What it sends is thrown away for a moment, as it could not read the words else (RFC 9112,
        section 9.6).
        """
        if self._is_parting or self.transport.is_closing():
            return
        self._is_parting = True
        self._cancel_head()
        if self.cycle is not None:
            # After the last words nothing can be written, not even that a body may come.
            self.cycle.waiting_for_100_continue = False
        self.transport.write(last_words)
        try:
            self.transport.write_eof()
        except OSError:
            # The client has hung up already.
            self.transport.abort()
            return
        self.flow.resume_reading()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def _awaits_head(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _expect_head(self) -> None:
        if self._head_due is None and not self._is_parting:
            self._unset_keepalive_if_required()
            self._head_due = self.loop.call_later(self._limits.head_seconds, self._end_late_head)

    def _cancel_head(self) -> None:
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None

    def _end_late_head(self) -> None:
        self.part(parting_answer(too_late()))

    def _throw_away(self, data: bytes) -> None:
        self._thrown_away += len(data)
        if self._thrown_away > _LINGER_BYTES:
            self.transport.abort()
