"""A node of bytes, for streams that break in ways a well-behaved server cannot."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from pexdash.errors import PexdashError
from pexdash.node.wire.sent_events import frame
from pexdash.session.feed.feed import Feed
from pexdash.session.membership.membership import Membership
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.host import membership_on, plain_server, settled

ANN = {"uuid": "ann", "display_name": "Ann"}
BOB = {"uuid": "bob", "display_name": "Bob"}
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: %b\r\n"
_JSON = b"application/json"
_STREAM = b"text/event-stream"


@dataclass
class RawNode:
    """Lets everybody in, and opens each stream with `opening` and the list of `people`."""

    people: list[dict[str, Any]] = field(default_factory=lambda: [ANN])
    opening: bytes = b""
    expires: int = 1000
    chunked: bool = True
    withheld: bool = False
    """Whether a stream brings nothing by itself."""
    heads: list[bytes] = field(default_factory=list)
    answers: dict[str, list[bytes]] = field(default_factory=dict)
    """Whole HTTP answers given to the next requests of that name."""
    _stream: asyncio.StreamWriter | None = None
    _ended: asyncio.Event = field(default_factory=asyncio.Event)
    _joined: int = 0

    def asked(self, name: str) -> list[bytes]:
        """The heads of the requests of that name."""
        return [head for head in self.heads if _name(head) == name]

    def last_ids(self) -> list[bytes]:
        """The Last-Event-ID of each stream asked for, b"" without one."""
        found = [re.search(rb"(?i)\r\nlast-event-id: (.*)\r", one) for one in self.asked("events")]
        return [match[1] if match else b"" for match in found]

    def listed(self) -> bytes:
        """The list as events, with ids from 1 on."""
        created = [
            frame("participant_create", number, one) for number, one in enumerate(self.people, 1)
        ]
        end = frame("participant_sync_end", len(created) + 1, None)
        return b"".join([frame("participant_sync_begin", 0, None), *created, end])

    async def send(self, data: bytes) -> None:
        """Send on the newest stream."""
        await self.write(b"%x\r\n%b\r\n" % (len(data), data) if self.chunked else data)

    async def write(self, data: bytes) -> None:
        """Write bytes to the newest stream's connection, as they are."""
        assert self._stream is not None
        self._stream.write(data)
        await self._stream.drain()

    def break_off(self, *, reset: bool = False) -> None:
        """End the newest stream's connection, by FIN or by RST."""
        assert self._stream is not None
        if reset:
            connection = self._stream.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._stream.transport.abort()
        self._stream = None
        self._ended.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        with suppress(asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            self.heads.append(head)
            name = _name(head)
            if planned := self.answers.get(name):
                writer.write(planned.pop(0))
            elif name == "events":
                await self._open(writer)
                await self._ended.wait()
            else:
                body = json.dumps({"status": "success", "result": self._result(name)}).encode()
                writer.write(_HEAD % _JSON)
                writer.write(b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()

    async def _open(self, writer: asyncio.StreamWriter) -> None:
        self._ended.clear()
        self._stream = writer
        writer.write(_HEAD % _STREAM)
        writer.write(b"transfer-encoding: chunked\r\n\r\n" if self.chunked else b"\r\n")
        if not self.withheld:
            await self.send(self.opening + self.listed())

    def _result(self, name: str) -> object:
        if name == "request_token":
            self._joined += 1
            me = f"me-{self._joined}"
            return {"token": me, "expires": self.expires, "participant_uuid": me, "role": "HOST"}
        if name == "refresh_token":
            return {"token": f"later-{len(self.heads)}", "expires": self.expires}
        return self.people if name == "participants" else {}


def _name(head: bytes) -> str:
    return head.split(b" ")[1].rpartition(b"/")[2].decode()


@dataclass
class Watcher:
    """A session on a raw node."""

    membership: Membership
    node: RawNode
    clock: ManualClock
    said: list[str] = field(default_factory=list)

    @property
    def feed(self) -> Feed:
        return self.membership.feed

    @property
    def shown(self) -> list[str]:
        """The names in the roster."""
        return sorted(one.name for one in self.feed.conference.participants.values())

    async def live(self, streams: int) -> None:
        """Wait until that many streams were opened, the newest is up and its list is shown."""
        await eventually(lambda: len(self.node.asked("events")) == streams, f"stream {streams}")
        await eventually(lambda: self.feed.link.is_live)
        await eventually(lambda: self.membership.source.is_listed)
        await eventually(lambda: not self.membership.source.fetcher.asking)

    async def breaks(self, last_words: bytes = b"", *, reset: bool = False) -> None:
        """The line breaks after some raw bytes, which we have read."""
        if last_words:
            await self.clock.advance(1)
            await self.node.write(last_words)
            link = self.feed.link
            await eventually(lambda: link.age == 0 or not link.is_live, "last words read")
        self.node.break_off(reset=reset)
        await eventually(lambda: not self.feed.link.is_live, "lost")

    async def seconds_until(self, streams: int, step: float = 0.0625, within: float = 70) -> float:
        """Let time pass until that many streams were asked for; the seconds it took."""
        began = self.clock.monotonic()
        while len(self.node.asked("events")) < streams:
            assert self.clock.monotonic() - began < within, f"not within {within} s"
            await self.clock.advance(step)
            await settled()
        return self.clock.monotonic() - began


@asynccontextmanager
async def watching(node: RawNode | None = None) -> AsyncIterator[Watcher]:
    """A host who is in on a raw node."""
    node = node or RawNode()
    clock = ManualClock()
    async with plain_server(node.serve) as url:
        membership = membership_on(url, clock)
        watcher = Watcher(membership, node, clock)
        membership.feed.watch(notify=lambda notice: watcher.said.append(notice.text))
        running = asyncio.create_task(membership.run())
        try:
            await watcher.live(1)
            yield watcher
        finally:
            await membership.close()
            node._ended.set()
            (ended,) = await asyncio.gather(running, return_exceptions=True)
            if isinstance(ended, Exception):
                assert isinstance(ended, PexdashError), repr(ended)


def refusal(status: str, *fields: str) -> bytes:
    """A whole answer without a body."""
    lines = [f"HTTP/1.1 {status}", "content-length: 0", "connection: close", *fields]
    return "\r\n".join([*lines, "", ""]).encode()
