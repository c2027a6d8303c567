"""A hub of plain sockets: what one program publishes goes to all that read, and is acknowledged.

Messages are on the disk before that, as many at a time as have come. Nothing can be read again, and
nobody is asked who they are. `python -m tests.bench.limits.bus` prints its port.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile

PUBLISHES, READS = b"P", b"R"
HEAD = 4
"""Bytes before each message, which say how long it is."""
_AT_ONCE = 1024 * 1024


class Hub:
    """Whoever reads, and what passes between."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._readers: set[asyncio.StreamWriter] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a connection, whose first byte says what it does."""
        if await reader.readexactly(1) == READS:
            self._readers.add(writer)
            await reader.read()
            self._readers.discard(writer)
            return
        rest = b""
        while data := await reader.read(_AT_ONCE):
            whole, rest = _whole(rest + data)
            together = b"".join(whole)
            os.write(self._file, together)
            os.fsync(self._file)
            for one in self._readers:
                one.write(together)
            writer.write(b"+" * len(whole))


def _whole(data: bytes) -> tuple[list[bytes], bytes]:
    """The messages that have come as a whole, and the beginning of the next."""
    whole, at = [], 0
    while at + HEAD <= len(data):
        end = at + HEAD + int.from_bytes(data[at : at + HEAD])
        if end > len(data):
            break
        whole.append(data[at:end])
        at = end
    return whole, data[at:]


async def main() -> None:
    with tempfile.TemporaryFile() as file:
        server = await asyncio.start_server(Hub(file.fileno()).serve, "127.0.0.1", 0)
        sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
