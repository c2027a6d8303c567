"""What a node said last to whom we were, told when we are somebody else on another node."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from pexdash.api.address import NodeAddress
from pexdash.api.admission import Admission
from pexdash.api.client import NodeClient
from pexdash.api.token import token_of
from pexdash.model.events import Disconnected, Event
from pexdash.session.deadlines import Deadlines
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.node_source import NodeSource
from pexdash.session.feed.told import Heard, Told
from pexdash.session.membership.joining import Joiner
from pexdash.session.membership.tokens import TokenKeeper
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.host import ALIAS


class Gone:
    """A node whose stream tells what a test puts into it."""

    node = NodeAddress("https", "node.example.com", 443)

    def __init__(self) -> None:
        self.coming: asyncio.Queue[list[Event]] = asyncio.Queue()
        self.last_id, self.retry, self.sent = "", 0.0, ()

    @asynccontextmanager
    async def events(self, *_: object, **__: object) -> AsyncIterator[Gone]:
        yield self

    def __aiter__(self) -> Gone:
        return self

    async def __anext__(self) -> list[Event]:
        return await self.coming.get()

    async def call(self, *_: object, **__: object) -> object:
        return await asyncio.Future()

    async def release_token(self, *_: object) -> None:
        """It knows of no token."""

    async def aclose(self) -> None:
        """Nothing is open."""


class Ready:
    """A joiner for which two nodes have a token ready."""

    def __init__(self, *nodes: Gone) -> None:
        self._nodes = iter(nodes)

    async def first_token(self) -> Admission:
        token = token_of({"token": "t", "expires": "120", "participant_uuid": "a"})
        return Admission(cast(NodeClient, next(self._nodes)), token)

    async def token_elsewhere(self, old: Admission) -> Admission:
        return await self.first_token()


async def test_last_words_to_whom_we_were_do_not_concern_whom_we_are() -> None:
    """They may arrive in the very turn of the loop in which we become another participant."""
    old, new, clock = Gone(), Gone(), ManualClock()
    feed, heard, deadlines = Feed(ALIAS, clock), list[Told](), Deadlines(clock)
    tokens = TokenKeeper(
        cast(Joiner, Ready(old, new)),
        clock=clock,
        deadlines=deadlines,
        rng=random.Random(1),
        refreshed=lambda _: None,
        rejoined=lambda _, __: heard.clear(),
        doubtful=lambda: None,
    )
    feed.on_told(heard.append)
    admission = await tokens.join()
    source = NodeSource(feed, tokens, deadlines=deadlines, rng=random.Random(1))
    following = asyncio.create_task(source.run())
    await eventually(lambda: feed.link.is_live)
    moving = asyncio.create_task(tokens.move(admission))
    old.coming.put_nowait([Disconnected("Timer expired awaiting token refresh")])
    await moving
    await eventually(lambda: heard and feed.link.is_live)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert not [one for one in heard if isinstance(one, Heard)]
