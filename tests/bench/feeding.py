"""The runner's hold on a feeder: started, asked, gone with the block."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

from tests.bench import stream
from tests.bench.processes import program, python


class Feed:
    """A running feeder; `url` is the node's."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, scheme: str) -> None:
        self.process = process
        self.url = f"{scheme}://127.0.0.1:{port}"

    @property
    def events_url(self) -> str:
        """Where the event stream is."""
        return f"{self.url}/api/client/v2/conferences/{quote(stream.ALIAS)}/events"

    async def ask(self, do: str, **wish: float) -> Any:
        """Have the feeder do something; its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write((json.dumps({"do": do, **wish}) + "\n").encode())
        await self.process.stdin.drain()
        return json.loads(await self.process.stdout.readline())

    async def flood(
        self, rate: float, seconds: float, marker: float = 0.1
    ) -> list[tuple[str, float]]:
        """Updates at `rate` for `seconds`; sign and time of each marker that went out."""
        return [
            (sign, at)
            for sign, at in await self.ask("flood", rate=rate, seconds=seconds, marker=marker)
        ]

    async def opened(self) -> list[tuple[float, float, int]]:
        """Of each stream: when it was asked for, when its list was sent, and the list's bytes."""
        return [(asked, sent, size) for asked, sent, size in await self.ask("opened")]


@asynccontextmanager
async def feeding(*options: str, scheme: str = "http") -> AsyncIterator[Feed]:
    """A feeder that listens."""
    pipe = asyncio.subprocess.PIPE
    async with program(*python("feeder", *options), stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        told = await process.stdout.readline()
        yield Feed(process, json.loads(told)["port"], scheme)
