"""Nodes that share no tokens, and a name that leads to each of them."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from pexdash.clock import Clock, SystemClock
from pexdash.node.server import EmbeddedNode, Received
from pexdash.node.settings import ConferenceSettings
from tests.session.host import ALIAS, OPEN

NAME = "localhost"
ADDRESSES = ("127.0.0.1", "127.0.0.2")


class SeveralNodes:
    """Nodes of the same conference, which know nothing of each other."""

    def __init__(self, nodes: Sequence[EmbeddedNode]) -> None:
        self.nodes = nodes

    @property
    def ports(self) -> list[int]:
        return [int(node.url.rpartition(":")[2]) for node in self.nodes]

    @property
    def url(self) -> str:
        """Where all of them are, if they share a port."""
        return f"http://{NAME}:{self.ports[0]}"

    def requests(self, name: str) -> list[Received]:
        """The requests of that name at any of them."""
        return [
            one for node in self.nodes for one in node.received if one.path.endswith(f"/{name}")
        ]

    @property
    def left_behind(self) -> int:
        """How many who came by a token are still there."""
        return sum(
            one.protocol == "api"
            for node in self.nodes
            for one in node.conference(ALIAS).participants.values()
        )


@asynccontextmanager
async def several_nodes(
    *,
    count: int = 2,
    clock: Clock | None = None,
    expires: float = 120.0,
    share_port: bool = False,
    settings: ConferenceSettings = OPEN,
) -> AsyncIterator[SeveralNodes]:
    """Nodes that listen on ports of their own, or on one port of ADDRESSES."""
    clock = clock or SystemClock()
    async with AsyncExitStack() as listening:
        nodes: list[EmbeddedNode] = []
        for at in range(count):
            host = ADDRESSES[at] if share_port else ADDRESSES[0]
            port = SeveralNodes(nodes).ports[0] if share_port and nodes else 0
            own = replace(settings, seed=at)
            node = EmbeddedNode(own, host=host, port=port, clock=clock, expires=expires)
            nodes.append(await listening.enter_async_context(node))
        yield SeveralNodes(nodes)


@contextmanager
def rotating(addresses: Sequence[str] = ADDRESSES) -> Iterator[None]:
    """Each look-up of NAME gives all `addresses`, with another first than the one before."""
    turns = 0

    def order() -> list[str]:
        nonlocal turns
        turns += 1
        return [*addresses[turns % len(addresses) :], *addresses[: turns % len(addresses)]]

    with looked_up(order):
        yield


@contextmanager
def looked_up(order: Callable[[], Sequence[str]]) -> Iterator[None]:
    """NAME leads to the addresses that `order` gives at each look-up."""
    known = socket.getaddrinfo

    def look_up(host: str | bytes, port: int, *rest: Any, **more: Any) -> list[Any]:
        if host not in (NAME, NAME.encode()) or more.get("flags"):
            return known(host, port, *rest, **more)
        kind = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        return [(*kind, (address, port)) for address in order()]

    with patch.object(socket, "getaddrinfo", look_up):
        yield
