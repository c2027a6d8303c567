"""A `pexdash node` of its own that is attacked, and bare connections to it."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

PATIENCE_SECONDS = 120.0
"""How long the node may take to answer or to close, before that counts as never.

On a machine with other work it gets a fraction of a processor.
"""
_BLOCK = 1 << 20


class Line:
    """A bare connection to a node; `body` is that of the latest answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.body = b""
        self._reader, self._writer = reader, writer

    async def say(self, data: bytes) -> bool:
        """Send bytes; False where the node takes none any more."""
        try:
            self._writer.write(data)
            await asyncio.wait_for(self._writer.drain(), PATIENCE_SECONDS)
        except ConnectionError:
            return False
        return True

    async def status(self) -> int:
        """The status of the next answer, which is read to its end; 0 where there is none."""
        try:
            head = await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), PATIENCE_SECONDS)
            self.body = await self._reader.readexactly(_length(head))
        except (ConnectionError, asyncio.IncompleteReadError):
            return 0
        return int(head[9:12])

    async def ask(self, request: bytes) -> int:
        """Send a request; the status of its answer."""
        await self.say(request)
        return await self.status()

    async def is_closed(self) -> bool:
        """Whether the node ends the connection, whatever else it says."""
        try:
            with suppress(ConnectionError):
                while await asyncio.wait_for(self._reader.read(_BLOCK), PATIENCE_SECONDS):
                    pass
        except TimeoutError:
            return False
        return True


class Target:
    """A node in a process of its own, of which `share` of the usual attacks is to be seen."""

    def __init__(self, process: asyncio.subprocess.Process, url: str, share: float) -> None:
        self._process = process
        self._host, _, port = url.rpartition("/")[2].rpartition(":")
        self._port = int(port)
        self._share = share

    def times(self, count: int) -> int:
        """The share of a count."""
        return max(3, int(count * self._share))

    @asynccontextmanager
    async def lines(self, count: int) -> AsyncIterator[list[Line]]:
        """So many connections, of which little is read ahead."""
        async with AsyncExitStack() as stack:
            opened = []
            for _ in range(count):
                reader, writer = await asyncio.open_connection(self._host, self._port, limit=4096)
                stack.callback(writer.transport.abort)
                opened.append(Line(reader, writer))
            yield opened

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Line]:
        """One connection."""
        async with self.lines(1) as (one,):
            yield one

    def request(
        self, name: str, body: bytes = b"", alias: str = "open", method: str = "POST", **fields: str
    ) -> bytes:
        """A whole request; `fields` are further headers."""
        lines = [f"{method} /api/client/v2/conferences/{alias}/{name} HTTP/1.1", "host: localhost"]
        lines += [f"content-length: {len(body)}"]
        lines += [f"{field}: {value}" for field, value in fields.items()]
        return "\r\n".join([*lines, "", ""]).encode() + body

    async def join(self) -> str:
        """A token of the open conference."""
        async with self.line() as line:
            assert await line.ask(self.request("request_token")) == 200
            return str(json.loads(line.body)["result"]["token"])

    def held_up_seconds(self) -> float:
        """For how long it had work until now, and the system no processor for it; 0 if unknown."""
        try:
            told = Path(f"/proc/{self._process.pid}/schedstat").read_text("ascii").split()
        except OSError:
            return 0.0
        return int(told[1]) / 1e9

    def memory_mb(self, which: str) -> float:
        """`VmRSS` or `VmHWM` of the node."""
        for text in Path(f"/proc/{self._process.pid}/status").read_text("ascii").splitlines():
            if text.startswith(which):
                return int(text.split()[1]) / 1024
        raise AssertionError(which)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


@asynccontextmanager
async def target(
    *arguments: str, share: float, descriptors: int | None = None
) -> AsyncIterator[tuple[Target, list[bytes]]]:
    """A node, and what it has written to standard error once it has ended."""

    def limit() -> None:
        if descriptors is not None:
            resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pexdash", "node", *arguments),
        stdout=pipe,
        stderr=pipe,
        preexec_fn=limit,
    )
    assert process.stdout
    said: list[bytes] = []
    try:
        url = (await process.stdout.readline()).decode().strip()
        yield Target(process, url, share), said
    finally:
        process.terminate()
        said.append((await process.communicate())[1])
