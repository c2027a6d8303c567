"""A program that sends back what comes, byte for byte: `python -m tests.bench.limits.asking`."""

from __future__ import annotations

import asyncio
import sys

_AT_ONCE = 64 * 1024


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_AT_ONCE):
        writer.write(data)


async def main() -> None:
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
