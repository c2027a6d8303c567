"""A hub of plain sockets: what one program publishes goes to all that read, and is acknowledged.

Nothing is stored, nobody is asked who they are. `python -m tests.bench.limits.bus` prints its port.
"""

from __future__ import annotations

import asyncio
import sys

PUBLISHES, READS = b"P", b"R"
HEAD = 4
"""Bytes before each message, which say how long it is."""


class Hub:
    """Whoever reads, and what passes between."""

    def __init__(self) -> None:
        self._readers: set[asyncio.StreamWriter] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a connection, whose first byte says what it does."""
        if await reader.readexactly(1) == READS:
            self._readers.add(writer)
            await reader.read()
            self._readers.discard(writer)
            return
        while True:
            try:
                head = await reader.readexactly(HEAD)
                body = await reader.readexactly(int.from_bytes(head))
            except asyncio.IncompleteReadError:
                return
            for one in self._readers:
                one.write(head + body)
            writer.write(b"+")


async def main() -> None:
    hub = Hub()
    server = await asyncio.start_server(hub.serve, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
