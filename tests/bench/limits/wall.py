"""The limit of a wall: raw streams of many conferences, and the cells of its chips.

`python -m tests.bench.limits.wall NODE CONFERENCES [--draw] [--authority FILE]`

Each conference is joined by a token of its own, and its roster is kept up. With `--draw`, a chip
tells how many people are in, five frames a second at most; a clock, and a cursor that every key
moves. Without, the costs of joining are told as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import ssl
import sys
import time
import tty
from urllib.parse import urlsplit

import msgspec

from tests.bench.ingesting import processor_seconds
from tests.bench.limits.ingest import Events, Model, follow
from tests.bench.limits.rows import Run
from tests.bench.limits.writing import Written
from tests.bench.processes import resident_mb

JOINS_A_SECOND = 200.0
"""Ten times as fast as the product joins, which takes it no less processor time."""
FRAME_SECONDS = 0.2
_COLUMNS, _CELLS = 40, 5


class Meeting(Model):
    """One conference: whoever leaves is no longer in it."""

    def take(self, event: bytes) -> None:
        """Take one event without the blank line at its end."""
        if event.startswith(b"event: participant_delete"):
            gone = msgspec.json.decode(event.partition(b"\ndata: ")[2])
            self.people.pop(gone["uuid"], None)
            self.changed(None)
            return
        super().take(event)


class Asking:
    """One connection for all requests, one after the other."""

    def __init__(self, node: str, tls: ssl.SSLContext | None) -> None:
        self._where = urlsplit(node)
        self._tls = tls

    async def open(self) -> None:
        """Connect."""
        where = self._where
        self._reader, self._writer = await asyncio.open_connection(
            where.hostname, where.port, ssl=self._tls
        )

    async def ask(self, path: str, body: bytes) -> bytes:
        """Post a request; the body of the answer."""
        head = (
            f"POST {path} HTTP/1.1\r\nhost: {self._where.netloc}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        told = await self._reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.partition(b":")[2])
            for line in told.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        )
        return await self._reader.readexactly(length)


class Wall:
    """The conferences, and what stands of them on the terminal."""

    def __init__(self, node: str, count: int, tls: ssl.SSLContext | None) -> None:
        self._node = node
        self._tls = tls
        self._asking = Asking(node, tls)
        self._written = Written()
        self._clock = ""
        self._changed: set[int] = set()
        self._cursor = 0
        self.meetings = [Meeting() for _ in range(count)]
        self.streams: list[Events] = []

    async def join(self) -> None:
        """Join all of them, in turns."""
        await self._asking.open()
        due = time.monotonic()
        for at, meeting in enumerate(self.meetings):
            complete = asyncio.Event()

            def changed(person: object, at: int = at, complete: asyncio.Event = complete) -> None:
                self._changed.add(at)
                if person is None:
                    complete.set()

            meeting.changed = changed
            path = f"/api/client/v2/conferences/c{at}%40example.com"
            told = await self._asking.ask(f"{path}/request_token", b'{"display_name": "Alice"}')
            msgspec.json.decode(told)["result"]["token"]
            self.streams.append(await follow(f"{self._node}{path}/events", meeting, self._tls))
            await complete.wait()
            due += 1 / JOINS_A_SECOND
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def draw(self) -> None:
        """Draw what differs, for ever."""
        tty.setraw(0)
        asyncio.get_running_loop().add_reader(0, self._key)
        os.write(1, b"\x1b[?1049h\x1b[?25l\x1b[2J")
        while True:
            self._frame()
            await asyncio.sleep(FRAME_SECONDS)

    def _key(self) -> None:
        """Every key moves the cursor on by one conference, at once."""
        os.read(0, 64)
        self._changed |= {self._cursor, (self._cursor + 1) % len(self.meetings)}
        self._cursor = (self._cursor + 1) % len(self.meetings)
        self._frame()

    def _frame(self) -> None:
        told = ""
        clock = time.strftime("%H:%M:%S")
        if clock != self._clock:
            self._clock = clock
            told = self._written.put(190, 0, [(clock, "")])
        for at in self._changed:
            row, column = divmod(at, _COLUMNS)
            told += self._written.put(column * _CELLS, row + 1, [self._chip(at)])
        self._changed.clear()
        if told:
            os.write(1, told.encode())

    def _chip(self, at: int) -> Run:
        people = len(self.meetings[at].people) - 1
        return (f"{'▸' if at == self._cursor else ' '} {people:>3}", "")


async def _run(node: str, count: int, authority: str, *, draws: bool) -> None:
    tls = ssl.create_default_context(cafile=authority) if authority else None
    wall = Wall(node, count, tls)
    drawing = asyncio.ensure_future(wall.draw()) if draws else None
    weighed, used = resident_mb(os.getpid()), processor_seconds()
    await wall.join()
    if drawing is not None:
        await drawing
    told = {
        "connect": processor_seconds() - used,
        "kilobytes": (resident_mb(os.getpid()) - weighed) * 1000 / count,
    }
    sys.stdout.write(json.dumps(told) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("node")
    parser.add_argument("conferences", type=int)
    parser.add_argument("--draw", action="store_true")
    parser.add_argument("--authority", default="")
    given = parser.parse_args()
    asyncio.run(_run(given.node, given.conferences, given.authority, draws=given.draw))


if __name__ == "__main__":
    main()
