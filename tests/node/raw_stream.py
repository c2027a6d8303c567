"""An answer as a plain socket sees it: its bytes, and how the connection ended."""

from __future__ import annotations

import asyncio
from types import TracebackType

from tests.node.client import PATIENCE, Client


class RawStream:
    """A connection that has asked for something and reads what comes, byte for byte."""

    def __init__(self, client: Client, name: str = "events", method: str = "GET") -> None:
        self.seen = b""
        self.fault: OSError | None = None
        self._host, _, port = str(client.http.base_url.netloc.decode()).rpartition(":")
        self._port = int(port)
        self._request = (
            f"{method} {client.path}{name}?token={client.token} HTTP/1.1\r\n"
            f"host: {self._host}\r\ncontent-length: 0\r\n\r\n"
        ).encode()
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> RawStream:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        self._writer.write(self._request)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._writer
        self._writer.transport.abort()
        await asyncio.sleep(0)

    @property
    def is_reset(self) -> bool:
        return isinstance(self.fault, ConnectionResetError)

    async def read(self) -> bytes:
        """The next bytes, b"" at the end of the connection."""
        assert self._reader
        try:
            data = await asyncio.wait_for(self._reader.read(1 << 16), PATIENCE)
        except OSError as fault:
            self.fault, data = fault, b""
        self.seen += data
        return data

    async def until(self, text: bytes) -> None:
        """Read up to some text."""
        while text not in self.seen:
            assert await self.read(), self.seen[-200:]

    async def rest(self) -> bytes:
        """Read to the end of the connection; all that was seen."""
        while await self.read():
            pass
        return self.seen
