"""An Alertmanager of ours, which checks what it is sent as the real one does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.json_schema import complaints
from tests.raw_server import raw_server

SCHEMA = json.loads((Path(__file__).parent.parent / "data/alertmanager-alerts.json").read_text())
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


@dataclass
class AlertServer:
    """Keeps each body that was sent, and what was wrong with any."""

    bodies: list[list[dict[str, Any]]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)
    answer: bytes | None = OK
    """What to say; None for nothing at all."""
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def last(self) -> list[dict[str, Any]]:
        """The newest alerts."""
        return self.bodies[-1]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                method, path, _ = head.split(" ", 2)
                length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
                body = json.loads(await reader.readexactly(length))
                self.paths.add(f"{method} {path}")
                self.wrong += complaints(body, SCHEMA)
                for one in body:
                    if not one["labels"] or not all(one["labels"].values()):
                        self.wrong.append(f"an empty label: {one}")
                    if one["endsAt"] < one["startsAt"]:
                        self.wrong.append(f"it ends before it begins: {one}")
                self.bodies.append(body)
                if self.answer is None:
                    await asyncio.Event().wait()
                else:
                    writer.write(self.answer)
                    await writer.drain()


@asynccontextmanager
async def alert_server() -> AsyncIterator[AlertServer]:
    """A server that takes alerts until the block ends; nothing that it was sent may be wrong."""
    server = AlertServer()
    async with raw_server(server.serve) as port:
        server.port = port
        yield server
    assert server.wrong == []
