"""Nodes that come and go, and a session that finds them by DNS."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace

import msgspec

from pexdash.api.address import NodeAddress
from pexdash.api.client import NodeClient
from pexdash.api.participants import participants_of
from pexdash.clock import Clock
from pexdash.errors import PexdashError
from pexdash.node.conference import NodeConference
from pexdash.node.server import EmbeddedNode, Received
from pexdash.node.settings import ConferenceSettings
from pexdash.session.feed.feed import Feed
from pexdash.session.membership.invitation import AskPin, Invitation
from pexdash.session.membership.membership import Membership
from tests.api.broken_server import closed_port
from tests.eventually import a_moment, eventually
from tests.manual_clock import ManualClock
from tests.session.host import ALIAS, OPEN, client_of, never_asked
from tests.session.name_server import name_server


class MortalNode:
    """An embedded node on a port of its own, which may go and come back there."""

    def __init__(self, clock: Clock, settings: ConferenceSettings = OPEN) -> None:
        self.port = closed_port()
        self._clock = clock
        self._settings = settings
        self._lives = 0
        self._life = AsyncExitStack()
        self.node: EmbeddedNode

    async def come(self) -> None:
        """Listen, as a node that has just started: it knows nobody."""
        self._lives += 1
        settings = replace(self._settings, seed=self.port + self._lives)
        node = EmbeddedNode(settings, port=self.port, clock=self._clock)
        self.node = await self._life.enter_async_context(node)

    async def go(self) -> None:
        """End every connection and refuse new ones."""
        await self._life.aclose()

    @property
    def conference(self) -> NodeConference:
        return self.node.conference(ALIAS)

    def requests(self, name: str) -> list[Received]:
        """The requests of that name this node received since it came."""
        return [one for one in self.node.received if one.path.endswith(f"/{name}")]

    def tokens(self) -> set[str | None]:
        """Every token this node was sent since it came."""
        return {one.token for one in self.node.received} - {None}


@dataclass
class Roamer:
    """A session on one of several nodes."""

    membership: Membership
    clock: ManualClock
    running: asyncio.Task[str]
    said: list[str] = field(default_factory=list)
    clients: list[NodeClient] = field(default_factory=list)

    @property
    def feed(self) -> Feed:
        return self.membership.feed

    @property
    def port(self) -> int:
        """Where we are."""
        assert self.membership.node is not None
        return self.membership.node.port

    def agrees(self, node: MortalNode) -> bool:
        """Whether the line is up and the roster that node's own."""
        expected = participants_of(node.conference.roster())
        shown = self.feed.conference.participants
        return self.feed.link.is_live and shown == {one.uuid: one for one in expected}

    async def at(self, node: MortalNode, within: float = 30.0) -> float:
        """Let time pass until we are on that node and show its list; the seconds it took."""
        began = self.clock.monotonic()
        while not (self.port == node.port and self.agrees(node)):
            assert self.clock.monotonic() - began < within, f"not within {within} s"
            await self.lives_for(0.25, 0.25)
        await self.has_asked()
        return self.clock.monotonic() - began

    async def lives_for(self, seconds: float, step: float = 0.5) -> None:
        """Let time pass."""
        end = self.clock.monotonic() + seconds
        while self.clock.monotonic() < end:
            await self.clock.advance(step)
            await self._at_rest()

    async def has_asked(self) -> None:
        """Wait until nothing is asked for beside the stream any more.

        A connection accepted in the moment a node goes would be nobody's to close.
        """
        await eventually(lambda: not self.membership.source.fetcher.asking, "nothing asked for")

    async def _at_rest(self) -> None:
        """Wait while something is on its way: three sleep for ever, and a fourth between tries."""
        for _ in range(25):
            await a_moment()
            if self.clock.sleepers > 3 or self.feed.link.is_live or self.running.done():
                return


@asynccontextmanager
async def roaming(
    clock: ManualClock,
    *nodes: MortalNode,
    host: str = "127.0.0.1",
    ask_pin: AskPin = never_asked,
) -> AsyncIterator[Roamer]:
    """A host who is in on the first of `nodes`, which DNS names in this order, at `host`."""
    clients: list[NodeClient] = []

    def connect(address: NodeAddress) -> NodeClient:
        clients.append(client_of(msgspec.structs.replace(address, scheme="http", host=host)))
        return clients[-1]

    async with name_server(*(node.port for node in nodes)), AsyncExitStack() as leaving:
        for node in nodes:
            await node.come()
            leaving.push_async_callback(node.go)
        membership = Membership(
            Invitation(ALIAS, "Alice"),
            Feed(ALIAS, clock),
            rng=random.Random(7),
            connect=connect,
            ask_pin=ask_pin,
        )
        running = asyncio.create_task(membership.run())
        roamer = Roamer(membership, clock, running, clients=clients)
        membership.feed.watch(notify=lambda notice: roamer.said.append(notice.text))
        try:
            await eventually(lambda: membership.node and roamer.agrees(nodes[0]), "in")
            await roamer.has_asked()
            yield roamer
        finally:
            await membership.close()
            (ended,) = await asyncio.gather(running, return_exceptions=True)
            if isinstance(ended, Exception):
                assert isinstance(ended, PexdashError), repr(ended)
