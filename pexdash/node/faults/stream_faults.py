"""The faults of event streams: what they carry, how fast, and how they end."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable

from pexdash.node.wire.connections import ConnectionEnd
from pexdash.node.wire.stream import NodeStream

GARBLED: dict[str, bytes] = {
    "half an event": b'event: participant_update\nid: MQ==\ndata: {"uuid": "',
    "byte order mark": b"\xef\xbb\xbfevent: message\ndata: {}\n\n",
    "no JSON": b'event: participant_update\ndata: {"uuid": nonsense}\n\n',
    "no UTF-8": b'event: message\ndata: {"payload": "\xff\xfe\xc3"}\n\n',
    "nested too deep": b"event: stage\ndata: " + b"[" * 100_000 + b"\n\n",
    "strange numbers": b'event: stage\ndata: [{"vad": NaN, "stage_index": 1e999}]\n\n',
    "no data": b"event: presentation_stop\n\n",
    "no name": b"data: {}\n\n",
    "unknown name": b'event: out_of_cheese\ndata: {"a": 1}\n\n',
    "bare carriage returns": b"event: message\rdata: {}\r\r",
    "HTML": b"<html><body>502 Bad Gateway</body></html>\n\n",
    "huge": b'event: message\ndata: {"payload": "' + b"x" * 10_000_000 + b'"}\n\n',
}
"""Bytes no node should send, by what is wrong with them; give them to `send_raw`."""


class StreamFaults:
    """What happens to event streams: to all that are open, or to the one of participant `to`.

    Bytes and endings keep their order: `send_raw` of half an event and then `end_streams` breaks a
    stream in mid-event. `streams` gives the open streams of a participant, of everybody for "";
    `pause` waits some seconds of the node's clock.
    """

    def __init__(
        self,
        streams: Callable[[str], Iterable[NodeStream]],
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.rate: int | None = None
        self.chunked = True
        self.pause = pause
        self._streams = streams
        self._breaks: list[tuple[str, int, ConnectionEnd]] = []

    def cut_streams(self, to: str = "") -> None:
        """Reset streams at once, whatever is still to be sent."""
        for stream in self._streams(to):
            stream.cut()

    def end_streams(self, how: ConnectionEnd = ConnectionEnd.CLEAN, to: str = "") -> None:
        """End streams in this way, after everything that is to be sent."""
        for stream in self._streams(to):
            stream.end(how)

    def break_in_list(
        self,
        people: int = 1,
        how: ConnectionEnd = ConnectionEnd.RESET,
        times: int = 1,
        to: str = "",
    ) -> None:
        """End the next `times` streams within their list, after `people` participants."""
        self._breaks.extend([(to, people, how)] * times)

    def send_raw(self, data: bytes, times: int = 1, to: str = "") -> None:
        """Send `data`, which may be no event or an odd one (see GARBLED), `times` over.

        For a flood, send an event many times; for a line without end, many pieces without a line
        feed. It does not count towards what this client may leave unread, but to what all may.
        """
        for stream in self._streams(to):
            stream.put_list(itertools.repeat(data, times))

    def silence(self, on: bool) -> None:
        """Send nothing while on, though streams stay open; afterwards send what has gathered."""
        if on:
            self.gate.clear()
        else:
            self.gate.set()

    def throttle(self, bytes_a_second: int | None) -> None:
        """Send at most so much on each stream, by the node's clock; None for no limit."""
        self.rate = bytes_a_second

    def without_chunks(self, on: bool) -> None:
        """Send streams that open from now on without framing: FIN is then their ordinary end."""
        self.chunked = not on

    def next_break(self, owner: str) -> tuple[int, ConnectionEnd] | None:
        """After how many people, and how, a stream of `owner` breaks; asking uses it up."""
        for planned in self._breaks:
            to, people, how = planned
            if to in ("", owner):
                self._breaks.remove(planned)
                return people, how
        return None
