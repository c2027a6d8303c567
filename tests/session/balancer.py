"""What may stand between us and nodes: it hands each request on to one of them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum

from tests.raw_server import raw_server

COOKIE = "kept-at"


class Closing(Enum):
    """When a balancer closes the connection of a client, which it never announces."""

    NEVER = "never"
    AFTER_EACH = "after each answer"
    AT_THE_NEXT = "at the next request, unread"


@dataclass
class Balancer:
    """Hands requests to the nodes on `ports`, in turn or, if `sticky`, by a cookie.

    `asked` holds each request by its last word, with the port that it went to.
    """

    ports: Sequence[int]
    sticky: bool = False
    closing: Closing = Closing.NEVER
    asked: list[tuple[str, int]] = field(default_factory=list)
    _turn: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry the requests of one connection."""
        is_first = True
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            if self.closing is Closing.AT_THE_NEXT and not is_first:
                return
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            body = await reader.readexactly(int(length[1]) if length else 0)
            name = await self._carry(head, body, reader, writer)
            is_first = False
            if name == "events" or self.closing is Closing.AFTER_EACH:
                return

    async def _carry(
        self, head: bytes, body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> str:
        place = self._place_for(head)
        name = head.split(b" ")[1].rpartition(b"/")[2].decode()
        self.asked.append((name, self.ports[place]))
        node_reader, node_writer = await asyncio.open_connection("127.0.0.1", self.ports[place])
        try:
            node_writer.write(head[:-2] + b"connection: close\r\n\r\n" + body)
            answer = await node_reader.readuntil(b"\r\n\r\n")
            answer = re.sub(rb"(?i)connection: close\r\n", b"", answer)
            if self.sticky:
                answer = answer[:-2] + f"set-cookie: {COOKIE}={place}; Path=/\r\n\r\n".encode()
            writer.write(answer)
            copying = asyncio.ensure_future(_copy(node_reader, writer))
            ends: list[asyncio.Future[object]] = [copying]  # type: ignore[list-item]
            if name == "events":
                ends.append(asyncio.ensure_future(reader.read()))
            try:
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for end in ends:
                    end.cancel()
                await asyncio.gather(*ends, return_exceptions=True)
        finally:
            node_writer.close()
        return name

    def _place_for(self, head: bytes) -> int:
        known = re.search(rb"(?i)\r\ncookie: .*\b" + COOKIE.encode() + rb"=(\d+)", head)
        if self.sticky and known:
            return int(known[1])
        self._turn += 1
        return self._turn % len(self.ports)


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()


@asynccontextmanager
async def balancing(balancer: Balancer) -> AsyncIterator[str]:
    """Have a balancer listen; yields its URL."""
    async with raw_server(balancer.serve) as port:
        yield f"http://127.0.0.1:{port}"
