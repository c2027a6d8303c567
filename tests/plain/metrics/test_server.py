"""The server of the metrics: one path, one method, few names, bounded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from pexdash.errors import UsageFault
from pexdash.plain.metrics.server import (
    LONGEST_HEAD,
    MOST_CONNECTIONS,
    MetricsServer,
)
from tests.eventually import eventually

BIG = b"x" * 3_000_000


async def some_text() -> bytes:
    return b"pexdash_alarm_flood 0.0\n"


@asynccontextmanager
async def served(host: str = "127.0.0.1") -> AsyncIterator[MetricsServer]:
    async with MetricsServer(some_text, host, 0) as server:
        yield server


async def said(server: MetricsServer, request: bytes) -> tuple[bytes, bytes]:
    """The first line and the body of the answer to these bytes."""
    port = int(server.url.rpartition(":")[2].partition("/")[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        answer = await reader.read()
    finally:
        writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.split(b"\r\n")[0], body


async def test_who_asks_for_the_metrics_gets_them() -> None:
    async with served() as server, httpx.AsyncClient(trust_env=False) as client:
        assert server.url.endswith("/metrics")
        assert not server.is_exposed
        for _ in range(2):
            answer = await client.get(server.url, params={"any": "thing"})
            assert (answer.status_code, answer.content) == (200, await some_text())
            assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
            assert answer.headers["cache-control"] == "no-store"
        elsewhere = await client.get(server.url + "/more")
        assert (elsewhere.status_code, "/metrics" in elsewhere.text) == (404, True)
        for method in ("POST", "HEAD", "DELETE"):
            refused = await client.request(method, server.url)
            assert (refused.status_code, refused.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[::1"])
async def test_a_name_that_was_made_to_lead_here_is_refused(host: str) -> None:
    async with served() as server:
        first, _ = await said(server, f"GET /metrics HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert first == b"HTTP/1.1 403 Forbidden"
        for own in ("localhost:9464", "127.0.0.1", "[::1]:1"):
            request = f"GET /metrics HTTP/1.1\r\nHost: {own}\r\n\r\n".encode()
            assert (await said(server, request))[0] == b"HTTP/1.1 200 OK"


async def test_on_a_network_programs_may_ask_by_any_name() -> None:
    async with served("0.0.0.0") as server:
        assert server.is_exposed
        request = b"GET /metrics HTTP/1.1\r\nHost: wall.example.com:9464\r\n\r\n"
        assert await said(server, request) == (b"HTTP/1.1 200 OK", await some_text())


@pytest.mark.parametrize(
    "request_",
    [
        b"\r\n\r\n",
        b"GET /metrics\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        b"\x16\x03\x01\x02\x00\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * LONGEST_HEAD + b"\r\n\r\n",
    ],
    ids=["nothing", "no version", "no host", "two hosts", "TLS", "too long"],
)
async def test_what_is_no_request_is_refused(request_: bytes) -> None:
    async with served() as server:
        first, body = await said(server, request_)
        assert first == b"HTTP/1.1 400 Bad Request"
        assert body == b"This is no request.\n"


async def test_more_than_so_many_at_once_are_refused_and_none_stays() -> None:
    async with served() as server:
        port = int(server.url.rpartition(":")[2].partition("/")[0])
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(MOST_CONNECTIONS)]
        await eventually(lambda: len(server._asking) == MOST_CONNECTIONS)
        ask = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
        first, _ = await said(server, ask)
        assert first == b"HTTP/1.1 503 Service Unavailable"
        for _, writer in silent:
            writer.close()
        await eventually(lambda: not server._asking)
        assert (await said(server, ask))[0] == b"HTTP/1.1 200 OK"


async def test_who_reads_nothing_holds_nobody_up_when_we_leave() -> None:
    async def much() -> bytes:
        return BIG

    async with MetricsServer(much, "127.0.0.1", 0) as server:
        port = int(server.url.rpartition(":")[2].partition("/")[0])
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await eventually(lambda: server._asking)
    assert not server._asking
    writer.close()


async def test_a_port_that_is_taken_is_told() -> None:
    async with served() as server:
        port = int(server.url.rpartition(":")[2].partition("/")[0])
        with pytest.raises(UsageFault, match="cannot be listened on"):
            async with MetricsServer(some_text, "127.0.0.1", port):
                pass
