"""Serves the metrics to who asks for them, at /metrics and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType

from pexdash.listening import is_loopback, leads_here, listen, url_of
from pexdash.plain.metrics.text import CONTENT_TYPE

PATH = "/metrics"
MOST_CONNECTIONS = 16
"""How many may ask at once; a further one is refused."""
LONGEST_HEAD = 8192
"""How many bytes a request may have."""
ASK_SECONDS = 5.0
"""How long a request may take to come."""
TAKE_SECONDS = 10.0
"""How long who asks may take to read the answer."""
_WORDS = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    503: "Service Unavailable",
}
_SAID = {
    400: "This is no request.\n",
    403: "This address is not one of pexdash: ask by an address, or by the name it listens at.\n",
    404: f"The metrics are at {PATH}.\n",
    405: "The metrics can only be read: GET.\n",
    503: "Too many ask for the metrics at once.\n",
}


class MetricsServer:
    """Answers GET with what `text` returns, while the context is entered.

    Listens at `host` and `port`, at a free one for 0; raises UsageFault where it cannot. Whoever
    listens for this machine alone answers no other name, so that no page of another site can read
    it; elsewhere programs may ask by any name.
    """

    def __init__(self, text: Callable[[], Awaitable[bytes]], host: str, port: int) -> None:
        self._text = text
        self._host = host
        self._port = port
        self._asking: set[asyncio.Task[None]] = set()
        self.url = ""
        self.is_exposed = False
        """Whether others than this machine can ask."""

    async def __aenter__(self) -> MetricsServer:
        listener = await listen(self._host, self._port)
        self.url = f"{url_of(listener)}{PATH}"
        self.is_exposed = not is_loopback(listener.getsockname()[0])
        self._server = await asyncio.start_server(self._take, sock=listener, limit=LONGEST_HEAD)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in self._asking:
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            status, text = 503, b""
            if len(self._asking) <= MOST_CONNECTIONS:
                async with asyncio.timeout(ASK_SECONDS):
                    status = await self._status_for(reader)
                text = await self._text() if status == 200 else b""
            writer.write(_answer(status, text))
            async with asyncio.timeout(TAKE_SECONDS):
                await writer.drain()
                writer.write_eof()
                # Bytes of a request that nobody has read would have the answer thrown away.
                while await reader.read(LONGEST_HEAD):
                    pass
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            # Whoever asked has gone, or is too slow: it will ask again.
            writer.transport.abort()
        finally:
            writer.close()

    async def _status_for(self, reader: asyncio.StreamReader) -> int:
        """Read the head of a request; returns the status to answer with."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except asyncio.LimitOverrunError:
            return 400
        first, *lines = head.split("\r\n")
        words = first.split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            return 400
        hosts = [value.strip() for name, _, value in map(_parted, lines) if name == "host"]
        if len(hosts) != 1:
            return 400
        if not self.is_exposed and not leads_here(hosts[0], (self._host,), on_loopback=True):
            return 403
        method, target, _ = words
        if target.partition("?")[0] != PATH:
            return 404
        return 200 if method == "GET" else 405


def _parted(line: str) -> tuple[str, str, str]:
    name, colon, value = line.partition(":")
    return name.casefold(), colon, value


def _answer(status: int, text: bytes) -> bytes:
    body = text if status == 200 else _SAID[status].encode()
    head = [
        f"HTTP/1.1 {status} {_WORDS[status]}",
        f"Content-Type: {CONTENT_TYPE if status == 200 else 'text/plain; charset=utf-8'}",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
    ]
    if status == 405:
        head.append("Allow: GET")
    return "\r\n".join([*head, "", ""]).encode() + body
