"""No connection stays open, at whichever await of opening, reading or closing a stream we leave."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from functools import partial

import pytest
import trustme

from pexdash.api.address import NodeAddress
from pexdash.api.client import NodeClient
from pexdash.errors import NodeUnreachable
from tests.api.broken_server import broken_server
from tests.api.client.clients import ALIAS, TOKEN
from tests.api.client.proxies import tunnel
from tests.api.streaming import CHUNKED, in_pieces
from tests.eventually import eventually
from tests.raw_server import raw_server
from tests.trust.awaits import Strike, counted

EVENT = b"event: presentation_stop\ndata: null\n\n"
CHUNK = b"%x\r\n%b\r\n" % (len(EVENT), EVENT)
AUTHORITY = trustme.CA()


def opened() -> int:
    """How many descriptors are open."""
    return len(os.listdir("/proc/self/fd"))


async def follow(
    client: NodeClient, *, to_the_end: bool, entered: Callable[[], None] = lambda: None
) -> None:
    """Open a stream and read it to its end, or leave it after an event."""
    with suppress(NodeUnreachable):
        async with client.events(TOKEN, on_bytes=lambda: None) as stream:
            entered()
            async for _ in stream:
                if not to_the_end:
                    break


def trusting() -> ssl.SSLContext:
    tls = ssl.create_default_context()
    AUTHORITY.configure_trust(tls)
    return tls


@pytest.mark.usefixtures("no_proxies")
@pytest.mark.parametrize("end", ["left", "cut", "ended"])
@pytest.mark.parametrize("way", ["plain", "TLS", "proxy"])
async def test_no_connection_is_left_by_a_cancelled_stream(
    way: str, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving = None
    if way != "plain":
        serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        AUTHORITY.issue_cert("127.0.0.1", "node.example").configure_cert(serving)
    async with AsyncExitStack() as stack:
        answer = in_pieces(CHUNKED, CHUNK, CHUNK, b"0\r\n\r\n" if end == "ended" else CHUNK)
        reading = partial(follow, to_the_end=end != "left")
        server = await stack.enter_async_context(broken_server(answer, serving))
        node = server.address
        if way == "proxy":
            port = await stack.enter_async_context(raw_server(tunnel([], node.port)))
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
            node = NodeAddress("https", "node.example", 443)
        client = NodeClient(node, ALIAS, tls=trusting)
        stack.push_async_callback(client.aclose)
        following = asyncio.create_task(reading(client))
        await following
        before, at = opened(), 0

        def give_up() -> bool:
            following.cancel()
            return False

        strike = Strike(0, give_up, ends=True)
        while at <= strike.count:
            at += 1
            strike.aim(at)
            # What httpcore leaves open of a handshake through a proxy is beyond us.
            strike.over = way == "proxy"
            aim = partial(strike.aim, at) if strike.over else lambda: None
            following = counted(reading(client, entered=aim), strike)
            with suppress(asyncio.CancelledError):
                await following
            await eventually(lambda: opened() <= before, f"closed after {at}")
        assert at > 2
