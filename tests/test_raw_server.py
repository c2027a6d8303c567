"""The server of the tests that is no node tells what went wrong in it."""

from __future__ import annotations

import asyncio

import pytest

from tests.raw_server import raw_server


async def test_a_fault_of_what_serves_is_a_fault_of_the_test() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise AssertionError("not what was awaited")

    async def ask() -> None:
        async with raw_server(serve) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            assert await reader.read() == b""
            writer.close()

    with pytest.raises(AssertionError, match="not what was awaited"):
        await ask()
