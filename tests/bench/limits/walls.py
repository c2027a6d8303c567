"""The least that a wall and a bus can do with pulses: bytes through plain sockets.

`python -m tests.bench.limits.walls DEED PORT ...`: `hub` prints its port and passes what one
program sends on to all others; `read` speaks just enough NATS to get the pulses, and keeps what
they hold by its code; `listen COUNT` does as much for many, and only counts their bytes.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any, ClassVar

from pexdash.bus.messages import PulseRead, unsqueezed
from tests.bench.ingesting import processor_seconds
from tests.bench.processes import resident_mb

SENDS, LISTENS = b"S", b"L"
HELLO = b'CONNECT {"verbose":false,"pedantic":false}\r\nSUB pdx.*.w 1\r\nPING\r\n'


class Hub(asyncio.Protocol):
    """One connection to the hub."""

    listening: ClassVar[set[asyncio.Transport]] = set()

    def __init__(self) -> None:
        self._is_known = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if not self._is_known:
            self._is_known = True
            if data[:1] == LISTENS:
                self.listening.add(self._transport)
                self._transport.write(b"PONG\r\n")
            data = data[1:]
        if data:
            for one in self.listening:
                one.write(data)

    def connection_lost(self, fault: Exception | None) -> None:
        self.listening.discard(self._transport)


class Listener(asyncio.Protocol):
    """Counts what comes once the server has answered."""

    def __init__(self, hello: bytes) -> None:
        self._hello = hello
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.count = 0
        self.is_lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._hello)

    def data_received(self, data: bytes) -> None:
        if not self.ready.done() and b"PONG" in data:
            self.ready.set_result(None)
        self.count += len(data)

    def connection_lost(self, fault: Exception | None) -> None:
        self.is_lost = True


async def hub() -> None:
    server = await asyncio.get_running_loop().create_server(Hub, "127.0.0.1", 0)
    _tell(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def listen(port: int, kind: str, count: int) -> None:
    """Say when all are there; for each line that comes, how many bytes all have had so far."""
    hello = LISTENS if kind == "hub" else HELLO
    loop = asyncio.get_running_loop()
    made = [
        (await loop.create_connection(lambda: Listener(hello), "127.0.0.1", port))[1]
        for _ in range(count)
    ]
    await asyncio.gather(*(one.ready for one in made))
    _tell("ready")
    while await asyncio.to_thread(sys.stdin.readline):
        assert not any(one.is_lost for one in made), "one was cut off"
        _tell(sum(one.count for one in made))


async def read(port: int, conferences: int, seconds: float) -> None:
    """Keep what the pulses bring; tells what that takes once every conference is there."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HELLO)
    kept: dict[str, bytes] = {}
    began = cpu = 0.0
    loop = asyncio.get_running_loop()
    while not began or loop.time() < began + seconds:
        words = (await reader.readline()).split()
        if words[0] != b"MSG":
            continue
        body = await reader.readexactly(int(words[-1]) + 2)
        for code, _, fields in unsqueezed(PulseRead, body[:-2]).summaries:
            kept[code] = bytes(fields)
        if not began and len(kept) == conferences:
            began, cpu = loop.time(), processor_seconds()
    _tell({"cpu": 100 * (processor_seconds() - cpu) / seconds, "memory": resident_mb_here()})


def resident_mb_here() -> float:
    """The memory that this process uses, in MB."""
    return resident_mb(os.getpid())


def _tell(told: Any) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    deed, *given = sys.argv[1:]
    if deed == "hub":
        asyncio.run(hub())
    elif deed == "listen":
        asyncio.run(listen(int(given[0]), given[1], int(given[2])))
    else:
        asyncio.run(read(int(given[0]), int(given[1]), float(given[2])))
