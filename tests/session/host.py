"""A session of ours on an embedded node, as the tests of this floor drive it."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from pexdash.api.address import NodeAddress, parse_node
from pexdash.api.client import NodeClient
from pexdash.api.participants import participants_of
from pexdash.api.tls import trust
from pexdash.clock import Clock
from pexdash.errors import PexdashError
from pexdash.model.participant import Participant
from pexdash.node.meeting import Meeting
from pexdash.node.participant import NodeParticipant
from pexdash.node.server import EmbeddedNode, Received
from pexdash.node.settings import ConferenceSettings
from pexdash.secret import Secret
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice
from pexdash.session.membership.custody import Custody
from pexdash.session.membership.invitation import AskPin, Invitation, PinQuestion
from pexdash.session.membership.membership import Membership
from pexdash.session.moderation.actions import BY_ID
from pexdash.session.moderation.journal import Entry, Outcome
from tests.eventually import a_moment, eventually
from tests.manual_clock import ManualClock
from tests.raw_server import Serve, raw_server

ALIAS = "meet.alice@example.com"
PATH = "/api/client/v2/conferences/meet.alice%40example.com/"
OPEN = ConferenceSettings(ALIAS)
WITH_PINS = ConferenceSettings(ALIAS, host_pin="1234", guest_pin="99")
GUESTS_WITHOUT_PIN = ConferenceSettings(ALIAS, host_pin="1234")


async def never_asked(question: PinQuestion) -> Secret:
    raise AssertionError(f"no PIN should be asked for: {question}")


def client_of(address: NodeAddress) -> NodeClient:
    return NodeClient(address, ALIAS, tls=lambda: trust(None, insecure=False))


def membership_on(
    url: str,
    clock: Clock,
    *,
    pin: str | None = None,
    ask_pin: AskPin = never_asked,
    extension: str = "",
    read_only: bool = False,
    patience: float = float("inf"),
    connect: Callable[[NodeAddress], NodeClient] = client_of,
    custody: Custody | None = None,
) -> Membership:
    """A session that has not joined yet."""
    return Membership(
        Invitation(ALIAS, "Alice", parse_node(url), Secret(pin) if pin else None, extension),
        Feed(ALIAS, clock),
        rng=random.Random(7),
        connect=connect,
        ask_pin=ask_pin,
        read_only=read_only,
        patience=patience,
        custody=custody,
    )


@dataclass
class Host:
    """A session that runs, with the clock it and the node live by, and what it said."""

    membership: Membership
    node: EmbeddedNode
    clock: ManualClock
    running: asyncio.Task[str]
    notices: list[Notice] = field(default_factory=list)
    expected: BaseException | None = None
    """A fault of our own that a test has caused."""

    @property
    def feed(self) -> Feed:
        """Our side."""
        return self.membership.feed

    @property
    def conference(self) -> Meeting:
        """The node's side."""
        return self.node.conference(ALIAS)

    @property
    def said(self) -> list[str]:
        """The notices as text."""
        return [notice.text for notice in self.notices]

    @property
    def me(self) -> str:
        return self.feed.conference.me

    def shown(self, uuid: str) -> Participant:
        """A participant as we show it."""
        return self.feed.conference.participants[uuid]

    def requests(self, name: str) -> list[Received]:
        """The requests of that name the node received."""
        return [one for one in self.node.received if one.path.endswith(f"/{name}")]

    def count(self, name: str) -> int:
        return len(self.requests(name))

    async def live(self) -> None:
        """Wait until the participant list is here and the line is up."""
        await eventually(lambda: self.feed.link.is_live and self.feed.conference.synced_at, "live")
        await eventually(lambda: self.count("conference_status"), "status asked")

    def agrees(self) -> bool:
        """Whether the roster is the node's own, as it is for us."""
        people = [json.loads(one) for one in self.conference.seen_by(self.me)]
        expected = participants_of(people)
        return self.feed.conference.participants == {one.uuid: one for one in expected}

    async def someone(self, name: str, **fields: object) -> NodeParticipant:
        """Somebody joins, and we know."""
        one = self.conference.join(name, **fields)  # type: ignore[arg-type]
        await eventually(lambda: one.uuid in self.feed.conference.participants, name)
        return one

    async def act(self, action: str, *uuids: str) -> None:
        """Press an action's key and wait for the answers."""
        moderation = self.membership.moderation
        await moderation.carry_out(moderation.plan(BY_ID[action], uuids))

    async def pass_time_until(self, holds: Callable[[], object], within: float = 60.0) -> float:
        """Let time pass in steps until something holds; the seconds it took, at most `within`."""
        began = self.clock.monotonic()
        while not holds():
            taken = self.clock.monotonic() - began
            assert taken < within, f"not within {within} s"
            await self.clock.advance(0.5)
            await settled()
        return self.clock.monotonic() - began


def last(host: Host) -> Entry:
    """The latest entry of the journal."""
    return host.membership.moderation.journal.entries[-1]


def outcomes(host: Host) -> list[Outcome]:
    """How every request of the journal went, in order."""
    return [entry.outcome for entry in host.membership.moderation.journal.entries]


async def done(host: Host) -> None:
    """Wait until no request is under way any more, while time stands still."""
    await eventually(lambda: not any(one.is_open for one in outcomes(host)), "all requests settled")


async def settled() -> None:
    """Give real sockets the moment they need to carry a request and its answer."""
    for _ in range(4):
        await a_moment()


@asynccontextmanager
async def hosting(
    *conferences: ConferenceSettings,
    expires: float = 120.0,
    clock: ManualClock | None = None,
    pin: str | None = None,
    ask_pin: AskPin = never_asked,
    read_only: bool = False,
    before: Callable[[Membership], None] = lambda _: None,
) -> AsyncIterator[Host]:
    """A host who is in; the session and the node end with the block.

    `before` is given the membership before it joins.
    """
    clock = clock or ManualClock()
    async with EmbeddedNode(*(conferences or (OPEN,)), clock=clock, expires=expires) as node:
        membership = membership_on(node.url, clock, pin=pin, ask_pin=ask_pin, read_only=read_only)
        before(membership)
        notices: list[Notice] = []
        membership.feed.watch(notify=notices.append)
        running = asyncio.create_task(membership.run())
        host = Host(membership, node, clock, running, notices)
        try:
            await host.live()
            yield host
        finally:
            await membership.close()
            (ended,) = await asyncio.gather(running, return_exceptions=True)
            if isinstance(ended, Exception) and ended is not host.expected:
                assert isinstance(ended, PexdashError), repr(ended)


@asynccontextmanager
async def plain_server(serve: Serve) -> AsyncIterator[str]:
    """A bare server that answers as it is told; yields its URL."""
    async with raw_server(serve) as port:
        yield f"http://127.0.0.1:{port}"
