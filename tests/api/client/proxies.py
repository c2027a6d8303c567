"""A proxy that carries what it is given."""

from __future__ import annotations

import asyncio

from tests.raw_server import Serve


def tunnel(seen: list[bytes], port: int) -> Serve:
    """A proxy that carries everything to `port` and writes down what it could read."""

    async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while chunk := await source.read(65536):
            seen.append(chunk)
            target.write(chunk)
            await target.drain()
        target.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            await asyncio.gather(carry(reader, far_writer), carry(far_reader, writer))
        finally:
            far_writer.close()

    return serve
