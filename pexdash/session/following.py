"""Follows the event stream for ever: opens it, reads it, notices its death, opens it again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from pexdash.api.client import NodeClient
from pexdash.clock import Clock
from pexdash.errors import NodeFault, NodeUnavailable, Refused
from pexdash.model.conference import Conference
from pexdash.model.events import Event, SyncEnded
from pexdash.session.backoff import Backoff
from pexdash.session.link import Link
from pexdash.session.tokens import TokenKeeper

SILENCE_SECONDS = 30.0
SYNC_SECONDS = 10.0
HELD_SECONDS = 5.0
_LOOK_SECONDS = 1.0


class Follower:
    """Feeds every event of the node to `take` and keeps `link` true.

    `changed` hears when the link's state changes. `reconcile` fetches the participant list and
    tells whether it is what the conference shows.
    """

    def __init__(
        self,
        client: NodeClient,
        tokens: TokenKeeper,
        conference: Conference,
        link: Link,
        *,
        clock: Clock,
        backoff: Backoff,
        take: Callable[[Event], None],
        reconcile: Callable[[], Awaitable[bool]],
        changed: Callable[[], None],
    ) -> None:
        self._client = client
        self._tokens = tokens
        self._conference = conference
        self._link = link
        self._clock = clock
        self._backoff = backoff
        self._take = take
        self._reconcile = reconcile
        self._changed = changed
        self._reader: asyncio.Task[str] | None = None

    async def follow(self) -> None:
        """Keep the stream open for ever; raises Refused when the node lets us in no more."""
        while True:
            self._link.connecting()
            self._changed()
            at_least = 0.0
            token = self._tokens.token
            try:
                fault = await self._read_once()
            except NodeUnavailable as unavailable:
                fault, at_least = str(unavailable), unavailable.retry_after
            except NodeFault as broken:
                fault = str(broken)
            except Refused as refused:
                fault = str(refused)
                self._lose(fault)
                await self._tokens.renew(token)
            self._lose(fault)
            await self._clock.sleep(self._backoff.next(at_least))

    def cut(self) -> None:
        """Give the current stream up; another is opened at once."""
        if self._reader is not None:
            self._reader.cancel()

    async def watch(self) -> None:
        """Notice what the stream does not tell: a list without an end, and a line gone silent.

        A silent line is proved alive by a request whose answer agrees with what is shown;
        everything else gives the stream up.
        """
        syncing_for = 0.0
        while True:
            await self._clock.sleep(_LOOK_SECONDS)
            if not self._link.is_live:
                syncing_for = 0.0
                continue
            syncing_for = syncing_for + _LOOK_SECONDS if self._conference.syncing else 0.0
            silent = (self._link.age or 0.0) >= SILENCE_SECONDS
            if not silent and syncing_for < SYNC_SECONDS:
                continue
            syncing_for = 0.0
            if await self._reconcile():
                self._link.heard()
            elif silent:
                self.cut()

    async def _read_once(self) -> str:
        """Read one stream to its end and return why it ended."""
        opened = self._clock.monotonic()
        self._reader = reader = asyncio.create_task(self._read())
        try:
            await asyncio.wait({reader})
        finally:
            self._reader = None
            if not reader.done():
                reader.cancel()
                await asyncio.gather(reader, return_exceptions=True)
        if self._clock.monotonic() - opened >= HELD_SECONDS:
            self._backoff.reset()
        return "the line went silent" if reader.cancelled() else reader.result()

    async def _read(self) -> str:
        async with self._client.events(self._tokens.token, on_bytes=self._link.heard) as events:
            self._link.live()
            self._changed()
            async for event in events:
                self._take(event)
                if isinstance(event, SyncEnded):
                    self._backoff.reset()
        return "the node ended the stream"

    def _lose(self, fault: str) -> None:
        self._conference.drop_sync()
        self._link.lost(fault)
        self._changed()
